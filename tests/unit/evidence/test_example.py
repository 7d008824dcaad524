"""The example in docs/evidence is what the command writes today from the settings beside it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "docs" / "evidence"
SETTINGS = "small-steps.toml"


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, with no settings but those of its file."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith("SMALL_STEPS_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", "evidence", *arguments],
        cwd=folder,
        env={**rest, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_example_is_what_the_command_writes(tmp_path: Path):
    shutil.copy(EXAMPLE / SETTINGS, tmp_path)
    [day] = re.findall(r"^Made on (\d{4}-\d\d-\d\d) ", (EXAMPLE / "README.md").read_text("utf-8"), re.MULTILINE)

    done = run(tmp_path, ".", "--date", day)

    assert done.returncode == 0, done.stderr
    made = {path.name for path in tmp_path.iterdir()}
    assert made == {path.name for path in EXAMPLE.iterdir()}
    # What is installed differs between versions of Python; the example was made with the one that is locked.
    varies = set() if sys.version_info[:2] == (3, 11) else {"licences.md", "licences.html"}
    compared = sorted(made - varies)
    drifted = [name for name in compared if (tmp_path / name).read_bytes() != (EXAMPLE / name).read_bytes()]
    assert drifted == [], "run: make evidence"


@pytest.mark.parametrize(
    ("folder", "settings", "told"),
    [
        pytest.param("there.txt", {}, "there.txt", id="a file"),
        pytest.param("there.txt/inside", {}, "cannot be written", id="inside a file"),
        pytest.param("new", {"SMALL_STEPS_TEAMS_TENANT_ID": "example.nhs.uk"}, "SMALL_STEPS_TEAMS_APP_ID", id="half"),
    ],
)
def test_what_cannot_be_written_is_one_sentence(tmp_path: Path, folder: str, settings: dict[str, str], told: str):
    (tmp_path / "there.txt").write_text("")

    done = run(tmp_path, folder, **settings)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert told in done.stderr

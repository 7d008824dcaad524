"""The Makefile installs with the tool that made .venv: one that uv made holds no pip."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MAKE = shutil.which("make")


@pytest.mark.skipif(MAKE is None, reason="make is not installed")
@pytest.mark.parametrize(("uv", "makes", "installs"), [("/usr/bin/uv", "uv venv", "uv pip"), ("", "-m venv", "-m pip")])
def test_everything_is_installed_by_the_tool_that_makes_the_folder(tmp_path, uv, makes, installs):
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "requirements.lock"):
        (tmp_path / name).touch()

    done = subprocess.run(  # -n: what would be run is printed, and nothing is run
        [MAKE, "-n", "--no-print-directory", "train", f"UV={uv}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    lines = done.stdout.splitlines()
    installing = [line for line in lines if "install" in line]
    assert any(makes in line for line in lines)
    assert len(installing) == 4
    assert all(re.search(rf"{installs} install --quiet", line) for line in installing)

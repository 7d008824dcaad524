"""What deploy/Containerfile makes is made here step by step, without a container engine, and does what it is for."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
APART = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child"]
TOOLS = ("unshare", "chroot", "setpriv", "groupadd", "useradd", "mount")


def can_make_roots() -> bool:
    if os.geteuid() != 0 or not all(map(shutil.which, TOOLS)):
        return False
    return subprocess.run([*APART, "mount", "--make-rprivate", "/"], capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not can_make_roots(), reason="roots can only be made by root, with the tools of Debian"),
]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of each step and of each command that the image is for."""
    done = subprocess.run(
        [*APART, sys.executable, "-m", "tests.integration.image", str(tmp_path_factory.mktemp("image"))],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_step_is_run_and_what_is_installed_fits_together(image):
    assert image["steps"][0] == "RUN"
    assert image["pip check"][0] == 0, image["pip check"][1]
    assert image["imported"][1].count("/opt/small-steps/") == 2


def test_the_bot_is_nobody_and_its_folder_is_the_only_one_that_it_may_write_to(image):
    assert image["user"] == "10001:10001"
    assert image["state"] == [10001, 10001, "0o700"]
    ended, said = image["write elsewhere"]
    assert ended == 2
    assert "cannot be written" in said


def test_it_serves_answers_its_own_health_check_and_stops_cleanly(image):
    served = image["serve"]
    assert served["healthy"], served["said"]
    assert served["exit"] == 0
    assert "Listening on http://0.0.0.0:8080" in served["said"]


def test_it_answers_a_question(image):
    ended, said = image["ask"]
    assert ended == 0, said
    assert '"kind": "lesson"' in said


def test_it_has_knowledge_check_and_the_pages_of_the_reports(image):
    for name in ("check", "report", "insights"):
        ended, said = image[name]
        assert ended == 0, said
    assert "0 errors" in image["check"][1]
    assert image["written"] == ["insights.html", "report.html"]

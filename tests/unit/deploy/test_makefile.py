"""The Makefile installs what a target needs, once, into a .venv that works; one that cannot work is made again."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import doctor_checks

ROOT = Path(__file__).parents[3]
MAKE = shutil.which("make")
pytestmark = pytest.mark.skipif(MAKE is None, reason="make is not installed")


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


class Checkout:
    """A checkout in which make really makes .venv; what it would install it only writes down."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT / ".ci", folder / ".ci")
        shutil.copy(ROOT / "Makefile", folder)
        (folder / "deploy").mkdir()
        for name in ("pyproject.toml", "requirements.lock", "deploy/requirements.lock"):
            (folder / name).touch()
        # Unpacking a whole pip takes seconds; that there is one is all that is looked at.
        (folder / "make-venv").write_text(
            f"'{sys.executable}' -m venv --without-pip .venv && cd .venv/lib/python*/site-packages && touch pip.py\n"
        )
        (folder / "install").write_text('echo "$@" >>installed\n')

    def make(self, target: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a target without uv, with stand-ins for the program, for pip and for a whole venv."""
        said = {
            "UV": "",
            "PYTHON": sys.executable,
            "MAKE_VENV": "sh make-venv",
            "INSTALL": "sh install",
            "BOT": "echo small-steps",
        } | variables
        return subprocess.run(
            [MAKE, "--no-print-directory", target, *(f"{name}={value}" for name, value in said.items())],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def taken(self) -> str:
        """What was installed since it was last asked for."""
        log = self.folder / "installed"
        found = log.read_text("utf-8") if log.exists() else ""
        log.unlink(missing_ok=True)
        return found

    @property
    def venv(self) -> Path:
        return self.folder / ".venv"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    folder = tmp_path / "checkout"
    folder.mkdir()
    return Checkout(folder)


def test_what_runs_is_installed_once_and_nothing_else(checkout):
    first = checkout.make("run")
    assert first.returncode == 0, first.stderr
    assert first.stdout.endswith("small-steps serve\n")
    assert checkout.taken() == "--require-hashes -r deploy/requirements.lock\n--no-deps --editable .\n"

    again = checkout.make("run")
    assert again.stdout == "small-steps serve\n"
    assert checkout.taken() == ""


def test_what_tests_need_holds_what_runs(checkout):
    checkout.make("setup")
    assert checkout.taken() == "--require-hashes -r requirements.lock\n--no-deps --editable .\n"

    assert checkout.make("run").stdout == "small-steps serve\n"
    assert checkout.taken() == ""


def test_a_new_lock_is_installed_into_the_folder_that_is_there(checkout):
    checkout.make("run")
    (checkout.venv / "kept").touch()
    checkout.taken()
    newer = (checkout.venv / ".ready").stat().st_mtime + 2
    os.utime(checkout.folder / "deploy" / "requirements.lock", (newer, newer))

    checkout.make("run")

    assert "deploy/requirements.lock" in checkout.taken()
    assert (checkout.venv / "kept").exists()


def test_what_was_broken_off_goes_on(checkout):
    assert checkout.make("run", INSTALL="false").returncode != 0
    (checkout.venv / "kept").touch()

    assert checkout.make("run").returncode == 0
    assert checkout.taken()
    assert (checkout.venv / "kept").exists()


def made_again(checkout: Checkout, target: str = "run") -> None:
    checkout.taken()
    done = checkout.make(target)
    assert done.returncode == 0, done.stderr
    assert "made again" in done.stderr
    assert checkout.taken()
    assert not (checkout.venv / "stale").exists()
    assert checkout.make("run").stdout == "small-steps serve\n"


def test_a_folder_that_was_left_half_made_is_made_again(checkout):
    """As Debian's venv leaves it where python3-venv is missing: a Python without pip."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(checkout.venv)], check=True)
    (checkout.venv / "stale").touch()

    made_again(checkout)


def test_a_checkout_that_was_moved_does_not_run_what_stands_at_its_old_place(checkout, tmp_path):
    checkout.make("setup")
    (checkout.venv / "stale").touch()
    moved = tmp_path / "moved"
    checkout.folder.rename(moved)
    checkout.folder = moved

    made_again(checkout)
    assert not (checkout.venv / ".ready-to-test").exists()


@pytest.mark.parametrize("target", ["run", "setup"])
def test_a_python_that_is_gone_is_replaced(checkout, target):
    checkout.make(target)
    (checkout.venv / "stale").touch()
    python = checkout.venv / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")

    made_again(checkout, target)


def test_another_python_in_the_place_of_the_old_one_is_noticed(checkout):
    """After an upgrade of the system, /usr/bin/python3 is a newer one, which finds nothing in the old one's folder."""
    checkout.make("run")
    (checkout.venv / "stale").touch()
    made = checkout.venv / ".made"
    made.write_text(re.sub(r" \d+ \d+$", " 3 9", made.read_text("utf-8").strip()))

    made_again(checkout)


def refusal(checkout: Checkout, python: str) -> str:
    """What make says of a Python that is a shell script."""
    script = checkout.folder / "python"
    script.write_text(f"#!/bin/sh\n{python}\n")
    script.chmod(0o755)
    done = checkout.make("run", PYTHON=str(script))
    assert done.returncode != 0
    assert not checkout.venv.exists()
    assert checkout.taken() == ""
    sentence, *_ = done.stderr.splitlines()
    return sentence


def test_a_python_without_venv_is_named_with_its_cure(checkout):
    said = refusal(checkout, f'case "$*" in *ensurepip*) exit 1;; esac; exec "{sys.executable}" "$@"')
    assert "apt-get install python3-venv" in said


def test_a_python_that_is_not_supported_is_named_with_those_that_are(checkout):
    said = refusal(checkout, 'case "$*" in --version) echo Python 3.10.2;; *) exit 1;; esac')
    assert "is Python 3.10.2" in said
    (_, least), (_, newest) = doctor_checks.OLDEST, doctor_checks.NEWEST
    *others, last = (f"3.{minor}" for minor in range(least, newest + 1))
    assert f"needs Python {', '.join(others)} or {last};" in said


@pytest.mark.parametrize("name", ["README.md", "pyproject.toml", ".ci/test-pythons"])
def test_every_supported_python_is_named(name):
    text = (ROOT / name).read_text("utf-8")
    for minor in range(doctor_checks.OLDEST[1], doctor_checks.NEWEST[1] + 1):
        assert f"3.{minor}" in text
    assert f"3.{doctor_checks.NEWEST[1] + 1}" not in text or name == "pyproject.toml"


def test_a_python_that_is_missing_is_one_sentence(checkout):
    done = checkout.make("run", PYTHON="no-such-python")
    assert "no-such-python is not there" in done.stderr.splitlines()[0]


def test_a_folder_that_cannot_be_made_is_not_left_half_made(checkout):
    done = checkout.make("run", MAKE_VENV="sh -c 'mkdir .venv; exit 1'")
    assert "could not be made" in done.stderr
    assert not checkout.venv.exists()


def test_a_uv_folder_holds_no_pip_and_is_made_again_where_uv_is_gone(checkout):
    checkout.make("run")
    for pip in checkout.venv.glob("lib/python*/site-packages/pip.py"):
        pip.unlink()
    assert checkout.make("run").stdout == "small-steps serve\n"  # nothing is to be installed, so pip is not missed
    (checkout.venv / "stale").touch()
    (checkout.venv / ".ready").unlink()

    made_again(checkout)

"""Whoever runs a command and makes a mistake gets one sentence, not a traceback."""

import io
import os
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.__main__ import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process; gives the exit code and what it wrote."""

    def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["small-steps", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as left:
            main()
        written = capsys.readouterr()
        return int(left.value.code or 0), written.out, written.err

    return run


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_port_that_is_taken_is_one_sentence(small_steps: Run, taken_port: int):
    code, _, err = small_steps("serve", "--port", str(taken_port))
    assert (code, err) == (
        2,
        f"small-steps: The server cannot listen on 127.0.0.1, port {taken_port}: Address already in use. Stop what "
        "holds the port, or set SMALL_STEPS_HOST and SMALL_STEPS_PORT to an address of this machine and a port that "
        "is free.\n",
    )


def test_a_port_that_does_not_exist_is_refused(small_steps: Run):
    code, _, err = small_steps("serve", "--port", "99999")
    assert code == 2
    assert "65535" in err


@pytest.mark.parametrize(
    "arguments", [["ask", "listening"], ["tips", "preview"], ["tips", "run", "--once"]], ids=lambda given: given[0]
)
def test_a_pack_that_is_not_there_is_one_sentence(
    small_steps: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
):
    monkeypatch.setenv("SMALL_STEPS_PACKS", "/nope")
    code, _, err = small_steps(*arguments)
    assert code == 2
    assert "/nope:1: there is no such directory" in err
    assert "Traceback" not in err


def test_classify_without_a_usable_model_is_one_sentence(
    small_steps: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr("intents.model.MODEL_FOLDER", tmp_path / "none")
    code, _, err = small_steps("classify", stdin="hello\n")
    assert code == 2
    assert "There is no model" in err


def test_classify_reads_half_a_character_as_one_that_cannot_be_read(small_steps: Run):
    code, out, _ = small_steps("classify", stdin='{"text": "nobody listens \\ud83d"}\n')
    assert code == 0
    assert '"text": "nobody listens \N{REPLACEMENT CHARACTER}"' in out


def test_a_database_that_fails_while_a_command_runs_is_one_sentence(
    small_steps: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    file = tmp_path / "steps.sqlite"
    monkeypatch.setenv("SMALL_STEPS_DATABASE_URL", f"sqlite:///{file}")
    small_steps("insights")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE answers")

    code, _, err = small_steps("insights")

    assert code == 2
    assert f"{file} cannot be opened: no such table: answers." in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("SMALL_STEPS_DATABASE_URL", "sqlite:////proc/none/bot.sqlite", "cannot be opened"),
        ("SMALL_STEPS_DATABASE_URL", "postgresql://x:y@127.0.0.1:1/none", "cannot be opened"),
        ("SMALL_STEPS_PACKS", "/nope", "there is no such directory"),
    ],
)
def test_a_person_in_danger_gets_the_numbers_whatever_is_broken(
    small_steps: Run, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, told: str
):
    monkeypatch.setenv(setting, value)

    code, out, err = small_steps("ask", "I want to end my life")
    assert code == 2
    assert "116 123" in out
    assert told in err

    code, out, err = small_steps("ask", "our consultants will not come to meetings")
    assert (code, out) == (2, "")
    assert told in err


def test_a_full_disk_is_one_sentence_that_says_so(small_steps: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    file = tmp_path / "steps.sqlite"
    file.write_bytes(b"no database")
    monkeypatch.setenv("SMALL_STEPS_DATABASE_URL", f"sqlite:///{file}")
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: SimpleNamespace(free=0))

    code, _, err = small_steps("tip")

    assert code == 2
    assert f"The disk that holds the database {file} is full. Free some room there" in err
    assert err.count("\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_the_embedded_database_is_for_this_user_alone(
    small_steps: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    file = tmp_path / "state" / "bot" / "steps.sqlite"
    monkeypatch.setenv("SMALL_STEPS_DATABASE_URL", f"sqlite:///{file}")

    small_steps("tip")

    assert [one.stat().st_mode & 0o777 for one in (file, file.parent, file.parent.parent)] == [0o600, 0o700, 0o700]


@pytest.mark.parametrize(
    "arguments",
    [["insights", "--csv"], ["insights", "--html"], ["knowledge", "report", "--html"]],
    ids="-".join,
)
def test_a_file_that_cannot_be_written_is_one_sentence(small_steps: Run, tmp_path: Path, arguments: list[str]):
    file = tmp_path / "nodir" / "written"
    code, _, err = small_steps(*arguments, str(file))
    assert code == 2
    assert f"{file} cannot be written: No such file or directory." in err
    assert err.count("\n") == 1


def test_no_setting_is_cut_where_the_output_has_no_width(small_steps: Run, monkeypatch: pytest.MonkeyPatch):
    wanted = ",".join(f"C0{number:08}" for number in range(12))
    monkeypatch.setenv("SMALL_STEPS_SLACK_CHANNELS", wanted)

    _, out, _ = small_steps("settings")

    assert "…" not in out.replace("xoxb-…", "").replace("xapp-…", "")
    assert all(channel in out for channel in wanted.split(","))

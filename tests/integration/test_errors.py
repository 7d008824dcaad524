"""Whoever runs a command and makes a mistake gets one sentence, not a traceback."""

import io
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

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

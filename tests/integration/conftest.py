import io
import sys
from collections.abc import Callable
from subprocess import CompletedProcess

import pytest

from bot.__main__ import main

Run = Callable[..., CompletedProcess[str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command by the program's own way in, in this process: starting one for each takes most of a test's time."""

    def running(*arguments: str, stdin: str = "", **environment: str) -> CompletedProcess[str]:
        with monkeypatch.context() as patched:
            for name, value in ({"COLUMNS": "100"} | environment).items():
                patched.setenv(name, value)
            patched.setattr(sys, "argv", ["small-steps", *arguments])
            patched.setattr(
                sys.modules["__main__"], "__package__", None
            )  # its name is then the one above, not pytest's
            patched.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
            patched.setattr(sys, "excepthook", sys.excepthook)  # the command line puts in its own
            with pytest.raises(SystemExit) as left:
                main()
        said = capsys.readouterr()
        return CompletedProcess(arguments, left.value.code or 0, said.out, said.err)

    return running

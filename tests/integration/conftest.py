import io
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.__main__ import main
from bot.settings import Settings
from bot.store.database import migrate, open_engine
from intents import Classifier
from tests.prepared_databases import copy_sqlite, create_database, drop_database

Run = Callable[..., CompletedProcess[str]]


@pytest.fixture
def sqlite_url(settings: Settings) -> str:
    """A migrated database of the embedded kind."""
    return settings.database_url.get_secret_value()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A new, empty database, or for a test with `engine` a migrated one: the test runs on both kinds."""
    to_migrate = "engine" in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "deep" / "bot.sqlite"
        yield copy_sqlite(request.getfixturevalue("migrated"), path) if to_migrate else f"sqlite:///{path}"
    elif to_migrate:
        server, template = map(request.getfixturevalue, ("postgres_server", "migrated_on_postgres"))
        yield (url := create_database(server, template))
        drop_database(server, url)
    else:
        yield request.getfixturevalue("postgres_url")


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on a migrated database: the test runs on both kinds."""
    async for opened in _migrated(database_url):
        yield opened


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on the embedded kind."""
    async for opened in _migrated(sqlite_url):
        yield opened


async def _migrated(url: str) -> AsyncIterator[AsyncEngine]:
    opened = open_engine(url)
    await migrate(opened)
    yield opened
    await opened.dispose()


class _Typist(io.RawIOBase):
    """Standard input on which each line is written only when it is read."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        line = next(self._lines, None)
        written = b"" if line is None else f"{line}\n".encode()
        buffer[: len(written)] = written
        return len(written)


@pytest.fixture
def model_read_once(classifier: Classifier, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a command that reads the model itself the one that was read: reading it is most of such a test's work."""
    monkeypatch.setattr(Classifier, "load", lambda _path=None: classifier)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command by the program's own way in, in this process: starting one for each takes most of a test's time."""

    def running(*arguments: str, stdin: str | Iterator[str] = "", **environment: str) -> CompletedProcess[str]:
        given = io.BytesIO(stdin.encode()) if isinstance(stdin, str) else io.BufferedReader(_Typist(stdin))
        with monkeypatch.context() as patched:
            for name, value in ({"COLUMNS": "100"} | environment).items():
                patched.setenv(name, value)
            patched.setattr(sys, "argv", ["small-steps", *arguments])
            patched.setattr(
                sys.modules["__main__"], "__package__", None
            )  # its name is then the one above, not pytest's
            patched.setattr(sys, "stdin", io.TextIOWrapper(given, encoding="utf-8"))
            patched.setattr(sys, "excepthook", sys.excepthook)  # the command line puts in its own
            with pytest.raises(SystemExit) as left:
                main()
        said = capsys.readouterr()
        return CompletedProcess(arguments, left.value.code or 0, said.out, said.err)

    return running

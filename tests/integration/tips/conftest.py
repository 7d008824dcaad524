import uuid
from pathlib import Path

import psycopg
import pytest


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'bot.sqlite'}"


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """A fresh database on the test run's PostgreSQL."""
    name = f"tips_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return postgres_server.replace("/postgres?", f"/{name}?")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Every promise is kept on both databases."""
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")

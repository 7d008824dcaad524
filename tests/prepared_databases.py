"""Databases that are prepared once for a run; a test takes a copy, which costs a hundredth of preparing one."""

import asyncio
import shutil
import uuid
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

from bot.delivery.batches import Batch, QueuedTask
from bot.delivery.engine import Engine, EngineLimits
from bot.store.database import migrate, open_engine

_LEAST_MEMORY = 2**31  # bytes free in shared memory, below which PostgreSQL's files stand on the disk


def prepare(url: str, *, served: bool) -> None:
    """Migrate a database; where it `served`, with the tables of the delivery engine, as a server leaves it."""

    async def run() -> None:
        engine = open_engine(url)
        await migrate(engine)
        if served:
            async with Engine(url, _run_nothing, _put_off_nothing, EngineLimits(), "test").open():
                pass
            schema = "" if engine.dialect.name == "sqlite" else "dbos."
            async with engine.begin() as connection:  # the limits of a queue are each test's own
                for table in ("queues", "application_versions"):
                    await connection.exec_driver_sql(f"DELETE FROM {schema}{table}")  # noqa: S608
        await engine.dispose()

    with asyncio.Runner() as runner:
        runner.run(run())


async def _run_nothing(_batch: Batch) -> None:
    raise AssertionError("a new database holds no batch")


async def _put_off_nothing(_task: QueuedTask) -> bool:
    raise AssertionError("a new database holds no task")


def copy_sqlite(prepared: Path, to: Path) -> str:
    """Copy a prepared SQLite database; return the copy's URL."""
    to.parent.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{shutil.copy(prepared, to)}"


def create_database(server: str, template: str = "") -> str:
    """Create a database, empty or a copy of a prepared one, on a PostgreSQL; return its URL."""
    name = f"steps_{uuid.uuid4().hex}"
    command = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template:
        command += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(command)
    return server.replace("/postgres?", f"/{name}?")


def drop_database(server: str, url: str) -> None:
    """Drop a database with whatever is still connected to it, so that a run holds few at a time."""
    command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(read_name(url)))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(command)


def read_name(url: str) -> str:
    """Return the name of the database in a URL."""
    return str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])


def choose_folder() -> str | None:
    """Return a folder in memory for PostgreSQL's files, which are gone after the run; None where there is none."""
    memory = Path("/dev/shm")  # noqa: S108 (a folder of our own is made in it)
    with suppress(OSError):
        if shutil.disk_usage(memory).free >= _LEAST_MEMORY:
            return str(memory)
    return None

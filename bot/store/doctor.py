"""The doctor checks of the database; nothing is created, changed or migrated."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import URL, func, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from bot import diagnostics
from bot.checks import PATIENCE, Finding
from bot.store import disk, migrations
from bot.store.database import (
    build_async_url,
    build_unreachable_error,
    mask_password,
    open_read_only_engine,
    read_version,
)
from bot.store.tables import ReplicaRow, SubscriptionRow

_RUNNING = timedelta(minutes=1)  # since the last sign of life of a bot that counts as running
_OLDEST = 13  # of PostgreSQL
_RIGHTS = """
    SELECT current_setting('server_version_num')::int / 10000 AS release,
           current_setting('transaction_read_only') = 'on' AS closed,
           coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS tables,
           to_regnamespace('dbos') IS NOT NULL OR has_database_privilege(current_database(), 'CREATE') AS schemas
"""


async def check_database(url: str, *, tips: bool, network: bool) -> list[Finding]:
    """Return the findings on the database.

    Parameters
    ----------
    tips
        Whether daily tips are on, whose engine has a schema of its own on PostgreSQL.
    network
        Whether PostgreSQL may be connected to.

    Raises
    ------
    OperatorError
        When the database cannot be used.
    """
    parsed = build_async_url(url)
    if parsed.get_backend_name() == "sqlite":
        return await _sqlite(parsed, _file_of(parsed), tips=tips)
    where = f"PostgreSQL at {mask_password(parsed)}"
    if not network:
        return [Finding("Database", "ok", f"{where}, which was not asked")]
    found, due = await _look(parsed, tips=tips)
    return [Finding("Database", "ok", f"{where}, {_state(found)}"), *_tips(due if tips else 0)]


async def _sqlite(url: URL, file: Path, *, tips: bool) -> list[Finding]:
    on_disk, there = disk.check_disk(file), disk.is_there(file)
    found, due = await _look(url) if there else (None, 0)
    state = _state(found) if there else "not there yet; the first start makes it"
    return [Finding("Database", "ok", f"SQLite in {file}, {state}"), *on_disk, *_tips(due if tips else 0)]


def _file_of(url: URL) -> Path:
    return Path(url.database or "").absolute()


async def _look(url: URL, *, tips: bool = False) -> tuple[str | None, int]:
    """Return the version, and the number of tips that came due while no bot ran.

    On PostgreSQL check that the user may create what is missing.
    """
    engine = open_read_only_engine(url.render_as_string(hide_password=False), PATIENCE)
    try:
        async with asyncio.timeout(2 * PATIENCE), engine.connect() as connection:
            return await connection.run_sync(_read, tips)
    except (DBAPIError, OSError) as error:  # a time-out is an OSError
        raise build_unreachable_error(url, error) from error
    finally:
        await engine.dispose()


def _read(connection: Connection, tips: bool) -> tuple[str | None, int]:
    found = read_version(connection)
    if found and not migrations.known(found):
        raise diagnostics.database_from_the_future(found)
    if connection.dialect.name == "postgresql":
        _check_rights(connection, newest=found == migrations.HEAD, tips=tips)
    return found, _count_left_due(connection) if found == migrations.HEAD else 0


def _count_left_due(connection: Connection) -> int:
    """Return how many tips are due, where no bot gave a sign of life lately."""
    now = datetime.now(UTC)
    seen = connection.execute(select(func.max(ReplicaRow.seen_at))).scalar()
    if seen is not None and seen > now - _RUNNING:
        return 0
    due = select(func.count()).where(SubscriptionRow.state == "on", SubscriptionRow.next_due <= now)
    return connection.execute(due).scalar() or 0


def _tips(due: int) -> list[Finding]:
    return [Finding("Tips", "warning", diagnostics.tips_due_without_a_bot(due))] if due else []


def _check_rights(connection: Connection, *, newest: bool, tips: bool) -> None:
    rights = connection.execute(text(_RIGHTS)).one()
    user, database = connection.engine.url.username or "USER", connection.engine.url.database or "DATABASE"
    if rights.release < _OLDEST:
        raise diagnostics.database_too_old(str(rights.release), str(_OLDEST))
    if rights.closed:
        raise diagnostics.database_read_only()
    if not newest and not rights.tables:
        raise diagnostics.database_lacks_privilege("create tables", f"GRANT CREATE ON SCHEMA public TO {user}")
    if tips and not rights.schemas:
        raise diagnostics.database_lacks_privilege(
            "create the schema dbos", f"GRANT CREATE ON DATABASE {database} TO {user}"
        )


def _state(found: str | None) -> str:
    if found == migrations.HEAD:
        return f"at the newest version, {found}"
    if found is None:
        return "still empty; the first start sets it up"
    return f"at version {found}; the next start brings it to {migrations.HEAD}, so make a back-up before"

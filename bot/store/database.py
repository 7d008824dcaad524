"""Engines and migration of the database."""

import asyncio
import sqlite3
import time
import uuid
from pathlib import Path
from typing import Any

from sqlalchemy import URL, NullPool, event, inspect, make_url, text
from sqlalchemy.engine import Connection, ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot import diagnostics
from bot.store import disk, migrations, sqlite

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
# What PostgreSQL's library says of a server that is not there yet, without a code, for nothing was answered. All else,
# such as a wrong password, is the operator's to mend.
_AWAY = (
    "Connection refused",
    "could not translate host name",
    "failed to resolve host",
    "Name or service not known",
    "Temporary failure in name resolution",
    "No route to host",
    "Network is unreachable",
    "timeout expired",
    "timed out",
    "server closed the connection unexpectedly",
    "the database system is",
    "too many clients",
    "remaining connection slots",
    "No such file or directory",
)
_CONNECT = 10  # seconds for PostgreSQL to take a connection; a network that drops packets would take two minutes
UNAVAILABLE = (SQLAlchemyError, OSError)  # what a query raises when the database fails
_READ_ONLY = "25006"  # read_only_sql_transaction
_IDLE = 5.0  # seconds for which a transaction may wait for its process; a hung one would keep its row from all others
_NAMED = "session_name"  # the execution option of an engine that holds its name
_OPENED = "opened_file"  # and the one that holds which file of SQLite's it was opened on
_TRIES, _PAUSE = 200, 0.05  # seconds; together as long as the busy timeout
_EXCLUSIVELY = {  # held until the transaction ends: two processes must not migrate at the same time
    "sqlite": "BEGIN IMMEDIATE",  # and the driver, left alone, opens no transaction for a CREATE TABLE
    # Any fixed number; Alembic is imported while it is held.
    "postgresql": "SELECT set_config('idle_in_transaction_session_timeout', '0', true), pg_advisory_xact_lock(7351001)",
}


def build_async_url(url: str) -> URL:
    """Return the operator's URL with the driver that the bot uses.

    Raises
    ------
    OperatorError
        When the URL names no database that we support.
    """
    try:
        parsed = make_url(url)
        parsed = parsed.set(drivername=_DRIVERS[parsed.get_backend_name()])
    except (ArgumentError, KeyError, NoSuchModuleError, ValueError) as error:
        # An unreadable URL is not shown, for a password in it cannot be found and masked.
        raise diagnostics.database_unreachable(
            url.split(":", maxsplit=1)[0], "it is neither sqlite:///PATH nor postgresql://USER:PASSWORD@HOST:PORT/NAME"
        ) from error
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise diagnostics.database_unreachable(url, "it names no file, and what is in memory alone would be lost")
    return parsed


def open_engine(url: str) -> AsyncEngine:
    """Return an engine; on SQLite with the write-ahead log, foreign keys and a busy timeout of 10 seconds.

    Each has a name that no other ever has, shown in PostgreSQL's list of sessions. See `get_session_name`.
    """
    parsed = build_async_url(url)
    name = f"small-steps-{uuid.uuid4().hex}"
    if parsed.get_backend_name() != "sqlite":
        patience = {} if "connect_timeout" in parsed.query else {"connect_timeout": _CONNECT}
        engine = create_async_engine(
            parsed,
            pool_pre_ping=True,
            connect_args={**patience, "application_name": name},
            hide_parameters=True,
            execution_options={_NAMED: name},
        )
        event.listen(engine.sync_engine, "handle_error", _keep_values_out)
        event.listen(engine.sync_engine, "handle_error", _disconnect_from_standby)
        event.listen(engine.sync_engine, "connect", _prepare_postgresql)
        return engine
    path = Path(parsed.database or "")
    try:
        disk.create_private_file(path)
    except OSError as error:
        raise diagnostics.database_unreachable(str(path), str(error)) from error
    # Few connections: waiting for each other in Python is fair and cheap, in SQLite it is neither.
    engine = create_async_engine(
        parsed,
        pool_size=4,
        max_overflow=0,
        connect_args={"factory": sqlite.Connection, "async_creator_fn": sqlite.open_connection},
        hide_parameters=True,
        execution_options={_NAMED: name, _OPENED: disk.identify_file(path)},
    )
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "engine_connect", sqlite.choose_mode)
    return engine


def get_session_name(engine: AsyncEngine) -> str:
    """Return the name of an engine from `open_engine`, under which PostgreSQL lists its sessions."""
    name: str = engine.get_execution_options()[_NAMED]
    return name


def open_read_only_engine(url: str, patience: float) -> AsyncEngine:
    """Return an engine that changes nothing; SQLite's file is neither created nor prepared.

    Parameters
    ----------
    patience
        Seconds to wait for a connection to PostgreSQL.
    """
    parsed = build_async_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_async_engine(parsed, poolclass=NullPool, connect_args={"connect_timeout": round(patience)})
    path = Path(parsed.database or "").absolute()
    # Reading a file that no process has open would create a write-ahead log, unless SQLite takes it as immutable.
    resting = {} if Path(f"{path}-wal").exists() else {"immutable": "1"}
    uri = parsed.set(database=path.as_uri(), query={"mode": "ro", "uri": "true", **resting})
    return create_async_engine(uri, poolclass=NullPool)


def with_autocommit(engine: AsyncEngine) -> AsyncEngine:
    """Return an engine on which each statement is a transaction of its own.

    On SQLite a transaction over several turns of the event loop keeps every other writer waiting for those turns. On
    PostgreSQL the round trips of BEGIN and COMMIT are saved.
    """
    if engine.dialect.name == "sqlite":  # the driver's own switch takes six visits to the connection's thread
        return engine.execution_options(**{sqlite.ALONE: True})
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _keep_values_out(context: ExceptionContext) -> None:
    """Leave PostgreSQL's details off an error of a statement: they show the row, and errors are logged."""
    if context.statement is not None:
        for error in (context.original_exception, context.sqlalchemy_exception):
            if error is not None and error.args:
                error.args = (str(error.args[0]).partition("\n")[0],)


def _disconnect_from_standby(context: ExceptionContext) -> None:
    """Drop connections to a server that is read-only since a failover, so that new ones go to the primary."""
    if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
        context.is_disconnect = True


def _prepare_postgresql(connection: Any, _record: object) -> None:
    """Let the server end a transaction whose process hangs, so that another replica can take over."""
    cursor = connection.cursor()
    cursor.execute(f"SET idle_in_transaction_session_timeout = '{_IDLE * 1000:.0f}ms'")
    cursor.close()
    connection.commit()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=10000")
    _enable_wal(cursor)
    for pragma in ("foreign_keys=ON", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _enable_wal(cursor: Any) -> None:
    """Enable SQLite's WAL mode, with retries while another process holds the lock of a new file."""
    for left in range(_TRIES, -1, -1):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if not left or "locked" not in str(error):
                raise
            time.sleep(_PAUSE)


async def migrate(engine: AsyncEngine) -> None:
    """Migrate the database to the newest version, if it is at an earlier one.

    The migration is one transaction: a process that dies leaves the database as it was, and a second process waits
    for the first.

    Raises
    ------
    OperatorError
        When the database cannot be opened or was written by a later release.
    """
    try:
        async with engine.connect() as connection:
            found = await connection.run_sync(read_version)
        if found != migrations.HEAD:
            async with engine.begin() as connection:
                await connection.exec_driver_sql(_EXCLUSIVELY[engine.dialect.name])
                await connection.run_sync(_upgrade)
    except (DBAPIError, OSError) as error:
        raise build_unreachable_error(engine.url, error) from error


def build_unreachable_error(url: URL, error: Exception) -> diagnostics.OperatorError:
    """Return the error for a database that cannot be opened."""
    file = _find_file(url)
    if file and disk.is_full(file):  # SQLite says “disk I/O error” of it as well as “disk is full”
        return diagnostics.database_no_room(str(file))
    said = str(getattr(error, "orig", error)) or type(error).__name__
    build = diagnostics.database_away if file is None and _is_away(said) else diagnostics.database_unreachable
    return build(mask_password(url), said.splitlines()[0])


def _is_away(said: str) -> bool:
    """Return whether PostgreSQL's library said that the server cannot be reached, or takes nobody for now."""
    return any(sign in said for sign in _AWAY)


def _find_file(url: URL) -> Path | None:
    """Return SQLite's file; None for another database."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def mask_password(url: URL) -> str:
    """Return a URL as the operator gave it, without the password, which may be among the URL's options too."""
    return (
        url.set(drivername=url.get_backend_name())
        .difference_update_query(["password", "sslpassword"])
        .render_as_string(hide_password=True)
    )


async def check_database_ready(engine: AsyncEngine) -> str | None:
    """Return why the database does not answer, has no room left or was taken away; None when all is well."""
    file, opened = _find_file(engine.url), engine.get_execution_options().get(_OPENED)
    try:
        if file and opened and await asyncio.to_thread(disk.identify_file, file) != opened:
            # Open connections go on with the file that nobody finds any more, and new ones with another.
            return "its file was deleted or replaced while the bot ran; put it back, and start the bot again"
        full = file is not None and await asyncio.to_thread(disk.is_full, file)
        if full:
            return "the disk is full"
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except UNAVAILABLE as error:
        return type(error).__name__
    return None


def _upgrade(connection: Connection) -> None:
    found = read_version(connection)  # read again: another process may have migrated while this one waited
    if found != migrations.HEAD:
        migrations.upgrade(connection, found)


def read_version(connection: Connection) -> str | None:
    """Return the version of a database; None for a new one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

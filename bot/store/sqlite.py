"""SQLite connections that visit their thread once a statement, can be stopped while they close, and know `unixepoch`.

SQLite itself has known the function since 3.42. DBOS 3.4 calls it wherever Python is 3.12 or later, in the defaults of
its tables too, and takes the SQLite for granted that came with such a Python. Debian 12 has 3.40, in which the call is
NULL and no row can be added.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import aiosqlite
from sqlalchemy.engine import Connection as EngineConnection

ALONE = "each_statement_alone"  # the execution option of an engine on which each statement is a transaction of its own
_KNOWN_SINCE = (3, 42)
_ROWS_AT_ONCE = 64  # aiosqlite's own


class Connection(sqlite3.Connection):
    """A connection that is given the function where its SQLite lacks it; for `sqlite3.connect(…, factory=…)`."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if sqlite3.sqlite_version_info < _KNOWN_SINCE:
            self.create_function("unixepoch", 1, _unixepoch)


class AsyncCursor:
    """A cursor that visits the thread of its connection once for a statement with its first rows.

    aiosqlite visits it four times, to open, execute, fetch and close, and each visit wakes the event loop. These are
    the methods that SQLAlchemy asks for.
    """

    def __init__(self, connection: "AsyncConnection") -> None:
        self._connection = connection
        self._cursor: sqlite3.Cursor | None = None  # while rows are left
        self._rows: list[Any] = []
        self.arraysize = 1
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> "AsyncCursor":
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> "AsyncCursor":
        """Execute a statement, and fetch its first rows."""
        await self._connection.visit(self._run, sqlite3.Cursor.execute, sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> "AsyncCursor":
        """Execute a statement with each of many parameters."""
        await self._connection.visit(self._run, sqlite3.Cursor.executemany, sql, parameters)
        return self

    async def fetchone(self) -> Any:
        """Return the next row; None where there is none."""
        return next(iter(await self.fetchmany(1)), None)

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """Return so many of the next rows."""
        size = size or self.arraysize
        if self._cursor is not None and len(self._rows) < size:
            self._rows += await self._connection.visit(self._cursor.fetchmany, max(size, _ROWS_AT_ONCE))
        taken, self._rows = self._rows[:size], self._rows[size:]
        return taken

    async def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        rows, self._rows = self._rows, []
        return rows if self._cursor is None else rows + list(await self._connection.visit(self._cursor.fetchall))

    async def close(self) -> None:
        """Close the cursor, where rows are left."""
        if self._cursor is not None:
            await self._connection.visit(self._cursor.close)
        self._cursor, self._rows = None, []

    def _run(self, execute: Callable[..., Any], sql: str, parameters: Iterable[Any]) -> None:
        """Execute a statement in the connection's thread, and end its transaction where it has one of its own."""
        connection, alone = self._connection._conn, self._connection.alone
        cursor = connection.cursor()
        try:
            execute(cursor, sql, parameters)
            self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
            changes = alone and connection.in_transaction
            self._rows = cursor.fetchall() if changes else cursor.fetchmany(_ROWS_AT_ONCE)
            if changes:
                connection.commit()
        except BaseException:
            if alone and connection.in_transaction:
                connection.rollback()
            raise
        if changes or len(self._rows) < _ROWS_AT_ONCE:
            cursor.close()
        else:
            self._cursor = cursor


class AsyncConnection(aiosqlite.Connection):
    """A connection in a thread of its own that is told once to stop.

    In aiosqlite 0.22 `close` tells the thread to stop and waits for it, for ever where it had stopped meanwhile: so
    SQLAlchemy does to a connection whose query is cancelled, and again while it is being closed. A process then never
    ended.

    Attributes
    ----------
    alone
        Whether each statement is a transaction of its own. It then ends in the visit to the thread that executes it,
        so that no other writer waits for turns of the event loop.
    """

    alone = False

    def cursor(self) -> AsyncCursor:  # type: ignore[override]
        """Return a cursor, which is opened when it executes."""
        return AsyncCursor(self)

    async def visit(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """Return what a call returns in the connection's thread."""
        return await self._execute(call, *arguments)  # type: ignore[no-untyped-call]

    async def commit(self) -> None:
        """Commit the transaction; no statement that is alone leaves one open."""
        if not self.alone:
            await super().commit()

    async def rollback(self) -> None:
        """Roll the transaction back; no statement that is alone leaves one open."""
        if not self.alone:
            await super().rollback()

    def stop(self) -> asyncio.Future[Any] | None:
        """Tell the thread to stop; return what it will have done then, and None where it was told before."""
        return super().stop() if self._running else None


def open_connection(database: str, **options: Any) -> AsyncConnection:
    """Return a connection to be awaited; the options are those of `sqlite3.connect`."""
    connection = AsyncConnection(partial(sqlite3.connect, database, **options), iter_chunk_size=_ROWS_AT_ONCE)
    connection._thread.daemon = True  # as SQLAlchemy does: no connection keeps a process alive
    return connection


def choose_mode(connection: EngineConnection) -> None:
    """Have each statement be a transaction of its own, or not, as the engine's option says; at each connect."""
    driver: Any = connection.connection.driver_connection
    driver.alone = connection.get_execution_options().get(ALONE, False)


def _unixepoch(time_value: str) -> float:
    """Return the seconds since 1970, to the millisecond."""
    if time_value != "subsec":
        raise ValueError(time_value)  # SQLite's own reading of dates is out of reach from here
    return round(time.time(), 3)

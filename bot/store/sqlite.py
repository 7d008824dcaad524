"""SQLite connections that can be stopped while they close, and that know `unixepoch('subsec')`.

SQLite itself has known the function since 3.42. DBOS 3.4 calls it wherever Python is 3.12 or later, in the defaults of
its tables too, and takes the SQLite for granted that came with such a Python. Debian 12 has 3.40, in which the call is
NULL and no row can be added.
"""

import asyncio
import sqlite3
import time
from functools import partial
from typing import Any

import aiosqlite

_KNOWN_SINCE = (3, 42)
_ROWS_AT_ONCE = 64  # aiosqlite's own


class Connection(sqlite3.Connection):
    """A connection that is given the function where its SQLite lacks it; for `sqlite3.connect(…, factory=…)`."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if sqlite3.sqlite_version_info < _KNOWN_SINCE:
            self.create_function("unixepoch", 1, _unixepoch)


class AsyncConnection(aiosqlite.Connection):
    """A connection in a thread of its own that is told once to stop.

    In aiosqlite 0.22 `close` tells the thread to stop and waits for it, for ever where it had stopped meanwhile: so
    SQLAlchemy does to a connection whose query is cancelled, and again while it is being closed. A process then never
    ended.
    """

    def stop(self) -> asyncio.Future[Any] | None:
        """Tell the thread to stop; return what it will have done then, and None where it was told before."""
        return super().stop() if self._running else None


def open_connection(database: str, **options: Any) -> AsyncConnection:
    """Return a connection to be awaited; the options are those of `sqlite3.connect`."""
    connection = AsyncConnection(partial(sqlite3.connect, database, **options), iter_chunk_size=_ROWS_AT_ONCE)
    connection._thread.daemon = True  # as SQLAlchemy does: no connection keeps a process alive
    return connection


def _unixepoch(time_value: str) -> float:
    """Return the seconds since 1970, to the millisecond."""
    if time_value != "subsec":
        raise ValueError(time_value)  # SQLite's own reading of dates is out of reach from here
    return round(time.time(), 3)

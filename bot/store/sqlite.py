"""SQLite connections that know `unixepoch('subsec')`, which SQLite itself has known since 3.42.

DBOS 3.4 calls it wherever Python is 3.12 or later, in the defaults of its tables too, and takes the SQLite for granted
that came with such a Python. Debian 12 has 3.40, in which the call is NULL and no row can be added.
"""

import sqlite3
import time
from typing import Any

_KNOWN_SINCE = (3, 42)


class Connection(sqlite3.Connection):
    """A connection that is given the function where its SQLite lacks it; for `sqlite3.connect(…, factory=…)`."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if sqlite3.sqlite_version_info < _KNOWN_SINCE:
            self.create_function("unixepoch", 1, _unixepoch)


def _unixepoch(time_value: str) -> float:
    """Return the seconds since 1970, to the millisecond."""
    if time_value != "subsec":
        raise ValueError(time_value)  # SQLite's own reading of dates is out of reach from here
    return round(time.time(), 3)

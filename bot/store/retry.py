"""Patience with a database that is busy, restarting or away for a moment."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
_FIRST_WAIT = 0.1  # seconds
_LONGEST_WAIT = 5.0  # seconds


async def patiently(work: Callable[[], Awaitable[T]]) -> T:
    """Do work on the database, again for as long as the database is not there.

    Parameters
    ----------
    work
        May be done twice: a commit whose answer was lost may have happened.
    """
    wait = _FIRST_WAIT
    while True:
        try:
            return await work()
        except (DBAPIError, PoolTimeoutError) as error:
            if not _passes(error):
                raise
            _LOG.warning("The database is not available (%s); trying again in %.1f s.", _first_line(error), wait)
        await asyncio.sleep(wait)
        wait = min(wait * 2, _LONGEST_WAIT)


def _passes(error: DBAPIError | PoolTimeoutError) -> bool:
    """Say whether the error may be gone in a moment: no connection, a lock, a shutdown; not a wrong query."""
    return isinstance(error, OperationalError | InterfaceError | PoolTimeoutError) or error.connection_invalidated


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).partition("\n")[0]

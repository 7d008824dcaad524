"""Retries of work on a database that is busy, restarting or away for a moment."""

import logging
import math
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.attempts import iterate_attempts

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
_AWAY = "The database is not available (%s); trying again in %.1f s."
_FIRST_WAIT = 0.1  # seconds
_LONGEST_WAIT = 5.0  # seconds


async def retry_until_available(work: Callable[[], Awaitable[T]], patience: float = math.inf) -> T:
    """Return the result of work on the database, attempted for as long as the database is not there.

    Parameters
    ----------
    work
        May be done twice: a commit whose answer was lost may have happened.
    patience
        Seconds after which no further attempt is begun, and the last error passes.
    """
    until = time.monotonic() + patience

    def is_worth_another(error: Exception) -> bool:
        return is_passing(error) and time.monotonic() < until

    async for attempt in iterate_attempts(is_worth_another, first=_FIRST_WAIT, longest=_LONGEST_WAIT):
        with attempt:
            try:
                return await work()
            except (DBAPIError, PoolTimeoutError) as error:
                if is_passing(error):
                    _LOG.warning(_AWAY, _first_line(error), attempt.next_wait)
                raise
    raise AssertionError("the loop returns or raises")


def is_passing(error: Exception) -> bool:
    """Return whether the error may be gone in a moment: no connection, a lock, a shutdown; not a wrong query."""
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return lost or isinstance(error, OperationalError | InterfaceError | PoolTimeoutError)


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).partition("\n")[0]

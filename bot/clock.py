"""The system clock, and whether to trust it after a jump."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_LOG = logging.getLogger(__name__)
_JUMP = timedelta(minutes=10)  # a larger difference from the monotonic clock between two calls is a jump
_SETTLED = 120.0  # seconds without a further jump after which the clock is trusted again


def utc_now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


class SteadyClock:
    """A clock that is not trusted for two minutes after a jump ahead.

    After a jump ahead by days, every tip of those days would be recorded as missed, and data kept for some days
    would be deleted. Two minutes are mostly enough for NTP to set the clock right again.

    Parameters
    ----------
    wall
        Returns the time in UTC.
    ticking
        Returns monotonic seconds.
    """

    def __init__(self, wall: Callable[[], datetime] = utc_now, ticking: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._ticking = ticking
        self._last = (wall(), ticking())
        self._doubted: float | None = None  # monotonic seconds of the last jump ahead; None while trusted

    def now(self) -> datetime | None:
        """Return the time in UTC; None while the clock is not trusted."""
        wall, ticks = self._wall(), self._ticking()
        ahead = (wall - self._last[0]) - timedelta(seconds=ticks - self._last[1])
        self._last = (wall, ticks)
        if ahead > _JUMP:
            _LOG.warning("The clock jumped ahead by %s; nothing is taken or deleted until it has settled.", ahead)
            self._doubted = ticks
        elif ahead < -_JUMP:
            _LOG.warning("The clock jumped back by %s.", -ahead)
            self._doubted = None
        if self._doubted is not None and ticks - self._doubted < _SETTLED:
            return None
        self._doubted = None
        return wall

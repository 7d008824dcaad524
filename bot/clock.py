"""The time, and whether to trust it."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_LOG = logging.getLogger(__name__)
_JUMP = timedelta(minutes=10)  # further ahead than this, against a clock that only goes forward, is a jump
_SETTLED = 120.0  # seconds for which the clock must go evenly after a jump, before it is believed


def utc_now() -> datetime:
    """Tell the time in UTC."""
    return datetime.now(UTC)


class SteadyClock:
    """Watches for jumps of the clock.

    A clock that jumps ahead by days would have every tip of those days recorded as missed, and deleted what is
    kept for some days. So it is not believed until it has gone evenly for two minutes; by then it was mostly set
    right again.

    Parameters
    ----------
    wall
        Tells the time in UTC.
    ticking
        Seconds that only go forward.
    """

    def __init__(self, wall: Callable[[], datetime] = utc_now, ticking: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._ticking = ticking
        self._last = (wall(), ticking())
        self._doubted: float | None = None

    def now(self) -> datetime | None:
        """Tell the time in UTC; None while it is not to be believed."""
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

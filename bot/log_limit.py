"""Log lines about trouble that goes on, at most one a minute for each kind."""

import logging
import time
from collections.abc import Callable

_INTERVAL = 60.0  # seconds between two lines of one kind


class LimitedLog:
    """Log with at most one line a minute for each kind of trouble; the next line says how many were left out.

    Parameters
    ----------
    logger
        Logger that takes the lines.
    now
        Returns a time in seconds, from any start.
    """

    def __init__(self, logger: logging.Logger, now: Callable[[], float] = time.monotonic) -> None:
        self._logger = logger
        self._now = now
        self._latest: dict[str, float] = {}  # kinds are fixed words in our code, so that this stays small
        self._left_out: dict[str, int] = {}

    def error(self, kind: str, line: str) -> None:
        """Log a line as an error, unless one of its kind was logged within the minute."""
        self._log(logging.ERROR, kind, line)

    def warning(self, kind: str, line: str) -> None:
        """Log a line as a warning, unless one of its kind was logged within the minute."""
        self._log(logging.WARNING, kind, line)

    def _log(self, level: int, kind: str, line: str) -> None:
        now = self._now()
        if now - self._latest.get(kind, -_INTERVAL) < _INTERVAL:
            self._left_out[kind] = self._left_out.get(kind, 0) + 1
            return
        self._latest[kind] = now
        more = self._left_out.pop(kind, 0)
        self._logger.log(level, "%s%s", line, f" ({more} more like this since the last line.)" if more else "")

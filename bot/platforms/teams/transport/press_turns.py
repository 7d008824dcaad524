"""Turns of presses: of a crowd the first are answered, and who could not be answered in time is told so at once."""

import asyncio
import time

_AT_ONCE = 8  # presses worked on at once: all of a crowd at once, none would be in time
_FIRST_PACE = 0.01  # seconds from one end to the next, before any was measured; what two busy cores need
_STEADY = 20  # ends over which the pace is averaged


class PressTurns:
    """Lets a few presses be worked on at once.

    A press is not kept waiting where by the pace of the last ones its turn would come too late: to say so costs a
    fraction of an answer, and all of a crowd are told something while Teams still waits.
    """

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0
        self._pace = _FIRST_PACE
        self._latest_end: float | None = None  # None where nobody waited then

    async def begin(self, within: float) -> bool:
        """Return whether the turn of a press came within so many seconds; if so, `end` must follow."""
        if self._waiting * self._pace > within:
            return False
        self._waiting += 1
        try:
            async with asyncio.timeout(within):
                await self._free.acquire()
        except TimeoutError:
            return False
        finally:
            self._waiting -= 1
        return True

    def end(self) -> None:
        """End a turn, so that the next press begins."""
        now = time.monotonic()
        if self._latest_end is not None:
            self._pace += (now - self._latest_end - self._pace) / _STEADY
        self._latest_end = now if self._waiting else None
        self._free.release()

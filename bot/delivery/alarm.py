"""When the scheduler next looks for what was deferred: sooner than on the full minute where something ends sooner."""

import asyncio
import heapq
import time
from contextlib import suppress

_SOONEST = 10.0  # seconds between two early looks: what ends within them goes on together, in few batches


class Alarm:
    """Wakes the scheduler of this process for what the process itself has deferred.

    Where the process dies first, a sweep on the full minute finds the same.
    """

    def __init__(self, soonest: float = _SOONEST) -> None:
        self._soonest = soonest
        self._times: list[float] = []  # monotonic seconds; a heap
        self._last = -soonest
        self._set = asyncio.Event()

    def set(self, seconds: float) -> None:
        """Ask for a look after some seconds."""
        heapq.heappush(self._times, time.monotonic() + seconds)
        self._set.set()

    async def wait(self, seconds: float) -> bool:
        """Wait for some seconds; return True at once when the alarm rings before they are over."""
        until = time.monotonic() + seconds
        while (now := time.monotonic()) < until:
            rings = max(self._times[0], self._last + self._soonest) if self._times else until
            if rings <= now:
                while self._times and self._times[0] <= now:
                    heapq.heappop(self._times)
                self._last = now
                return True
            self._set.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(min(rings, until) - now):
                    await self._set.wait()
        return False

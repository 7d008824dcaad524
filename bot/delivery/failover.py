"""A living replica takes over the work of one that died, or that hangs, within ten seconds."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.store.database import UNAVAILABLE
from bot.store.replicas import Replicas

_LOG = logging.getLogger(__name__)
_RELEASED = timedelta(days=1)
_STRAYS_EVERY = 5  # looks


@dataclass(frozen=True, slots=True)
class Pace:
    """How quickly a replica counts as dead, in seconds.

    Parameters
    ----------
    beat
        Between two signs of life.
    silence
        Without one, after which a replica counts as dead. Together they stay under ten seconds.
    """

    beat: float = 2.0
    silence: float = 6.0


class Work(Protocol):
    """The engine, as far as adoption needs it."""

    @property
    def replica(self) -> str:
        """Name this replica."""
        ...

    async def take_over(self, replica: str) -> int:
        """Put a replica's work back on the queue."""
        ...

    async def working(self) -> set[str]:
        """List the replicas that have work in progress."""
        ...


class Adoption:
    """Gives signs of life, and takes over from those who give none.

    The two go on side by side: looking after others may have to wait for the engine, a sign of life may not.
    """

    def __init__(self, replicas: Replicas, work: Work, pace: Pace | None = None) -> None:
        self._replicas = replicas
        self._work = work
        self._pace = pace or Pace()
        self._last_beat: float | None = None  # monotonic seconds
        self._steady_since: float | None = None  # since when every sign of ours got through
        self._looks = 0

    async def run(self) -> None:
        """Go on until cancelled. A database that is away for a while only delays it."""
        await asyncio.gather(self._again_and_again(self.beat), self._again_and_again(self.look))

    async def beat(self) -> None:
        """Give one sign of life; the first before any work is taken."""
        listed = await self._replicas.beat(self._work.replica)
        now = time.monotonic()
        if self._last_beat is None or now - self._last_beat > self._pace.silence:
            self._steady_since = now
        elif not listed:
            _LOG.warning("This replica was silent for so long that another one took over its work.")
        self._last_beat = now

    async def look(self) -> None:
        """Look at the others once, and take over from those that are silent.

        Who was silent itself, as everybody is when the database was away, first lets the others report.
        """
        steady = self._steady_since is not None and time.monotonic() - self._steady_since >= self._pace.silence
        silence = timedelta(seconds=self._pace.silence) if steady else _RELEASED
        for replica in await self._replicas.claim_silent(but=self._work.replica, silence=silence):
            taken = await self._work.take_over(replica)
            await self._replicas.remove(replica)
            _LOG.info("Took over %d deliveries of %s.", taken, replica)
        if self._looks % _STRAYS_EVERY == 0:
            await self._list_strays()
        self._looks += 1

    async def leave(self) -> None:
        """Say that this replica stops, so that its work is taken over at once."""
        await self._replicas.release(self._work.replica)

    async def _list_strays(self) -> None:
        """List replicas that have work but are not on the list, so that they count as dead unless they report."""
        for replica in await self._work.working() - await self._replicas.listed():
            await self._replicas.beat(replica)

    async def _again_and_again(self, step: Callable[[], Awaitable[None]]) -> None:
        while True:
            started = time.monotonic()
            try:
                await step()
            except UNAVAILABLE as error:
                _LOG.warning("The other replicas cannot be seen just now: %s", str(error).partition("\n")[0])
            except Exception:  # noqa: BLE001 (who gives no more signs of life counts as dead, and looks after nobody)
                _LOG.exception("Looking after the other replicas failed; it is tried again.")
            await asyncio.sleep(max(0.0, self._pace.beat - (time.monotonic() - started)))

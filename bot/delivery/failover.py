"""Failover: a live replica takes over the tasks of a dead or hung replica within ten seconds."""

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
_RELEASED = timedelta(days=1)  # older than any heartbeat but the one that `Replicas.release` writes
_LIST_EVERY = 5  # rounds of `take_over_silent` between two searches for replicas that are not listed


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Times of the heartbeat, in seconds. Together they stay under ten seconds.

    Parameters
    ----------
    interval
        Between two heartbeats.
    timeout
        After the last heartbeat; from then on a replica counts as dead.
    """

    interval: float = 2.0
    timeout: float = 6.0


class FailoverEngine(Protocol):
    """The part of the delivery engine that failover needs."""

    @property
    def replica(self) -> str:
        """Return the name of this replica."""
        ...

    async def take_over(self, replica: str) -> int:
        """Put the tasks that another replica has in progress back on the queue; return their number."""
        ...

    async def list_working_replicas(self) -> set[str]:
        """Return the names of the replicas that have tasks in progress."""
        ...


class Failover:
    """Sends heartbeats, and takes over the tasks of replicas that send none.

    Both run side by side: taking over may have to wait for the engine, a heartbeat may not.
    """

    def __init__(self, replicas: Replicas, engine: FailoverEngine, heartbeat: Heartbeat | None = None) -> None:
        self._replicas = replicas
        self._engine = engine
        self._heartbeat = heartbeat or Heartbeat()
        self._last_heartbeat: float | None = None  # monotonic seconds
        self._steady_since: float | None = None  # monotonic seconds; since then each heartbeat was recorded in time
        self._rounds = 0

    async def run(self) -> None:
        """Send heartbeats and take over until cancelled. An unavailable database only delays both."""
        await asyncio.gather(self._repeat(self.send_heartbeat), self._repeat(self.take_over_silent))

    async def send_heartbeat(self) -> None:
        """Record one heartbeat of this replica; the first is due before the replica takes any task."""
        listed = await self._replicas.record_heartbeat(self._engine.replica)
        now = time.monotonic()
        if self._last_heartbeat is None or now - self._last_heartbeat > self._heartbeat.timeout:
            self._steady_since = now
        elif not listed:
            _LOG.warning("This replica was silent for so long that another one took over its work.")
        self._last_heartbeat = now

    async def take_over_silent(self) -> None:
        """Take over the tasks of every replica whose heartbeat timed out.

        A replica that was silent itself, as all are while the database is unavailable, first lets the others send
        their heartbeats: until then it takes over only from replicas that stopped cleanly.
        """
        steady = self._steady_since is not None and time.monotonic() - self._steady_since >= self._heartbeat.timeout
        silence = timedelta(seconds=self._heartbeat.timeout) if steady else _RELEASED
        for replica in await self._replicas.claim_silent(but=self._engine.replica, silence=silence):
            await self._replicas.end_transactions(replica)
            taken = await self._engine.take_over(replica)
            await self._replicas.remove(replica)
            _LOG.info("Took over %d deliveries of %s.", taken, replica)
        if self._rounds % _LIST_EVERY == 0:
            await self._list_unlisted()
        self._rounds += 1

    async def release(self) -> None:
        """Record that this replica stops, so that its tasks are taken over at once."""
        await self._replicas.release(self._engine.replica)

    async def _list_unlisted(self) -> None:
        """Record a heartbeat of each replica that has tasks but is not listed: without another it counts as dead."""
        for replica in await self._engine.list_working_replicas() - await self._replicas.list_ids():
            await self._replicas.record_heartbeat(replica)

    async def _repeat(self, step: Callable[[], Awaitable[None]]) -> None:
        while True:
            started = time.monotonic()
            try:
                await step()
            except UNAVAILABLE as error:
                _LOG.warning("The other replicas cannot be seen just now: %s", str(error).partition("\n")[0])
            except Exception:  # noqa: BLE001 (without heartbeats this replica would count as dead, and take over nothing)
                _LOG.exception("Looking after the other replicas failed; it is tried again.")
            await asyncio.sleep(max(0.0, self._heartbeat.interval - (time.monotonic() - started)))

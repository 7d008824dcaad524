"""Daily tips while the server runs: the engine, the sweep each minute, the signs of life."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import date, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import SteadyClock, utc_now
from bot.conversation.lesson_reply import Tips
from bot.delivery.engine import Engine, Limits
from bot.delivery.failover import Adoption, Pace
from bot.delivery.poster import Poster
from bot.delivery.scheduler import Sweeper
from bot.delivery.tasks import CheckErrand, TipErrand
from bot.delivery.worker import Courier, Errand, Stopping, Waits
from bot.store.deliveries import Deliveries
from bot.store.promises import Promises
from bot.store.replicas import Replicas
from bot.store.subscriptions import Subscriptions

_LOG = logging.getLogger(__name__)
_MINUTE = 60.0
_GRACE = 10.0  # seconds in which posts in flight may be answered at shutdown
_STALLED = 180.0  # seconds without a sweep, after which the service is not ready
_FORGET_EVERY = 60  # minutes
_HISTORY_KEPT = timedelta(hours=24)


class TipsService:
    """Everything that runs so that tips and reminders come.

    Parameters
    ----------
    url
        The database, as the operator wrote it.
    database
        The same, opened and migrated.
    history_kept
        For how long the engine remembers finished work; our own records are `bot.retention`'s.
    every
        Seconds between two sweeps.
    """

    def __init__(
        self,
        url: str,
        database: AsyncEngine,
        tips: Tips,
        poster: Poster,
        limits: Limits | None = None,
        waits: Waits | None = None,
        pace: Pace | None = None,
        history_kept: timedelta = _HISTORY_KEPT,
        now: Callable[[], datetime] = utc_now,
        every: float = _MINUTE,
    ) -> None:
        self._deliveries = Deliveries(database)
        self._subscriptions = Subscriptions(database)
        self._promises = Promises(database)
        self._tips = tips
        self._poster = poster
        self._history_kept = history_kept
        self._stopping = Stopping()
        self._clock = SteadyClock(now)
        self._courier = Courier(poster, self._clock.now, self._stopping, waits)
        self._engine = Engine(url, self._carry, limits or Limits())
        self._adoption = Adoption(Replicas(database), self._engine, pace)
        self._every = every
        self._swept: float | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run until the block ends; then posts in flight are answered, and the rest is left for other replicas."""
        await self._adoption.beat()
        async with self._engine.open() as queue:
            sweeper = Sweeper(self._deliveries, self._promises, queue)
            tasks = [asyncio.create_task(self._adoption.run()), asyncio.create_task(self._sweep(sweeper))]
            try:
                yield
            finally:
                await self._stop(tasks)
        with suppress(SQLAlchemyError, OSError):  # if it cannot be said, silence says it
            await self._adoption.leave()

    def ready(self) -> str | None:
        """Say why tips are not being delivered; None when they are."""
        if self._swept is None or time.monotonic() - self._swept > self._every + _STALLED:
            return "nothing was looked through for what is due in the last minutes"
        return None

    async def _sweep(self, sweeper: Sweeper) -> None:
        """Take what is due, on every full minute, and have the engine forget what is finished once an hour."""
        rounds = 0
        while True:
            now = self._clock.now()
            try:
                if now is not None and await sweeper.sweep(now):
                    _LOG.info("Took what was due.")
                self._swept = time.monotonic()
                if rounds % _FORGET_EVERY == 0 and now is not None:
                    await self._engine.forget_finished(now - self._history_kept)
            except Exception:  # noqa: BLE001 (a sweep that ends in silence is the end of every tip)
                _LOG.exception("The sweep failed; the next one takes what this one left.")
            rounds += 1
            await asyncio.sleep(self._every - time.time() % self._every)

    async def _carry(self, kind: str, names: Sequence[str], turn: int) -> None:
        await self._courier.carry(self._errand(kind, names, turn))

    def _errand(self, kind: str, names: Sequence[str], turn: int) -> Errand:
        if kind == "check":
            return CheckErrand(names[0], self._promises, self._tips, turn)
        subscription, day = names
        return TipErrand(
            subscription, date.fromisoformat(day), self._deliveries, self._subscriptions, self._tips, self._poster, turn
        )

    async def _stop(self, tasks: Sequence["asyncio.Task[None]"]) -> None:
        self._stopping.now()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._courier.idle(_GRACE)

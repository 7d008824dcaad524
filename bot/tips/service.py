"""Daily tips while the server runs: the engine, the sweep each minute, the signs of life, the clearing up."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.deliveries import Deliveries
from bot.store.promises import Promises
from bot.store.replicas import Replicas
from bot.store.retrying import patiently
from bot.store.subscriptions import Subscriptions
from bot.telling import Tips
from bot.tips.adoption import Adoption, Pace
from bot.tips.clock import SteadyClock, utc_now
from bot.tips.delivery import Courier, Errand, Stopping, Waits
from bot.tips.engine import Engine, Limits
from bot.tips.errands import CheckErrand, TipErrand
from bot.tips.posting import Poster
from bot.tips.sweep import Sweeper

_LOG = logging.getLogger(__name__)
_MINUTE = 60.0
_GRACE = 10.0  # seconds in which posts in flight may be answered at shutdown
_STALLED = 180.0  # seconds without a sweep, after which the service is not ready
_CLEAR_UP_EVERY = 60  # minutes
PROMISES_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long records are kept."""

    deliveries: timedelta = timedelta(days=400)
    workflows: timedelta = timedelta(hours=24)
    promises: timedelta = PROMISES_KEPT


class TipsService:
    """Everything that runs so that tips and reminders come.

    Parameters
    ----------
    url
        The database, as the operator wrote it.
    database
        The same, opened and migrated.
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
        keeping: Keeping | None = None,
        now: Callable[[], datetime] = utc_now,
        every: float = _MINUTE,
    ) -> None:
        self._deliveries = Deliveries(database)
        self._subscriptions = Subscriptions(database)
        self._promises = Promises(database)
        self._tips = tips
        self._poster = poster
        self._keeping = keeping or Keeping()
        self._stopping = Stopping()
        self._courier = Courier(poster, now, self._stopping, waits)
        self._engine = Engine(url, self._carry, limits or Limits())
        self._adoption = Adoption(Replicas(database), self._engine, pace)
        self._clock = SteadyClock(now)
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
        """Take what is due, on every full minute, and clear up once an hour."""
        rounds = 0
        while True:
            now = self._clock.now()
            try:
                if now is not None and await sweeper.sweep(now):
                    _LOG.info("Took what was due.")
                self._swept = time.monotonic()
                if rounds % _CLEAR_UP_EVERY == 0 and now is not None:
                    await self._clear_up(now)
            except (SQLAlchemyError, OSError):
                _LOG.exception("The sweep failed; the next one takes what this one left.")
            rounds += 1
            await asyncio.sleep(self._every - time.time() % self._every)

    async def _clear_up(self, now: datetime) -> None:
        await self._engine.forget_finished(now - self._keeping.workflows)
        await patiently(lambda: self._deliveries.forget(now - self._keeping.deliveries))
        await patiently(lambda: self._promises.forget(now - self._keeping.promises))

    async def _carry(self, kind: str, names: Sequence[str]) -> None:
        await self._courier.carry(self._errand(kind, names))

    def _errand(self, kind: str, names: Sequence[str]) -> Errand:
        if kind == "check":
            return CheckErrand(names[0], self._promises, self._tips)
        subscription, day = names
        return TipErrand(
            subscription, date.fromisoformat(day), self._deliveries, self._subscriptions, self._tips, self._poster
        )

    async def _stop(self, tasks: Sequence["asyncio.Task[None]"]) -> None:
        self._stopping.now()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._courier.idle(_GRACE)

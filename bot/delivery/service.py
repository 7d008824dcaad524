"""The tips service, which runs the engine, the scheduler and failover while the server runs."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import SteadyClock, utc_now
from bot.conversation.tips import TipChooser
from bot.delivery.alarm import Alarm
from bot.delivery.batches import Batch, QueuedTask
from bot.delivery.digest_task import DigestTask
from bot.delivery.engine import Engine, EngineLimits
from bot.delivery.failover import Failover, Heartbeat
from bot.delivery.poster import Poster
from bot.delivery.scheduler import Scheduler
from bot.delivery.slots import Slots
from bot.delivery.tasks import ReminderTask, TipTask
from bot.delivery.worker import CountDelivery, Shutdown, Task, Worker, WorkerTimings
from bot.message import AbilitiesByPlatform
from bot.store.database import get_session_name
from bot.store.deliveries import OPEN, Deliveries
from bot.store.digests import Digests
from bot.store.promises import Promises
from bot.store.replicas import Replicas

_LOG = logging.getLogger(__name__)
_MINUTE = 60.0
_GRACE = 10.0  # seconds at shutdown for the platforms to answer posts in flight
_STALLED = 180.0  # seconds without a round of the scheduler after which the service is not ready
_FORGET_EVERY = 60  # rounds of the scheduler
_HISTORY_KEPT = timedelta(hours=24)


class TipsService:
    """Runs the delivery of tips and reminders.

    Parameters
    ----------
    url
        The database's URL, as the operator wrote it.
    database
        The same database, opened and migrated.
    history_kept
        For how long the engine keeps finished workflows; `bot.retention` deletes our own records.
    every
        Seconds between two rounds of the scheduler.
    count
        Counts the outcome of each delivery.
    """

    def __init__(
        self,
        url: str,
        database: AsyncEngine,
        tips: TipChooser,
        poster: Poster,
        abilities: AbilitiesByPlatform,
        limits: EngineLimits | None = None,
        timings: WorkerTimings | None = None,
        heartbeat: Heartbeat | None = None,
        history_kept: timedelta = _HISTORY_KEPT,
        now: Callable[[], datetime] = utc_now,
        every: float = _MINUTE,
        count: CountDelivery | None = None,
    ) -> None:
        self._deliveries = Deliveries(database)
        self._promises = Promises(database)
        self._digests = Digests(database)
        self._now = now
        self._tips = tips
        self._poster = poster
        self._abilities = abilities
        self._history_kept = history_kept
        self._shutdown = Shutdown()
        self._clock = SteadyClock(now)
        self._alarm = Alarm()
        self._timings = timings or WorkerTimings()
        limits = limits or EngineLimits()
        slots = Slots(limits.at_once, limits.workspace_at_once)
        self._worker = Worker(poster, self._clock.now, self._shutdown, self._timings, count, slots, self._alarm.set)
        self._engine = Engine(url, self._run_batch, self._put_off, limits, get_session_name(database))
        self._failover = Failover(Replicas(database), self._engine, heartbeat)
        self._every = every
        self._last_round: float | None = None  # monotonic seconds

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run until the block ends; then wait for posts in flight, and leave other tasks to other replicas."""
        await self._failover.send_heartbeat()
        async with self._engine.open() as queue:
            scheduler = Scheduler(self._deliveries, self._promises, self._digests, queue)
            tasks = [asyncio.create_task(self._failover.run()), asyncio.create_task(self._schedule(scheduler))]
            try:
                yield
            finally:
                await self._stop(tasks)
        with suppress(SQLAlchemyError, OSError):  # without the record, the missing heartbeats show the same
            await self._failover.release()

    def ready(self) -> str | None:
        """Return why no tips are being delivered; None when they are."""
        if self._last_round is None or time.monotonic() - self._last_round > self._every + _STALLED:
            return "nothing was looked through for what is due in the last minutes"
        return None

    async def _schedule(self, scheduler: Scheduler) -> None:
        """Enqueue what is due on every full minute, and delete the engine's finished workflows once an hour."""
        rounds = 0
        while True:
            try:
                await self._engine.put_off_old_tasks()
                now = self._clock.now()
                if now is not None and await scheduler.enqueue_due(now):
                    _LOG.info("Took what was due.")
                self._last_round = time.monotonic()
                if rounds % _FORGET_EVERY == 0 and now is not None:
                    await self._engine.forget_finished(now - self._history_kept)
            except Exception:  # noqa: BLE001 (without this loop no tip would ever come again)
                _LOG.exception("The sweep failed; the next one takes what this one left.")
            rounds += 1
            await self._wait_for_next_round(scheduler)

    async def _wait_for_next_round(self, scheduler: Scheduler) -> None:
        """Wait until the full minute; what this process deferred and is due before then is enqueued meanwhile."""
        until = time.monotonic() + self._every - time.time() % self._every
        while await self._alarm.wait(until - time.monotonic()):
            now = self._clock.now()
            try:
                if now is not None:
                    await scheduler.enqueue_deferred(now)
            except Exception:  # noqa: BLE001 (as above)
                _LOG.exception("A look for what was deferred failed; the next sweep takes it.")

    async def _run_batch(self, batch: Batch) -> None:
        """Run the tasks of a batch side by side: whatever becomes of one, the others go on.

        Raises
        ------
        CancelledError
            When the process stops before all have ended; the engine then takes the batch up again.
        """
        tasks = [self._worker.run_task(self._task_of(one), batch.workspace) for one in batch.tasks]
        for end in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(end, asyncio.CancelledError):
                raise end
            if end is not None:
                _LOG.error("A task of a batch ended with an error.", exc_info=end)

    async def _put_off(self, task: QueuedTask) -> bool:
        """Defer a task of the release before; return whether nothing is left to do for what that one enqueued."""
        now = self._clock.now()
        if now is None:
            return False
        if task.day is None:
            promise = await self._promises.get(task.name)
            if promise is None or promise.turn != task.turn or promise.check_state not in ("queued", "posting"):
                return True
            return await self._promises.defer(promise, now + self._settle(begun=promise.check_state == "posting"))
        found = await self._deliveries.load(task.name, task.day)
        if found is None or found.delivery.turn != task.turn or found.delivery.state not in OPEN:
            return True
        return await self._deliveries.defer(found.delivery, now + self._settle(begun=found.delivery.state == "posting"))

    def _settle(self, *, begun: bool) -> timedelta:
        """Return how long to wait before a task of another release is gone on with, and ask for a look then."""
        wait = self._timings.settle if begun else 0.0
        self._alarm.set(wait)
        return timedelta(seconds=wait)

    def _task_of(self, queued: QueuedTask) -> Task:
        if queued.kind == "check":
            return ReminderTask(queued, self._promises, self._tips)
        if queued.kind == "digest":
            return DigestTask(queued, self._digests, self._tips, self._poster, self._abilities, self._now)
        return TipTask(queued, self._deliveries, self._tips, self._poster, self._abilities)

    async def _stop(self, tasks: Sequence["asyncio.Task[None]"]) -> None:
        self._shutdown.begin()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._worker.wait_until_idle(_GRACE)

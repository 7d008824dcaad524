"""The scheduler: enqueues each minute what is due or was deferred until then."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

from sqlalchemy import Connection

from bot.delivery.batches import Batch, QueuedTask, divide_into_batches
from bot.message import Place
from bot.store.deliveries import Deliveries, ScheduledTip
from bot.store.digests import Digest, Digests
from bot.store.promises import Promise, Promises
from bot.store.retry import retry_until_available
from bot.subscriptions.calendar import decide

_AT_A_TIME = 500  # in one transaction: fewer are slower, more keep the lock on SQLite for too long


class BatchQueue(Protocol):
    """The engine's queue of batches, written to within a transaction on the engine's database."""

    @property
    def batch_size(self) -> int:
        """Return the most tasks that a batch may have."""
        ...

    def enqueue(self, connection: Connection, batch: Batch) -> None:
        """Enqueue a batch."""
        ...


class Scheduler:
    """Enqueues tips, reminders and digests when they are due, in batches of one workspace.

    Parameters
    ----------
    queue
        Takes the batches.
    """

    def __init__(self, deliveries: Deliveries, promises: Promises, digests: Digests, queue: BatchQueue) -> None:
        self._deliveries = deliveries
        self._promises = promises
        self._digests = digests
        self._queue = queue

    async def enqueue_due(self, now: datetime) -> int:
        """Enqueue everything that is due at an instant or was deferred until then; return the number of tasks."""
        sources = (self._due_tips, self._due_reminders, self._due_digests)
        due = sum([await _until_none(partial(source, now)) for source in sources])
        return due + await self.enqueue_deferred(now)

    async def enqueue_deferred(self, now: datetime) -> int:
        """Enqueue everything that was deferred until an instant; return the number of tasks."""
        sources = (self._deferred_tips, self._deferred_reminders, self._deferred_digests)
        return sum([await _until_none(partial(source, now)) for source in sources])

    async def _due_tips(self, now: datetime) -> int:
        return await retry_until_available(
            lambda: self._deliveries.take_due(now, _AT_A_TIME, lambda one: decide(one, now), self._enqueue_tips)
        )

    async def _due_reminders(self, now: datetime) -> int:
        return await retry_until_available(lambda: self._promises.take_due(now, _AT_A_TIME, self._enqueue_reminders))

    async def _deferred_tips(self, now: datetime) -> int:
        return await retry_until_available(lambda: self._deliveries.take_deferred(now, _AT_A_TIME, self._enqueue_tips))

    async def _deferred_reminders(self, now: datetime) -> int:
        return await retry_until_available(
            lambda: self._promises.take_deferred(now, _AT_A_TIME, self._enqueue_reminders)
        )

    async def _due_digests(self, now: datetime) -> int:
        return await retry_until_available(lambda: self._digests.take_due(now, _AT_A_TIME, self._enqueue_digests))

    async def _deferred_digests(self, now: datetime) -> int:
        return await retry_until_available(lambda: self._digests.take_deferred(now, _AT_A_TIME, self._enqueue_digests))

    def _enqueue_tips(self, connection: Connection, tips: Sequence[ScheduledTip]) -> None:
        def name(tip: ScheduledTip) -> QueuedTask:
            one = tip.delivery
            settled = one.attempt if one.state == "posting" else 0  # it was put off for as long as that takes
            return QueuedTask("tip", one.subscription, one.day, one.turn, settled)

        self._enqueue(connection, [(tip.subscription.place, name(tip)) for tip in tips])

    def _enqueue_reminders(self, connection: Connection, promises: Sequence[Promise]) -> None:
        def name(one: Promise) -> QueuedTask:
            settled = one.attempt if one.check_state == "posting" else 0
            return QueuedTask("check", one.id, turn=one.turn, settled=settled)

        self._enqueue(connection, [(one.place, name(one)) for one in promises])

    def _enqueue_digests(self, connection: Connection, digests: Sequence[Digest]) -> None:
        def name(one: Digest) -> QueuedTask:
            return QueuedTask("digest", one.id, turn=one.turn, settled=one.attempt if one.state == "posting" else 0)

        self._enqueue(connection, [(one.place, name(one)) for one in digests])

    def _enqueue(self, connection: Connection, tasks: Sequence[tuple[Place, QueuedTask]]) -> None:
        for batch in divide_into_batches(tasks, self._queue.batch_size):
            self._queue.enqueue(connection, batch)


async def _until_none(enqueue: Callable[[], Awaitable[int]]) -> int:
    total = 0
    while enqueued := await enqueue():
        total += enqueued
    return total

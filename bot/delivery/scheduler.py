"""The scheduler: enqueues each minute what is due or was deferred until then."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Protocol

from sqlalchemy import Connection

from bot.message import Place
from bot.store.deliveries import Deliveries, ScheduledTip
from bot.store.promises import Promise, Promises
from bot.store.retry import retry_until_available
from bot.subscriptions.calendar import decide

_AT_A_TIME = 500  # in one transaction: fewer are slower, more keep the lock on SQLite for too long


class TaskQueue(Protocol):
    """The engine's queue of tasks, written to within a transaction on the engine's database."""

    def enqueue_tip(self, connection: Connection, partition: str, subscription: str, day: date, turn: int = 0) -> None:
        """Enqueue the tip of a subscription on a local date; `turn` counts how often the task was deferred."""
        ...

    def enqueue_reminder(self, connection: Connection, partition: str, promise: str, turn: int = 0) -> None:
        """Enqueue the reminder of a promise. See `enqueue_tip`."""
        ...


class Scheduler:
    """Enqueues tips and reminders when they are due.

    Parameters
    ----------
    queue
        Takes the tasks.
    """

    def __init__(self, deliveries: Deliveries, promises: Promises, queue: TaskQueue) -> None:
        self._deliveries = deliveries
        self._promises = promises
        self._queue = queue

    async def enqueue_due(self, now: datetime) -> int:
        """Enqueue everything that is due at an instant or was deferred until then; return the number of tasks."""
        sources = (self._due_tips, self._due_reminders, self._deferred_tips, self._deferred_reminders)
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

    def _enqueue_tips(self, connection: Connection, tips: Sequence[ScheduledTip]) -> None:
        for tip in tips:
            one = tip.delivery
            self._queue.enqueue_tip(connection, _partition(tip.subscription.place), one.subscription, one.day, one.turn)

    def _enqueue_reminders(self, connection: Connection, promises: Sequence[Promise]) -> None:
        for one in promises:
            self._queue.enqueue_reminder(connection, _partition(one.place), one.id, one.turn)


def _partition(place: Place) -> str:
    """Return the queue's partition for a workspace: the engine's limits hold for each partition."""
    return f"{place.platform}:{place.team}"


async def _until_none(enqueue: Callable[[], Awaitable[int]]) -> int:
    total = 0
    while enqueued := await enqueue():
        total += enqueued
    return total

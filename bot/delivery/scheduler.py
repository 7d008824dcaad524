"""Taking what is due: each minute, in transactions of five hundred."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from functools import partial
from typing import Protocol

from sqlalchemy import Connection

from bot.store.deliveries import Deliveries, Delivery
from bot.store.promises import Promise, Promises
from bot.store.retry import patiently
from bot.store.subscriptions import Subscription
from bot.subscriptions.calendar import decide

_AT_A_TIME = 500  # in one transaction: fewer are slower, more keep the lock on SQLite for too long


class Enqueue(Protocol):
    """Hands work to the engine, within a transaction on its database."""

    def tip(self, connection: Connection, partition: str, subscription: str, day: date, turn: int = 0) -> None:
        """Enqueue the tip of a subscription on a day; a later turn when the work on it was put off."""
        ...

    def check(self, connection: Connection, partition: str, promise: str, turn: int = 0) -> None:
        """Enqueue the reminder of a promise. See `tip`."""
        ...


class Sweeper:
    """Takes what is due.

    Parameters
    ----------
    enqueue
        Where the work goes.
    """

    def __init__(self, deliveries: Deliveries, promises: Promises, enqueue: Enqueue) -> None:
        self._deliveries = deliveries
        self._promises = promises
        self._enqueue = enqueue

    async def sweep(self, now: datetime) -> int:
        """Take everything that is due at an instant, or was put off until then; returns how much there was."""
        takes = (self._tips, self._checks, self._tips_again, self._checks_again)
        return sum([await _until_none(partial(take, now)) for take in takes])

    async def _tips(self, now: datetime) -> int:
        def enqueue(connection: Connection, one: Subscription) -> None:
            if one.next_day is not None:
                self._enqueue.tip(connection, _partition(one.place.platform, one.place.team), one.id, one.next_day)

        return await patiently(
            lambda: self._deliveries.take_due(now, _AT_A_TIME, lambda one: decide(one, now), enqueue)
        )

    async def _checks(self, now: datetime) -> int:
        def enqueue(connection: Connection, one: Promise) -> None:
            self._enqueue.check(connection, _partition(one.place.platform, one.place.team), one.id)

        return await patiently(lambda: self._promises.take_due(now, _AT_A_TIME, enqueue))

    async def _tips_again(self, now: datetime) -> int:
        def enqueue(connection: Connection, one: Subscription, delivery: Delivery) -> None:
            partition = _partition(one.place.platform, one.place.team)
            self._enqueue.tip(connection, partition, one.id, delivery.day, delivery.turn)

        return await patiently(lambda: self._deliveries.take_put_off(now, _AT_A_TIME, enqueue))

    async def _checks_again(self, now: datetime) -> int:
        def enqueue(connection: Connection, one: Promise) -> None:
            self._enqueue.check(connection, _partition(one.place.platform, one.place.team), one.id, one.turn)

        return await patiently(lambda: self._promises.take_put_off(now, _AT_A_TIME, enqueue))


def _partition(platform: str, team: str) -> str:
    """Give the part of the queue that has a workspace's own limits."""
    return f"{platform}:{team}"


async def _until_none(take: Callable[[], Awaitable[int]]) -> int:
    total = 0
    while taken := await take():
        total += taken
    return total

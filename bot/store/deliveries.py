"""Deliveries: the one tip of each subscription on each local date, taken when due, and its lasting record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Literal, cast

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.answers import build_answer_row
from bot.store.database import with_one_round_trip
from bot.store.subscriptions import Subscription, read_subscription
from bot.store.tables import AnswerRow, Base, DeliveryRow, SubscriptionRow

DeliveryState = Literal["due", "posting", "posted", "missed", "skipped", "refused", "unknown"]
OPEN: tuple[DeliveryState, ...] = ("due", "posting")
_REASON = 255  # characters of a reason that are kept
_CHANGING = ("state", "attempt", "late", "answer", "theme", "nudge", "reason", "changed_at")


@dataclass(frozen=True, slots=True)
class Delivery:
    """The tip of one subscription on one local date.

    Parameters
    ----------
    due_at
        Instant in UTC.
    state
        ``due``: certainly not posted yet. ``posting``: a post was begun and may have arrived. ``unknown``: whether
        the post arrived could never be found out, so the tip was not posted again.
    attempt
        Number of posts begun; a changed number shows a worker that another one took over.
    answer, theme, nudge
        The tip chosen at the first attempt; None before.
    reason
        Why the delivery is in this state, for operators.
    turn
        Number of times the task was deferred; ends the tasks of earlier turns.
    """

    subscription: str
    day: date
    due_at: datetime
    state: DeliveryState
    attempt: int = 0
    answer: str | None = None
    theme: str | None = None
    nudge: str | None = None
    reason: str | None = None
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a subscription that is due.

    Parameters
    ----------
    state
        ``due`` to post the tip now, ``missed`` when it is too late, ``skipped`` on a day left out.
    next_due, next_day
        Instant in UTC and local date of the next tip; None when none is coming.
    """

    state: DeliveryState
    reason: str | None
    next_due: datetime | None
    next_day: date | None


@dataclass(frozen=True, slots=True)
class ScheduledTip:
    """A delivery and its subscription."""

    delivery: Delivery
    subscription: Subscription


Decide = Callable[[Subscription], Decision]
EnqueueTip = Callable[[Connection, Subscription], None]
EnqueueDeferredTip = Callable[[Connection, Subscription, Delivery], None]


class Deliveries:
    """Queries on deliveries."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._single = with_one_round_trip(engine)

    async def take_due(self, now: datetime, limit: int, decide: Decide, enqueue: EnqueueTip) -> int:
        """Take due subscriptions in one transaction: record the delivery, set the next due date, enqueue the tip.

        Parameters
        ----------
        now
            Instant, aware.
        limit
            Largest number of subscriptions taken.
        enqueue
            Called in the transaction for each subscription whose tip is to be posted.

        Returns
        -------
        int
            Number of subscriptions that were due.
        """
        async with self._engine.begin() as connection:
            due = await _lock_due(connection, now, limit)
            if not due:
                return 0
            decisions = {one.id: decide(one) for one in due}
            taken = await self._record(connection, due, decisions)
            await connection.execute(_MOVE_ON, [_moved(one, decisions[one.id]) for one in due])
            to_post = [one for one in due if one.id in taken and decisions[one.id].state == "due"]
            await connection.run_sync(_enqueue_each, enqueue, to_post)
        return len(due)

    async def _record(
        self, connection: AsyncConnection, due: Sequence[Subscription], decisions: dict[str, Decision]
    ) -> set[str]:
        """Insert the deliveries; return the ids of the subscriptions that had none for that day yet."""
        rows = [_delivery_row(one, decisions[one.id]) for one in due]
        query = _insert_new(connection.dialect.name, DeliveryRow).values(rows).returning(DeliveryRow.subscription)
        return set((await connection.execute(query)).scalars())

    async def defer(self, delivery: Delivery, until: datetime) -> bool:
        """End this turn of the task and begin the next at an instant; return False when another worker took over."""
        values = {**_known(delivery, delivery.attempt), "next_turn": delivery.turn + 1, "until": until}
        async with self._single.begin() as connection:
            return bool((await connection.execute(_DEFER, values)).rowcount)

    async def take_deferred(self, now: datetime, limit: int, enqueue: EnqueueDeferredTip) -> int:
        """Enqueue again, in one transaction, the tips deferred until an instant; return their number."""
        query = _BOTH.where(DeliveryRow.again_at <= now).order_by(DeliveryRow.again_at).limit(limit)
        async with self._engine.begin() as connection:
            rows = await connection.execute(query.with_for_update(skip_locked=True, of=DeliveryRow))
            taken = [(read_subscription(row), _delivery_of(row, "delivery_")) for row in rows]
            for subscription, delivery in taken:
                await connection.execute(_QUEUED_AGAIN, {"of": delivery.subscription, "on": delivery.day})
                await connection.run_sync(enqueue, subscription, delivery)
        return len(taken)

    async def load(self, subscription: str, day: date) -> ScheduledTip | None:
        """Return a delivery and its subscription; None when there is no such delivery."""
        async with self._single.connect() as connection:
            row = (await connection.execute(_LOAD, {"of": subscription, "on": day})).first()
        return ScheduledTip(_delivery_of(row, "delivery_"), read_subscription(row)) if row else None

    async def intend(self, delivery: Delivery, answer: str, theme: str, nudge: str) -> Delivery | None:
        """Commit the intent to post.

        Returns
        -------
        Delivery or None
            None when another worker committed first.
        """
        mine = replace(delivery, state="posting", attempt=delivery.attempt + 1, answer=answer, theme=theme, nudge=nudge)
        return mine if await self._write(mine, delivery.attempt, ("due",)) else None

    async def still_mine(self, delivery: Delivery) -> bool:
        """Return whether no other worker has taken over since `intend`."""
        found = await self.load(delivery.subscription, delivery.day)
        if found is None:
            return False
        return found.delivery.attempt == delivery.attempt and found.delivery.state == "posting"

    async def not_posted(self, delivery: Delivery, reason: str) -> bool:
        """Record that a begun post certainly did not arrive, so that it may be made again."""
        changed = replace(delivery, state="due", reason=reason[:_REASON])
        return await self._write(changed, delivery.attempt, ("posting",))

    async def finish(self, tip: ScheduledTip, state: DeliveryState, reason: str | None) -> bool:
        """Record the outcome of a delivery, and in the same transaction the answer that the place has seen.

        Returns
        -------
        bool
            False when another worker took over.
        """
        ended = replace(tip.delivery, state=state, reason=reason and reason[:_REASON])
        seen = build_answer_row(ended.answer or "", tip.subscription.place, "tip", ended.theme or "", ended.nudge)
        async with self._engine.begin() as connection:
            values = _written(ended, tip.delivery.attempt, ("due", "posting", "unknown"))
            changed = (await connection.execute(_WRITE, values)).rowcount
            if changed and ended.answer and state in ("posted", "unknown"):
                await connection.execute(_insert_new(connection.dialect.name, AnswerRow), seen)
        return bool(changed)

    async def days(self, subscription: str, since: date) -> set[date]:
        """Return the local dates on or after `since` on which a subscription had its delivery."""
        query = select(DeliveryRow.day).where(DeliveryRow.subscription == subscription, DeliveryRow.day >= since)
        async with self._engine.connect() as connection:
            return set((await connection.execute(query)).scalars())

    async def delete_before(self, before: datetime) -> int:
        """Delete the deliveries due before an instant; return their number."""
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(DeliveryRow).where(DeliveryRow.due_at < before))).rowcount

    async def counts(self, since: datetime) -> dict[str, int]:
        """Return the number of deliveries due since an instant, by state."""
        query = (
            select(DeliveryRow.state, func.count().label("total"))
            .where(DeliveryRow.due_at >= since)
            .group_by(DeliveryRow.state)
        )
        async with self._engine.connect() as connection:
            return {row.state: row.total for row in await connection.execute(query)}

    async def late(self, since: datetime, by: int) -> int:
        """Return the number of tips due since an instant that were posted at least `by` seconds late."""
        query = select(func.count()).where(DeliveryRow.due_at >= since, DeliveryRow.late >= by)
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).scalar() or 0

    async def list_failures(self, since: datetime, open_before: datetime) -> list[Delivery]:
        """Return deliveries due since an instant that failed, or are still open and were due before `open_before`."""
        failed = DeliveryRow.state.in_(("refused", "unknown", "missed"))
        stuck = DeliveryRow.state.in_(OPEN) & (DeliveryRow.due_at < open_before)
        query = (
            select(*DeliveryRow.__table__.columns)
            .where(DeliveryRow.due_at >= since, failed | stuck)
            .order_by(DeliveryRow.due_at)
        )
        async with self._engine.connect() as connection:
            return [_delivery_of(row) for row in await connection.execute(query)]

    async def _write(self, delivery: Delivery, attempt: int, states: Sequence[DeliveryState]) -> bool:
        async with self._single.begin() as connection:
            return bool((await connection.execute(_WRITE, _written(delivery, attempt, states))).rowcount)


# Built at import: these statements run for every single tip.
_BOTH = select(
    *SubscriptionRow.__table__.columns,
    *(column.label(f"delivery_{column.name}") for column in DeliveryRow.__table__.columns),
).join_from(SubscriptionRow, DeliveryRow)
_THIS_ONE = (DeliveryRow.subscription == bindparam("of"), DeliveryRow.day == bindparam("on"))
_AS_KNOWN = (  # not changed since by another worker, one that took over or runs a later turn
    *_THIS_ONE,
    DeliveryRow.attempt == bindparam("known_attempt"),
    DeliveryRow.turn == bindparam("known_turn"),
)
_LOAD = _BOTH.where(*_THIS_ONE)
# Changes a delivery only while its state is among `from_states` and no other worker changed it.
_WRITE = (
    update(DeliveryRow.__table__)  # type: ignore[arg-type]
    .where(
        *_AS_KNOWN,
        DeliveryRow.state.in_(bindparam("from_states", expanding=True)),
    )
    .values({name: bindparam(f"new_{name}") for name in _CHANGING})
)
_DEFER = (
    update(DeliveryRow.__table__)  # type: ignore[arg-type]
    .where(*_AS_KNOWN)
    .values(turn=bindparam("next_turn"), again_at=bindparam("until"))
)
_QUEUED_AGAIN = (
    update(DeliveryRow.__table__)  # type: ignore[arg-type]
    .where(*_THIS_ONE)
    .values(again_at=None)
)
_MOVE_ON = (
    update(SubscriptionRow.__table__)  # type: ignore[arg-type]
    .where(SubscriptionRow.id == bindparam("of"), SubscriptionRow.next_due == bindparam("was_due"))
    .values(next_due=bindparam("due_again"), next_day=bindparam("day_again"))
)


def _enqueue_each(connection: Connection, enqueue: EnqueueTip, subscriptions: Sequence[Subscription]) -> None:
    for one in subscriptions:
        enqueue(connection, one)


async def _lock_due(connection: AsyncConnection, now: datetime, limit: int) -> list[Subscription]:
    """Return the due subscriptions, locked: PostgreSQL skips rows of other replicas, SQLite has one writer."""
    query = (
        select(*SubscriptionRow.__table__.columns)
        .where(SubscriptionRow.state == "on", SubscriptionRow.next_due <= now)
        .order_by(SubscriptionRow.next_due, SubscriptionRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [read_subscription(row) for row in await connection.execute(query)]


def _moved(one: Subscription, decision: Decision) -> dict[str, Any]:
    return {"of": one.id, "was_due": one.next_due, "due_again": decision.next_due, "day_again": decision.next_day}


def _delivery_row(one: Subscription, decision: Decision) -> dict[str, Any]:
    return {
        "subscription": one.id,
        "day": one.next_day,
        "due_at": one.next_due,
        "state": decision.state,
        "attempt": 0,
        "reason": decision.reason,
        "changed_at": datetime.now(UTC),
    }


def _known(delivery: Delivery, attempt: int) -> dict[str, Any]:
    return {
        "of": delivery.subscription,
        "on": delivery.day,
        "known_attempt": attempt,
        "known_turn": delivery.turn,
    }


def _written(delivery: Delivery, attempt: int, states: Sequence[DeliveryState]) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        **_known(delivery, attempt),
        "from_states": list(states),
        "new_state": delivery.state,
        "new_attempt": delivery.attempt,
        "new_late": int((now - delivery.due_at).total_seconds()) if delivery.state == "posted" else None,
        "new_answer": delivery.answer,
        "new_theme": delivery.theme,
        "new_nudge": delivery.nudge,
        "new_reason": delivery.reason,
        "new_changed_at": now,
    }


@cache
def _insert_new(dialect: str, table: type[Base]) -> Any:
    """Return the INSERT that skips rows that exist; both dialects have it, under two names."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table).on_conflict_do_nothing()


def _delivery_of(row: Row[Any], prefix: str = "") -> Delivery:
    def column(name: str) -> Any:
        return getattr(row, prefix + name)

    return Delivery(
        subscription=column("subscription"),
        day=column("day"),
        due_at=column("due_at"),
        state=cast(DeliveryState, column("state")),
        attempt=column("attempt"),
        answer=column("answer"),
        theme=column("theme"),
        nudge=column("nudge"),
        reason=column("reason"),
        turn=column("turn"),
    )

"""Deliveries: the one tip of each subscription on each local date, taken when due, and its lasting record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache, partial
from typing import Any, Literal, cast

from sqlalchemy import Connection, Executable, Row, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.answers import build_answer_row
from bot.store.database import with_autocommit
from bot.store.group_calls import GroupCalls
from bot.store.outbox import Change, Known, Outbox, commit_changes, enqueue_again
from bot.store.subscriptions import Subscription, build_refusal, read_subscription
from bot.store.tables import AnswerRow, Base, DeliveryRow, SubscriptionRow
from bot.store.upserts import choose_insert

DeliveryState = Literal["due", "posting", "posted", "missed", "skipped", "refused", "unknown"]
OPEN: tuple[DeliveryState, ...] = ("due", "posting")
_OUTBOX = Outbox(DeliveryRow.__table__, ("subscription", "day"), "state", queued="due")  # type: ignore[arg-type]


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
EnqueueTips = Callable[[Connection, Sequence[ScheduledTip]], None]


class Deliveries:
    """Queries on deliveries. What runs for every tip shares its query or its transaction with what others ask."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._single = with_autocommit(engine)
        self._changes: GroupCalls[Change, bool] = GroupCalls(partial(commit_changes, engine))
        self._loads: GroupCalls[tuple[str, date], ScheduledTip | None] = GroupCalls(self._load_all)

    async def take_due(self, now: datetime, limit: int, decide: Decide, enqueue: EnqueueTips) -> int:
        """Take due subscriptions in one transaction: record the deliveries, set the next due dates, enqueue the tips.

        Parameters
        ----------
        now
            Instant, aware.
        limit
            Largest number of subscriptions taken.
        enqueue
            Called in the transaction with the tips that are to be posted, those of a workspace side by side.

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
            to_post = [
                ScheduledTip(_build_delivery(one, decisions[one.id]), one)
                for one in due
                if one.id in taken and decisions[one.id].state == "due"
            ]
            await connection.run_sync(enqueue, to_post)
        return len(due)

    async def _record(
        self, connection: AsyncConnection, due: Sequence[Subscription], decisions: dict[str, Decision]
    ) -> set[str]:
        """Insert the deliveries; return the ids of the subscriptions that had none for that day yet."""
        rows = [_delivery_row(one, decisions[one.id]) for one in due]
        query = _insert_new(connection.dialect.name, DeliveryRow).returning(DeliveryRow.subscription)
        return set((await connection.execute(query, rows)).scalars())

    async def defer(self, delivery: Delivery, until: datetime) -> bool:
        """End this turn of the task and begin the next at an instant; return False when another worker took over."""
        return await self._changes.ask(_OUTBOX.defer(_known(delivery), until))

    async def doubt_open(self, now: datetime, reason: str) -> int:
        """Take every open delivery for begun, to be looked for from an instant on; return their number."""
        begun = {"state": "posting", "reason": reason, "changed_at": now, "again_at": now}
        counted = {"attempt": DeliveryRow.attempt + 1, "turn": DeliveryRow.turn + 1}
        async with self._engine.begin() as connection:
            doubt = update(DeliveryRow).where(DeliveryRow.state.in_(OPEN)).values(**begun, **counted)
            return (await connection.execute(doubt)).rowcount

    async def take_deferred(self, now: datetime, limit: int, enqueue: EnqueueTips) -> int:
        """Enqueue again, in one transaction, the tips deferred until an instant; return their number."""
        query = _BOTH.where(DeliveryRow.again_at <= now).order_by(SubscriptionRow.platform, SubscriptionRow.team)
        return await enqueue_again(
            self._engine, _OUTBOX, query.limit(limit), _read_both, lambda tip: _known(tip.delivery), enqueue
        )

    async def load(self, subscription: str, day: date) -> ScheduledTip | None:
        """Return a delivery and its subscription; None when there is no such delivery."""
        return await self._loads.ask((subscription, day))

    async def _load_all(self, wanted: Sequence[tuple[str, date]]) -> list[ScheduledTip | None]:
        values = {"of": sorted({of for of, _ in wanted}), "on": sorted({on for _, on in wanted})}
        async with self._single.connect() as connection:
            tips = [_read_both(row) for row in await connection.execute(_LOAD, values)]
        found = {(tip.delivery.subscription, tip.delivery.day): tip for tip in tips}
        return [found.get(one) for one in wanted]

    async def intend(
        self, delivery: Delivery, answer: str, theme: str, nudge: str, at: datetime | None = None
    ) -> Delivery | None:
        """Commit the intent to post.

        Parameters
        ----------
        at
            The instant of this intent, by which `take_back` knows it; now where None.

        Returns
        -------
        Delivery or None
            None when another worker committed first.
        """
        mine = replace(delivery, state="posting", attempt=delivery.attempt + 1, answer=answer, theme=theme, nudge=nudge)
        chosen = {"answer": answer, "theme": theme, "nudge": nudge, "changed_at": at or datetime.now(UTC)}
        return mine if await self._changes.ask(_OUTBOX.intend(_known(delivery), chosen)) else None

    async def take_back(self, delivery: Delivery, at: datetime) -> bool:
        """Take back the intent of an instant, whose commit happened though its answer was lost; return whether it did.

        Nothing was posted for it, and where a platform cannot be asked nobody else could find that out.
        """
        statement, values = _OUTBOX.take_back(_known(delivery), at)
        async with self._engine.begin() as connection:
            return bool((await connection.execute(statement, values)).rowcount)

    async def still_mine(self, delivery: Delivery) -> bool:
        """Return whether no other worker has taken over since `intend`."""
        found = await self.load(delivery.subscription, delivery.day)
        return found is not None and _known(found.delivery) == _known(delivery) and found.delivery.state == "posting"

    async def not_posted(self, delivery: Delivery, reason: str) -> bool:
        """Record that a begun post certainly did not arrive, so that it may be made again."""
        changed = {"changed_at": datetime.now(UTC)}
        return await self._changes.ask(_OUTBOX.not_posted(_known(delivery), reason, changed))

    async def finish(self, tip: ScheduledTip, state: DeliveryState, reason: str | None) -> bool:
        """Record the outcome of a delivery, and in the same transaction what follows from it.

        That is the answer that the place has seen, or that the platform refuses posts there: a process that dies in
        between would leave a tip that stopped without a word to its owner.

        Returns
        -------
        bool
            False when another worker took over.
        """
        delivery, now = tip.delivery, datetime.now(UTC)
        late = int((now - delivery.due_at).total_seconds()) if state == "posted" else None
        along: tuple[Executable, Mapping[str, Any]] | None = None
        if state == "refused":
            along = build_refusal(delivery.subscription, reason or "")
        elif delivery.answer and state in ("posted", "unknown"):
            row = build_answer_row(delivery.answer, tip.subscription.place, "tip", delivery.theme or "", delivery.nudge)
            along = (_insert_new(self._engine.dialect.name, AnswerRow), row)
        ended = {"late": late, "changed_at": now}
        return await self._changes.ask(_OUTBOX.finish(_known(delivery), state, reason, ended, along))

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


# Built at import: these statements run for every single tip.
_BOTH = select(
    *SubscriptionRow.__table__.columns,
    *(column.label(f"delivery_{column.name}") for column in DeliveryRow.__table__.columns),
).join_from(SubscriptionRow, DeliveryRow)
_LOAD = _BOTH.where(
    DeliveryRow.subscription.in_(bindparam("of", expanding=True)), DeliveryRow.day.in_(bindparam("on", expanding=True))
)
_MOVE_ON = (
    update(SubscriptionRow.__table__)  # type: ignore[arg-type]
    .where(SubscriptionRow.id == bindparam("of"), SubscriptionRow.next_due == bindparam("was_due"))
    .values(next_due=bindparam("due_again"), next_day=bindparam("day_again"))
)


async def _lock_due(connection: AsyncConnection, now: datetime, limit: int) -> list[Subscription]:
    """Return the due subscriptions, locked: PostgreSQL skips rows of other replicas, SQLite has one writer."""
    query = (
        select(*SubscriptionRow.__table__.columns)
        .where(SubscriptionRow.state == "on", SubscriptionRow.next_due <= now)
        .order_by(SubscriptionRow.next_due, SubscriptionRow.platform, SubscriptionRow.team)
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


def _build_delivery(one: Subscription, decision: Decision) -> Delivery:
    assert one.next_day is not None  # noqa: S101 (whatever is due has a day)
    assert one.next_due is not None  # noqa: S101
    return Delivery(one.id, one.next_day, one.next_due, decision.state, reason=decision.reason)


def _known(delivery: Delivery) -> Known:
    return Known((delivery.subscription, delivery.day), delivery.attempt, delivery.turn)


@cache
def _insert_new(dialect: str, table: type[Base]) -> Any:
    """Return the INSERT that skips rows that exist; both dialects have it, under two names."""
    return choose_insert(dialect)(table).on_conflict_do_nothing()


def _read_both(row: Row[Any]) -> ScheduledTip:
    return ScheduledTip(_delivery_of(row, "delivery_"), read_subscription(row))


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

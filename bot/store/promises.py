"""Small steps that people took on: whose, when to ask how it went, and what came of it. No text is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.message import Place
from bot.store.places import place_columns, place_of
from bot.store.tables import PromiseRow

CheckState = Literal["none", "due", "queued", "posting", "sent", "unknown", "missed"]
Outcome = Literal["open", "done", "not-yet", "not-for-me"]
_REASON = 255  # characters of a reason that are kept
_COLUMNS = PromiseRow.__table__.columns


@dataclass(frozen=True, slots=True)
class Promise:
    """A small step that somebody took on.

    Parameters
    ----------
    place
        Where it was taken on.
    person
        The platform's id of who took it on; nobody else is ever shown it.
    nudge
        Id of the small step.
    zone
        The person's IANA zone.
    check_at
        Instant in UTC at which to ask how it went; None for never.
    check_state
        How far the one reminder is; ``none`` when there is none.
    attempt
        How many posts of the reminder were begun.
    turn
        How often the work on the reminder was put off.
    reason
        Why the reminder has not come, for operators.
    """

    id: str
    place: Place
    person: str
    nudge: str
    zone: str
    made_at: datetime
    check_at: datetime | None = None
    check_state: CheckState = "none"
    attempt: int = 0
    outcome: Outcome = "open"
    settled_at: datetime | None = None
    turn: int = 0
    reason: str | None = None


class Promises:
    """Queries on promises."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, promise: Promise) -> None:
        """Keep a new promise."""
        row = {
            "id": promise.id,
            **place_columns(promise.place),
            "person": promise.person,
            "nudge": promise.nudge,
            "zone": promise.zone,
            "made_at": promise.made_at,
            "check_at": promise.check_at,
            "check_state": promise.check_state,
            "attempt": promise.attempt,
            "outcome": promise.outcome,
            "settled_at": promise.settled_at,
        }
        async with self._engine.begin() as connection:
            await connection.execute(insert(PromiseRow), row)

    async def get(self, promise: str) -> Promise | None:
        """Look a promise up, for the program itself."""
        found = await self._all(PromiseRow.id == promise)
        return found[0] if found else None

    async def mine(self, promise: str, platform: str, team: str, person: str) -> Promise | None:
        """Look a promise up for a person; None when it is somebody else's."""
        found = await self._all(PromiseRow.id == promise, *_by(platform, team, person))
        return found[0] if found else None

    async def of(self, platform: str, team: str, person: str) -> list[Promise]:
        """List a person's promises, newest first."""
        return await self._all(*_by(platform, team, person))

    async def same(self, place: Place, person: str, nudge: str) -> Promise | None:
        """Look up an open promise of the same step, by the same person in the same place, not asked about yet."""
        found = await self._all(
            PromiseRow.place == place.key,
            PromiseRow.person == person,
            PromiseRow.nudge == nudge,
            PromiseRow.outcome == "open",
            PromiseRow.check_state.in_(("none", "due")),
        )
        return found[0] if found else None

    async def plan(self, promise: Promise, check_at: datetime | None) -> bool:
        """Set when to ask how it went, None for never; refused once the one reminder is on its way."""
        values = {"check_at": check_at, "check_state": "due" if check_at else "none"}
        return await self._change(promise, ("none", "due"), values)

    async def settle(self, promise: Promise, outcome: Outcome, at: datetime) -> None:
        """Record how it went. A reminder that was still to come is dropped."""
        async with self._engine.begin() as connection:
            mine = update(PromiseRow).where(PromiseRow.id == promise.id)
            await connection.execute(mine.values(outcome=outcome, settled_at=at))
            await connection.execute(mine.where(PromiseRow.check_state == "due").values(check_state="none"))

    async def withdraw(self, promise: Promise) -> None:
        """Delete a promise."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(PromiseRow).where(PromiseRow.id == promise.id))

    async def taken(self, place: Place, since: datetime) -> int:
        """Count the steps that were done in a place since an instant; nobody's name comes with it."""
        query = select(func.count()).where(
            PromiseRow.place == place.key, PromiseRow.outcome == "done", PromiseRow.settled_at >= since
        )
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).scalar() or 0

    async def take_due(self, now: datetime, limit: int, enqueue: Callable[[Connection, Promise], None]) -> int:
        """Take the reminders that are due and enqueue them, in one transaction; returns how many there were."""
        query = (
            select(*_COLUMNS)
            .where(PromiseRow.check_state == "due", PromiseRow.check_at <= now)
            .order_by(PromiseRow.check_at, PromiseRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        async with self._engine.begin() as connection:
            due = [_promise_of(row) for row in await connection.execute(query)]
            for one in due:
                if (await connection.execute(_change(one, ("due",), {"check_state": "queued"}))).rowcount:
                    await connection.run_sync(enqueue, one)
        return len(due)

    async def defer(self, promise: Promise, until: datetime) -> bool:
        """End this turn of the work, for the next one to begin at an instant; False when another worker took over."""
        return await self._change(promise, ("queued", "posting"), {"turn": promise.turn + 1, "again_at": until})

    async def take_deferred(self, now: datetime, limit: int, enqueue: Callable[[Connection, Promise], None]) -> int:
        """Enqueue again the reminders that were put off until now, in one transaction; returns how many there were."""
        query = select(*_COLUMNS).where(PromiseRow.again_at <= now).order_by(PromiseRow.again_at).limit(limit)
        async with self._engine.begin() as connection:
            rows = await connection.execute(query.with_for_update(skip_locked=True))
            taken = [_promise_of(row) for row in rows]
            for one in taken:
                await connection.execute(update(PromiseRow).where(PromiseRow.id == one.id).values(again_at=None))
                await connection.run_sync(enqueue, one)
        return len(taken)

    async def intend(self, promise: Promise) -> Promise | None:
        """Commit that the reminder is about to be posted; None when another worker got there first."""
        mine = replace(promise, check_state="posting", attempt=promise.attempt + 1)
        values = {"check_state": "posting", "attempt": mine.attempt}
        return mine if await self._change(promise, ("queued",), values) else None

    async def not_posted(self, promise: Promise, reason: str) -> bool:
        """Record that a begun reminder surely did not arrive."""
        return await self._change(promise, ("posting",), {"check_state": "queued", "reason": reason[:_REASON]})

    async def finish(self, promise: Promise, state: CheckState, reason: str | None) -> bool:
        """Record what became of the reminder; False when another worker took over."""
        values = {"check_state": state, "reason": reason and reason[:_REASON]}
        return await self._change(promise, ("queued", "posting", "unknown"), values)

    async def reminders(self, since: datetime) -> dict[str, int]:
        """Count the reminders due since an instant, by state; nobody's name comes with it."""
        query = (
            select(PromiseRow.check_state, func.count().label("total"))
            .where(PromiseRow.check_at >= since, PromiseRow.check_state != "none")
            .group_by(PromiseRow.check_state)
        )
        async with self._engine.connect() as connection:
            return {row.check_state: row.total for row in await connection.execute(query)}

    async def list_failures(self, since: datetime, open_before: datetime) -> list[Promise]:
        """List reminders since an instant that failed, or that were due before another and are open still."""
        failed = PromiseRow.check_state.in_(("missed", "unknown"))
        stuck = PromiseRow.check_state.in_(("queued", "posting")) & (PromiseRow.check_at < open_before)
        return await self._all(PromiseRow.check_at >= since, failed | stuck)

    async def forget(self, before: datetime) -> int:
        """Delete promises made before an instant; returns how many."""
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(PromiseRow).where(PromiseRow.made_at < before))).rowcount

    async def forget_place(self, place: Place) -> int:
        """Delete the promises of one place; returns how many."""
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(PromiseRow).where(PromiseRow.place == place.key))).rowcount

    async def forget_team(self, platform: str, team: str) -> int:
        """Delete the promises of a workspace; returns how many."""
        mine = (PromiseRow.platform == platform, PromiseRow.team == team)
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(PromiseRow).where(*mine))).rowcount

    async def _all(self, *conditions: Any) -> list[Promise]:
        query = select(*_COLUMNS).where(*conditions).order_by(PromiseRow.made_at.desc())
        async with self._engine.connect() as connection:
            return [_promise_of(row) for row in await connection.execute(query)]

    async def _change(self, promise: Promise, states: Sequence[str], values: dict[str, Any]) -> bool:
        async with self._engine.begin() as connection:
            return bool((await connection.execute(_change(promise, states, values))).rowcount)


def _by(platform: str, team: str, person: str) -> tuple[Any, ...]:
    return (PromiseRow.platform == platform, PromiseRow.team == team, PromiseRow.person == person)


def _change(promise: Promise, states: Sequence[str], values: dict[str, Any]) -> Any:
    """Change a promise only while its reminder is in one of these states, and as the worker knows it."""
    return (
        update(PromiseRow)
        .where(
            PromiseRow.id == promise.id,
            PromiseRow.attempt == promise.attempt,
            PromiseRow.turn == promise.turn,
            PromiseRow.check_state.in_(states),
        )
        .values(**values)
    )


def _promise_of(row: Row[Any]) -> Promise:
    return Promise(
        id=row.id,
        place=place_of(row),
        person=row.person,
        nudge=row.nudge,
        zone=row.zone,
        made_at=row.made_at,
        check_at=row.check_at,
        check_state=cast(CheckState, row.check_state),
        attempt=row.attempt,
        outcome=cast(Outcome, row.outcome),
        settled_at=row.settled_at,
        turn=row.turn,
        reason=row.reason,
    )

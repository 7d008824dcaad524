"""Promises: small steps that people took on, when to ask how each went, and the outcome. No text is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any, Literal, cast

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.actions import CueKind
from bot.message import Place
from bot.store.group_calls import GroupCalls
from bot.store.outbox import Change, Known, Outbox, commit_changes, enqueue_again, enqueue_due
from bot.store.places import build_place_columns, read_place
from bot.store.tables import PromiseRow

CheckState = Literal["none", "due", "queued", "posting", "sent", "unknown", "missed"]
Outcome = Literal["open", "done", "not-yet", "not-for-me"]
_OUTBOX = Outbox(PromiseRow.__table__, ("id",), "check_state", queued="queued")  # type: ignore[arg-type]
LONGEST_NAME = 80  # characters that are kept of a name
_COLUMNS = PromiseRow.__table__.columns


@dataclass(frozen=True, slots=True)
class Promise:
    """A small step that somebody took on.

    Parameters
    ----------
    place
        Where the promise was made.
    person
        The platform's id of the person who made the promise; no one else is ever shown it.
    nudge
        Id of the small step.
    zone
        The person's IANA zone.
    check_at
        Instant in UTC at which to ask how it went; None for never.
    check_state
        State of the one reminder; ``none`` when no reminder is planned.
    attempt
        Number of posts of the reminder begun.
    turn
        Number of times the reminder's task was deferred.
    reason
        Why the reminder was not posted, for operators.
    cue, cue_day, cue_text
        The moment that the step is tied to, its local date, and a person's own words for it.
    again
        Whether it is asked about once more, on a new day; never a third time.
    named
        The name under which the place may see who took this step; None unless its taker said so.
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
    cue: CueKind | None = None
    cue_day: date | None = None
    cue_text: str | None = None
    again: bool = False
    named: str | None = None


@dataclass(frozen=True, slots=True)
class StepsTaken:
    """The steps done in a place: how many, and the names of those who said that they may be named for theirs."""

    total: int
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepCounts:
    """How many steps were taken on in a place, how many were done, and how many were for nobody."""

    taken_on: int
    done: int
    not_for_me: int


EnqueueReminders = Callable[[Connection, Sequence[Promise]], None]


class Promises:
    """Queries on promises. The steps of a reminder share a transaction with what others ask for meanwhile."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._changes: GroupCalls[Change, bool] = GroupCalls(partial(commit_changes, engine))
        self._loads: GroupCalls[str, Promise | None] = GroupCalls(self._load_all)

    async def add(self, promise: Promise) -> None:
        """Keep a new promise."""
        row = {
            "id": promise.id,
            **build_place_columns(promise.place),
            "person": promise.person,
            "nudge": promise.nudge,
            "zone": promise.zone,
            "made_at": promise.made_at,
            "check_at": promise.check_at,
            "check_state": promise.check_state,
            "attempt": promise.attempt,
            "outcome": promise.outcome,
            "settled_at": promise.settled_at,
            "cue": promise.cue,
            "cue_day": promise.cue_day,
            "cue_text": promise.cue_text,
            "again": promise.again,
        }
        async with self._engine.begin() as connection:
            await connection.execute(insert(PromiseRow), row)

    async def get(self, promise: str) -> Promise | None:
        """Return a promise by its id, whoever made it."""
        return await self._loads.ask(promise)

    async def _load_all(self, wanted: Sequence[str]) -> list[Promise | None]:
        found = {one.id: one for one in await self._all(PromiseRow.id.in_(set(wanted)))}
        return [found.get(one) for one in wanted]

    async def mine(self, promise: str, platform: str, team: str, person: str) -> Promise | None:
        """Return a promise of a person by its id; None when the promise is somebody else's."""
        found = await self._all(PromiseRow.id == promise, *_by(platform, team, person))
        return found[0] if found else None

    async def of(self, platform: str, team: str, person: str) -> list[Promise]:
        """Return a person's promises, newest first."""
        return await self._all(*_by(platform, team, person))

    async def same(self, place: Place, person: str, nudge: str) -> Promise | None:
        """Return a person's open promise of a step in a place whose reminder was not posted yet; None without one."""
        found = await self._all(
            PromiseRow.place == place.key,
            PromiseRow.person == person,
            PromiseRow.nudge == nudge,
            PromiseRow.outcome == "open",
            PromiseRow.check_state.in_(("none", "due")),
        )
        return found[0] if found else None

    async def latest(self, place: Place, person: str, nudge: str, since: datetime) -> Promise | None:
        """Return a person's newest promise of a step in a place since an instant, settled or not; None without one."""
        mine = (PromiseRow.place == place.key, PromiseRow.person == person, PromiseRow.nudge == nudge)
        found = await self._all(*mine, PromiseRow.made_at >= since)
        return found[0] if found else None

    async def plan(self, promise: Promise, check_at: datetime | None) -> bool:
        """Set when to ask how it went, None for never; return False once the one reminder is enqueued."""
        values = {"check_at": check_at, "check_state": "due" if check_at else "none"}
        return await self._change(promise, ("none", "due"), values)

    async def tie(self, promise: Promise, cue: CueKind, day: date | None, own: str | None) -> None:
        """Tie a promise to a moment; `own` are a person's own words for it."""
        values = {"cue": cue, "cue_day": day, "cue_text": own}
        async with self._engine.begin() as connection:
            await connection.execute(update(PromiseRow).where(PromiseRow.id == promise.id).values(**values))

    async def replace(self, former: Promise, new: Promise) -> None:
        """Put a promise in the place of another: a second reminder must not be taken for the first one."""
        await self.add(new)
        await self.withdraw(former)

    async def count_steps(self, place: Place, since: datetime) -> StepCounts:
        """Return the counts of a place since an instant, without names."""
        here = (PromiseRow.place == place.key, PromiseRow.made_at >= since)
        query = select(PromiseRow.outcome, func.count()).where(*here).group_by(PromiseRow.outcome)
        async with self._engine.connect() as connection:
            found = {str(outcome): int(count) for outcome, count in await connection.execute(query)}
        return StepCounts(sum(found.values()), found.get("done", 0), found.get("not-for-me", 0))

    async def settle(self, promise: Promise, outcome: Outcome, at: datetime) -> None:
        """Record the outcome, and drop a reminder that is still to come."""
        async with self._engine.begin() as connection:
            mine = update(PromiseRow).where(PromiseRow.id == promise.id)
            kept = {} if outcome == "not-yet" else {"cue_text": None}  # own words go once it is settled
            kept |= {} if outcome == "done" else {"named": None}
            await connection.execute(mine.values(outcome=outcome, settled_at=at, **kept))
            await connection.execute(mine.where(PromiseRow.check_state == "due").values(check_state="none"))

    async def name(self, promise: Promise, named: str | None) -> bool:
        """Keep the name of whoever took a step, or forget it; return False where the step is not done."""
        mine = (PromiseRow.id == promise.id, PromiseRow.outcome == "done")
        async with self._engine.begin() as connection:
            return bool((await connection.execute(update(PromiseRow).where(*mine).values(named=named))).rowcount)

    async def withdraw(self, promise: Promise) -> None:
        """Delete a promise."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(PromiseRow).where(PromiseRow.id == promise.id))

    async def taken(self, place: Place, since: datetime) -> int:
        """Return the number of steps done in a place since an instant, without names."""
        query = select(func.count()).where(
            PromiseRow.place == place.key, PromiseRow.outcome == "done", PromiseRow.settled_at >= since
        )
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).scalar() or 0

    async def find_taken(self, place: Place, since: datetime) -> StepsTaken:
        """Return the steps done in a place since an instant, with the names that their takers let it see."""
        named = (PromiseRow.place == place.key, PromiseRow.outcome == "done", PromiseRow.settled_at >= since)
        query = select(PromiseRow.named).where(*named).order_by(PromiseRow.settled_at)
        async with self._engine.connect() as connection:
            found = list((await connection.execute(query)).scalars())
        return StepsTaken(len(found), tuple(one for one in found if one))

    async def take_due(self, now: datetime, limit: int, enqueue: EnqueueReminders) -> int:
        """Enqueue the reminders that are due, in one transaction; return their number."""
        query = (
            select(*_COLUMNS)
            .where(PromiseRow.check_state == "due", PromiseRow.check_at <= now)
            .order_by(PromiseRow.check_at, PromiseRow.platform, PromiseRow.team)
            .limit(limit)
        )
        return await enqueue_due(
            self._engine, query, _promise_of, lambda one: _OUTBOX.enqueue(_known(one), "due", {}), enqueue
        )

    async def defer(self, promise: Promise, until: datetime) -> bool:
        """End this turn of the task and begin the next at an instant; return False when another worker took over."""
        return await self._changes.ask(_OUTBOX.defer(_known(promise), until))

    async def doubt_due(self, now: datetime, reason: str) -> int:
        """Take every reminder due by an instant for begun, to be looked for from then on; return their number."""
        due = PromiseRow.check_state.in_(("queued", "posting")) | (
            (PromiseRow.check_state == "due") & (PromiseRow.check_at <= now)
        )
        begun = {"check_state": "posting", "reason": reason, "again_at": now}
        counted = {"attempt": PromiseRow.attempt + 1, "turn": PromiseRow.turn + 1}
        async with self._engine.begin() as connection:
            return (await connection.execute(update(PromiseRow).where(due).values(**begun, **counted))).rowcount

    async def take_deferred(self, now: datetime, limit: int, enqueue: EnqueueReminders) -> int:
        """Enqueue again, in one transaction, the reminders deferred until an instant; return their number."""
        query = select(*_COLUMNS).where(PromiseRow.again_at <= now).order_by(PromiseRow.platform, PromiseRow.team)
        return await enqueue_again(self._engine, _OUTBOX, query.limit(limit), _promise_of, _known, enqueue)

    async def intend(self, promise: Promise) -> Promise | None:
        """Commit the intent to post the reminder; return None when another worker committed first."""
        mine = replace(promise, check_state="posting", attempt=promise.attempt + 1)
        return mine if await self._changes.ask(_OUTBOX.intend(_known(promise), {})) else None

    async def still_mine(self, promise: Promise) -> bool:
        """Return whether no other worker has taken over since `intend`."""
        found = await self.get(promise.id)
        return found is not None and _known(found) == _known(promise) and found.check_state == "posting"

    async def not_posted(self, promise: Promise, reason: str) -> bool:
        """Record that a begun reminder certainly did not arrive."""
        return await self._changes.ask(_OUTBOX.not_posted(_known(promise), reason, {}))

    async def finish(self, promise: Promise, state: CheckState, reason: str | None) -> bool:
        """Record the outcome of the reminder; return False when another worker took over."""
        return await self._changes.ask(_OUTBOX.finish(_known(promise), state, reason, {}))

    async def reminders(self, since: datetime) -> dict[str, int]:
        """Return the number of reminders due since an instant, by state, without names."""
        query = (
            select(PromiseRow.check_state, func.count().label("total"))
            .where(PromiseRow.check_at >= since, PromiseRow.check_state != "none")
            .group_by(PromiseRow.check_state)
        )
        async with self._engine.connect() as connection:
            return {row.check_state: row.total for row in await connection.execute(query)}

    async def list_failures(self, since: datetime, open_before: datetime) -> list[Promise]:
        """Return reminders due since an instant that failed, or are still open and were due before `open_before`."""
        failed = PromiseRow.check_state.in_(("missed", "unknown"))
        stuck = PromiseRow.check_state.in_(("queued", "posting")) & (PromiseRow.check_at < open_before)
        return await self._all(PromiseRow.check_at >= since, failed | stuck)

    async def delete_before(self, before: datetime) -> int:
        """Delete the promises made before an instant; return their number."""
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(PromiseRow).where(PromiseRow.made_at < before))).rowcount

    async def forget_place(self, place: Place) -> int:
        """Delete the promises of one place; return their number."""
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(PromiseRow).where(PromiseRow.place == place.key))).rowcount

    async def forget_team(self, platform: str, team: str) -> int:
        """Delete the promises of a workspace; return their number."""
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


def _known(promise: Promise) -> Known:
    return Known((promise.id,), promise.attempt, promise.turn)


def _change(promise: Promise, states: Sequence[str], values: dict[str, Any]) -> Any:
    """Return the UPDATE of a promise whose reminder is in one of the states and unchanged by another worker."""
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
        place=read_place(row),
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
        cue=cast(CueKind | None, row.cue),
        cue_day=row.cue_day,
        cue_text=row.cue_text,
        again=row.again,
        named=row.named,
    )

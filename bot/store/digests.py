"""Digests: which places get counts of their month, when the next is due, and the counts. No text, no person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Literal, cast

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.message import Place
from bot.store.group_calls import GroupCalls
from bot.store.outbox import Change, Known, Outbox, commit_changes, enqueue_again, enqueue_due
from bot.store.places import build_place_columns, read_place
from bot.store.tables import AnswerRow, DigestRow, PromiseRow

DigestState = Literal["due", "queued", "posting", "off", "refused"]
_OUTBOX = Outbox(DigestRow.__table__, ("id",), "state", queued="queued")  # type: ignore[arg-type]
_COLUMNS = DigestRow.__table__.columns
_ASKED = ("lesson", "theme", "picked")  # kinds of answers that somebody asked for; a tip comes by itself
_LOST = timedelta(hours=6)  # a release that knows no digests may have taken the task out of the queue


@dataclass(frozen=True, slots=True)
class Digest:
    """A place that gets a digest each month.

    Parameters
    ----------
    owner
        The platform's id of the person who set it up; empty once they asked to be forgotten.
    zone
        IANA name of the zone in which months begin.
    nation
        On whose bank holidays it does not come; empty for nobody's.
    state
        ``due``: the next one is waited for. ``refused``: the platform will not take a post there, for `reason`.
    due_at
        Instant of the next digest in UTC; None when none is coming.
    attempt
        Number of posts begun; a changed number shows a worker that another one took over.
    turn
        Number of times a task was deferred; ends the tasks of earlier turns.
    """

    id: str
    place: Place
    owner: str
    zone: str
    nation: str
    state: DigestState
    due_at: datetime | None
    reason: str | None = None
    attempt: int = 0
    turn: int = 0

    @property
    def is_on(self) -> bool:
        """Return whether digests come."""
        return self.state in ("due", "queued", "posting")


@dataclass(frozen=True, slots=True)
class MonthCounts:
    """What happened in a place in a month, in true counts.

    Parameters
    ----------
    taken_on
        Small steps taken on in the month.
    done
        Those of them that were done.
    asked
        How often somebody asked about each theme, by its id.
    """

    taken_on: int
    done: int
    asked: dict[str, int]


EnqueueDigests = Callable[[Connection, Sequence[Digest]], None]


class Digests:
    """Queries on digests."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._changes: GroupCalls[Change, bool] = GroupCalls(partial(commit_changes, engine))

    async def at(self, place: Place) -> Digest | None:
        """Return the digest of a place; None where none was ever set up."""
        return await self._one(DigestRow.place == place.key)

    async def get(self, digest: str) -> Digest | None:
        """Return a digest by its id."""
        return await self._one(DigestRow.id == digest)

    async def set_up(self, digest: Digest) -> None:
        """Write a digest, in place of an earlier one of its place."""
        changed = {
            "owner": digest.owner,
            "zone": digest.zone,
            "nation": digest.nation,
            "state": digest.state,
            "due_at": digest.due_at,
            "reason": None,
            "again_at": None,
            "changed_at": datetime.now(UTC),
        }
        row = {"id": digest.id, **build_place_columns(digest.place), "attempt": 0, "turn": 0, **changed}
        mine = update(DigestRow).where(DigestRow.place == digest.place.key).values(**changed)
        try:
            async with self._engine.begin() as connection:
                if not (await connection.execute(mine)).rowcount:
                    await connection.execute(insert(DigestRow), row)
        except IntegrityError:  # somebody else in the place asked for it at the same moment
            async with self._engine.begin() as connection:
                await connection.execute(mine)

    async def switch_off(self, place: Place) -> None:
        """End the digests of a place. One that is being posted at this moment may still arrive."""
        off = {"state": "off", "due_at": None, "again_at": None, "reason": None, "changed_at": datetime.now(UTC)}
        async with self._engine.begin() as connection:
            await connection.execute(update(DigestRow).where(DigestRow.place == place.key).values(**off))

    async def count_month(self, place: Place, since: datetime, before: datetime) -> MonthCounts:
        """Return the counts of a place between two instants."""
        steps = (
            select(PromiseRow.outcome, func.count())
            .where(PromiseRow.place == place.key, PromiseRow.made_at >= since, PromiseRow.made_at < before)
            .group_by(PromiseRow.outcome)
        )
        asked = (
            select(AnswerRow.intent, func.count())
            .where(AnswerRow.place == place.key, AnswerRow.kind.in_(_ASKED))
            .where(AnswerRow.at >= since, AnswerRow.at < before)
            .group_by(AnswerRow.intent)
        )
        async with self._engine.connect() as connection:
            outcomes = {str(outcome): int(count) for outcome, count in await connection.execute(steps)}
            themes = {str(theme): int(count) for theme, count in await connection.execute(asked)}
        return MonthCounts(sum(outcomes.values()), outcomes.get("done", 0), themes)

    async def take_due(self, now: datetime, limit: int, enqueue: EnqueueDigests) -> int:
        """Enqueue the digests that are due, in one transaction; return their number."""
        lost = and_(DigestRow.state == "queued", DigestRow.again_at.is_(None), DigestRow.changed_at <= now - _LOST)
        query = (
            select(*_COLUMNS)
            .where(or_(DigestRow.state == "due", lost), DigestRow.due_at <= now)
            .order_by(DigestRow.due_at, DigestRow.platform, DigestRow.team)
            .limit(limit)
        )
        taken = {"changed_at": now}
        return await enqueue_due(
            self._engine, query, _digest_of, lambda one: _OUTBOX.enqueue(_known(one), one.state, taken), enqueue
        )

    async def defer(self, digest: Digest, until: datetime) -> bool:
        """End this turn of the task and begin the next at an instant; return False when another worker took over."""
        return await self._changes.ask(_OUTBOX.defer(_known(digest), until))

    async def take_deferred(self, now: datetime, limit: int, enqueue: EnqueueDigests) -> int:
        """Enqueue again, in one transaction, the digests deferred until an instant; return their number."""
        query = select(*_COLUMNS).where(DigestRow.again_at <= now).order_by(DigestRow.platform, DigestRow.team)
        return await enqueue_again(self._engine, _OUTBOX, query.limit(limit), _digest_of, _known, enqueue)

    async def intend(self, digest: Digest) -> Digest | None:
        """Commit the intent to post; return None when another worker committed first."""
        mine = replace(digest, state="posting", attempt=digest.attempt + 1)
        changed = {"changed_at": datetime.now(UTC)}
        return mine if await self._changes.ask(_OUTBOX.intend(_known(digest), changed)) else None

    async def still_mine(self, digest: Digest) -> bool:
        """Return whether no other worker has taken over since `intend`."""
        found = await self.get(digest.id)
        return found is not None and _known(found) == _known(digest) and found.state == "posting"

    async def not_posted(self, digest: Digest, reason: str) -> bool:
        """Record that a begun post certainly did not arrive."""
        changed = {"changed_at": datetime.now(UTC)}
        return await self._changes.ask(_OUTBOX.not_posted(_known(digest), reason, changed))

    async def finish(self, digest: Digest, due_at: datetime | None, reason: str | None) -> bool:
        """Record that this digest is at an end; return False when another worker took over.

        Parameters
        ----------
        due_at
            When the next one comes; None where the platform refuses them.
        """
        ended = {"due_at": due_at, "changed_at": datetime.now(UTC)}
        state = "refused" if due_at is None else "due"
        return await self._changes.ask(_OUTBOX.finish(_known(digest), state, reason, ended))

    async def doubt_due(self, now: datetime, reason: str) -> int:
        """Take for begun the digests due until an instant whose end is not known; return their number."""
        begun = {"state": "posting", "attempt": DigestRow.attempt + 1, "turn": DigestRow.turn + 1, "again_at": now}
        waiting = (DigestRow.state.in_(("due", "queued", "posting")), DigestRow.due_at <= now)
        doubted = update(DigestRow).where(*waiting).values(**begun, reason=reason[:255], changed_at=now)
        async with self._engine.begin() as connection:
            return (await connection.execute(doubted)).rowcount

    async def forget_place(self, place: Place) -> None:
        """Delete the digest of one place."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(DigestRow).where(DigestRow.place == place.key))

    async def forget_team(self, platform: str, team: str) -> None:
        """Delete the digests of a workspace."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(DigestRow).where(DigestRow.platform == platform, DigestRow.team == team))

    async def _one(self, condition: Any) -> Digest | None:
        async with self._engine.connect() as connection:
            row = (await connection.execute(select(*_COLUMNS).where(condition))).first()
        return _digest_of(row) if row else None


def _known(digest: Digest) -> Known:
    return Known((digest.id,), digest.attempt, digest.turn)


def _digest_of(row: Row[Any]) -> Digest:
    return Digest(
        id=row.id,
        place=read_place(row),
        owner=row.owner,
        zone=row.zone,
        nation=row.nation,
        state=cast(DigestState, row.state),
        due_at=row.due_at,
        reason=row.reason,
        attempt=row.attempt,
        turn=row.turn,
    )

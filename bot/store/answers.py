"""The answers given in each place, kept so that nothing is repeated and a later press can be looked up."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.message import Place
from bot.store.database import with_autocommit
from bot.store.group_calls import GroupCalls
from bot.store.tables import AnswerRow, PendingRow, ReaderRow
from bot.store.verdicts import Verdicts

# Built at import, for they run for every tip. 2,000 is several times the number of nudges, so none repeats too early.
_MOST_SEEN = 2_000
_SEEN = (
    select(AnswerRow.nudge)
    .where(AnswerRow.place == bindparam("in_place"), AnswerRow.nudge.is_not(None))
    .order_by(AnswerRow.at.desc())
    .limit(_MOST_SEEN)
)
_TIP = (
    select(*AnswerRow.__table__.columns)
    .where(
        AnswerRow.place == bindparam("in_place"),
        AnswerRow.nudge.is_not(None),
        AnswerRow.thread.is_(None),
        AnswerRow.at > bindparam("since"),
        AnswerRow.at < bindparam("until"),
    )
    .order_by(AnswerRow.at.desc())
    .limit(1)
)
_COUNTED = (
    select(
        AnswerRow.place,
        AnswerRow.nudge,
        func.row_number().over(partition_by=AnswerRow.place, order_by=AnswerRow.at.desc()).label("back"),
    )
    .where(AnswerRow.place.in_(bindparam("in_places", expanding=True)), AnswerRow.nudge.is_not(None))
    .subquery()
)
_SEEN_BY_PLACE = (
    select(_COUNTED.c.place, _COUNTED.c.nudge).where(_COUNTED.c.back <= _MOST_SEEN).order_by(_COUNTED.c.back.desc())
)

_TIP_ANSWERED = timedelta(hours=24)  # for so long a tip is what is talked about under it
_ASKED = timedelta(hours=24)  # for so long a question back is pending
_POSTING = timedelta(minutes=10)  # between a post and the record of it, at most, with retries


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, as it is kept.

    Parameters
    ----------
    kind
        The kind of the reply: lesson, theme, tip, clarify, text, handover …
    intent
        The theme or intent that was answered.
    nudge
        Id of the nudge shown (``lesson-id/1``); None for a reply without a lesson.
    ranked
        Themes and intents considered, best first, as (id, confidence from 0 to 1).
    """

    id: str
    place: str
    at: datetime
    kind: str
    intent: str
    nudge: str | None
    ranked: tuple[tuple[str, float], ...]


def create_id() -> str:
    """Return a new id of 72 random bits, which cannot be guessed."""
    return secrets.token_urlsafe(9)


def build_answer_row(
    answer: str,
    place: Place,
    kind: str,
    intent: str,
    nudge: str | None = None,
    ranked: Sequence[tuple[str, float]] = (),
) -> dict[str, Any]:
    """Return the row of an answer given now."""
    return {
        "id": answer,
        "place": place.key,
        "platform": place.platform,
        "team": place.team,
        "at": datetime.now(UTC),
        "kind": kind,
        "intent": intent,
        "nudge": nudge,
        "ranked": [[name, round(confidence, 4)] for name, confidence in ranked],
        "thread": place.thread or None,
    }


class Answers:
    """Queries on answers and the feedback on them."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = with_autocommit(engine)
        self._verdicts = Verdicts(engine)
        self._seen: GroupCalls[str, list[str]] = GroupCalls(self._list_seen)

    async def record(
        self,
        answer: str,
        place: Place,
        kind: str,
        intent: str,
        nudge: str | None = None,
        ranked: Sequence[tuple[str, float]] = (),
    ) -> None:
        """Record an answer under its id, as given now."""
        row = build_answer_row(answer, place, kind, intent, nudge, ranked)
        async with self._engine.begin() as connection:
            await connection.execute(insert(AnswerRow), row)

    async def count_handover(self, place: Place, topic: str) -> None:
        """Record a handover with its workspace and date alone: the place may be a person's, the time may identify."""
        nowhere = Place(place.platform, place.team, "")
        # Noon in UTC has the same date in nearly every zone, and weeks are counted in the operator's zone.
        today = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
        row = {**build_answer_row(create_id(), nowhere, "handover", topic), "at": today}
        async with self._engine.begin() as connection:
            await connection.execute(insert(AnswerRow), row)

    async def seen(self, place: Place) -> list[str]:
        """Return the nudges shown in a place, oldest first, repeats included; the newest 2,000 at most."""
        return await self._seen.ask(place.key)

    async def _list_seen(self, places: Sequence[str]) -> list[list[str]]:
        """Return for each place the nudges shown there: the tips of one minute share a query."""
        async with self._engine.connect() as connection:
            if len(set(places)) == 1:
                newest_first = (await connection.execute(_SEEN, {"in_place": places[0]})).scalars().all()
                return [[nudge for nudge in reversed(newest_first) if nudge] for _ in places]
            rows = (await connection.execute(_SEEN_BY_PLACE, {"in_places": sorted(set(places))})).all()
        seen: dict[str, list[str]] = {}
        for place, nudge in rows:
            seen.setdefault(place, []).append(nudge)
        return [list(seen.get(place, ())) for place in places]

    async def get(self, answer: str, place: Place) -> Answer | None:
        """Return an answer by its id; None in any place but the one where the answer was given."""
        return await self._first(AnswerRow.id == answer, AnswerRow.place == place.key)

    async def latest_lesson(self, place: Place) -> Answer | None:
        """Return the newest answer with a lesson in the place's thread; where the thread has none, in the place."""
        lessons = (AnswerRow.place == place.key, AnswerRow.nudge.is_not(None))
        in_thread = await self._first(*lessons, AnswerRow.thread == place.thread) if place.thread else None
        return in_thread or await self._first(*lessons)

    async def latest_question(self, place: Place) -> Answer | None:
        """Return the newest question back of the last day, in the place's thread alone where there is one."""
        asked = [AnswerRow.place == place.key, AnswerRow.kind == "clarify"]
        if place.thread:
            asked.append(AnswerRow.thread == place.thread)
        return await self._first(*asked, AnswerRow.at > datetime.now(UTC) - _ASKED)

    async def first_tip(self, place: Place, since: datetime) -> Answer | None:
        """Return the first tip that was shown in a place since an instant; None without one."""
        tips = (AnswerRow.place == place.key, AnswerRow.kind == "tip", AnswerRow.nudge.is_not(None))
        return await self._first(*tips, AnswerRow.at >= since, oldest=True)

    async def lesson_before(self, place: Place, answer: Answer) -> Answer | None:
        """Return the newest lesson before an answer, in the place's thread alone where there is one."""
        lessons = [AnswerRow.place == place.key, AnswerRow.nudge.is_not(None), AnswerRow.at < answer.at]
        if place.thread:
            lessons.append(AnswerRow.thread == place.thread)
        return await self._first(*lessons)

    async def list_lessons(self, place: Place, since: datetime) -> list[Answer]:
        """Return the answers with a lesson since an instant, oldest first; in the place’s thread alone if any."""
        lessons = [AnswerRow.place == place.key, AnswerRow.nudge.is_not(None), AnswerRow.at > since]
        if place.thread:
            lessons.append(AnswerRow.thread == place.thread)
        query = select(*AnswerRow.__table__.columns).where(*lessons).order_by(AnswerRow.at.asc())
        async with self._engine.connect() as connection:
            return [_read_answer(row) for row in await connection.execute(query)]

    async def find_tip(self, place: Place, began: datetime | None) -> Answer | None:
        """Return the newest lesson of the last day that stands in no thread, as a daily tip does.

        Parameters
        ----------
        began
            When the thread was begun in which somebody writes: the tip is then the one that began it. None for no
            thread, or a new one.
        """
        now = datetime.now(UTC)
        since, until = now - _TIP_ANSWERED, now + _TIP_ANSWERED
        if began is not None:
            since, until = max(since, began - _POSTING), began + _POSTING
        async with self._engine.connect() as connection:
            row = (await connection.execute(_TIP, {"in_place": place.key, "since": since, "until": until})).first()
        return _read_answer(row) if row is not None else None

    async def seen_since(self, place: Place, since: datetime) -> set[str]:
        """Return the nudges shown in a place since an instant, in its thread alone where there is one."""
        query = select(AnswerRow.nudge).where(
            AnswerRow.place == place.key, AnswerRow.nudge.is_not(None), AnswerRow.at > since
        )
        if place.thread:
            query = query.where(AnswerRow.thread == place.thread)
        async with self._engine.connect() as connection:
            return {nudge for nudge in (await connection.execute(query)).scalars() if nudge}

    async def _first(self, *conditions: object, oldest: bool = False) -> Answer | None:
        order = AnswerRow.at.asc() if oldest else AnswerRow.at.desc()
        query = select(*AnswerRow.__table__.columns).where(*conditions).order_by(order).limit(1)  # type: ignore[arg-type]
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).first()
        return _read_answer(row) if row is not None else None

    async def rate(self, answer: str, person: str, helpful: bool) -> None:
        """Keep a person's verdict on an answer; a later verdict replaces the earlier."""
        await self._verdicts.keep(answer, person, helpful=helpful)

    async def delete_older(self, older_than: timedelta) -> int:
        """Delete the answers older than an age; return their number."""
        limit = datetime.now(UTC) - older_than
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(AnswerRow).where(AnswerRow.at < limit))).rowcount

    async def forget_place(self, place: Place) -> int:
        """Delete the answers of one place and what is pending there; return the number of answers."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(PendingRow).where(PendingRow.place == place.key))
            return (await connection.execute(delete(AnswerRow).where(AnswerRow.place == place.key))).rowcount

    async def forget_team(self, platform: str, team: str) -> int:
        """Delete a workspace's or tenant's answers, what is pending and who is known; return the number of answers."""
        mine = (AnswerRow.platform == platform, AnswerRow.team == team)
        async with self._engine.begin() as connection:
            for row in (PendingRow, ReaderRow):
                await connection.execute(delete(row).where(row.platform == platform, row.team == team))
            return (await connection.execute(delete(AnswerRow).where(*mine))).rowcount


def _read_answer(row: Row[Any]) -> Answer:
    ranked = tuple((str(name), float(confidence)) for name, confidence in row.ranked)
    return Answer(row.id, row.place, row.at, row.kind, row.intent, row.nudge, ranked)

"""The data kept for Teams: conversations to post to, claimed events, the answer that each message holds."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.message import Place
from bot.store.tables import TeamsArrivalRow, TeamsConversationRow, TeamsPostRow

_FRESH = timedelta(hours=1)  # precision of the time when somebody last spoke in a place


@dataclass(frozen=True, slots=True)
class TeamsConversation:
    """A conversation that the bot has been in.

    Parameters
    ----------
    team
        The team that a channel belongs to, else empty.
    person
        The person of a personal chat, else empty.
    reference
        The conversation reference: service URL, conversation, bot and tenant, as Teams names them.
    closed
        Why the place takes no more posts; None while it does.
    seen
        When somebody last spoke there, to the hour.
    """

    place: Place
    scope: str
    team: str
    person: str
    reference: Mapping[str, Any]
    closed: str | None = None
    seen: datetime = field(default_factory=lambda: datetime.now(UTC), compare=False)


class TeamsConversations:
    """Queries on the conversations that the bot may post to."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def keep(self, known: TeamsConversation) -> None:
        """Insert or refresh a conversation, and open it again, for somebody spoke there.

        Nearly every turn finds the row unchanged and then writes nothing: on SQLite writers wait for each other.
        """
        found = await self.get(known.place)
        if found == known and found.seen > datetime.now(UTC) - _FRESH:
            return
        values = {
            "tenant": known.place.team,
            "channel": known.place.channel,
            "scope": known.scope,
            "team": known.team,
            "person": known.person,
            "reference": dict(known.reference),
            "seen": datetime.now(UTC),
            "closed": None,
        }
        refresh = update(TeamsConversationRow).where(TeamsConversationRow.place == known.place.key).values(**values)
        try:
            async with self._engine.begin() as connection:
                if (await connection.execute(refresh)).rowcount == 0:
                    row = {"place": known.place.key, "welcomed": False, **values}
                    await connection.execute(insert(TeamsConversationRow).values(**row))
        except IntegrityError:
            async with self._engine.begin() as connection:
                await connection.execute(refresh)

    async def get(self, place: Place) -> TeamsConversation | None:
        """Return the conversation of a place; None without one."""
        return await self._first(TeamsConversationRow.place == place.key)

    async def find_chat(self, tenant: str, person: str) -> TeamsConversation | None:
        """Return the personal chat with a person; None without one."""
        return await self._first(TeamsConversationRow.tenant == tenant, TeamsConversationRow.person == person)

    async def claim_welcome(self, place: Place) -> bool:
        """Claim the welcome in a place; return True to the first caller only."""
        row = TeamsConversationRow
        claim = update(row).where(row.place == place.key, row.welcomed.is_(False)).values(welcomed=True)
        async with self._engine.begin() as connection:
            return (await connection.execute(claim)).rowcount == 1

    async def close(self, place: Place, why: str) -> None:
        """Record that a place takes no more posts until somebody speaks there again."""
        row = TeamsConversationRow
        async with self._engine.begin() as connection:
            await connection.execute(update(row).where(row.place == place.key).values(closed=why[:64]))

    async def forget_place(self, place: Place) -> None:
        """Delete a conversation that the bot was removed from."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(TeamsConversationRow).where(TeamsConversationRow.place == place.key))

    async def list_team_channels(self, tenant: str, team: str) -> list[Place]:
        """Return the channels of a team that the bot has been in."""
        row = TeamsConversationRow
        query = select(row.channel).where(row.tenant == tenant, row.team == team)
        async with self._engine.connect() as connection:
            return [Place("teams", tenant, channel) for (channel,) in await connection.execute(query)]

    async def find_open_place(self, tenant: str) -> Place | None:
        """Return the place of a tenant that takes posts and where somebody spoke last; None without one."""
        row = TeamsConversationRow
        found = await self._first(row.tenant == tenant, row.closed.is_(None))
        return found.place if found else None

    async def _first(self, *conditions: Any) -> TeamsConversation | None:
        query = (
            select(*TeamsConversationRow.__table__.columns)
            .where(*conditions)
            .order_by(TeamsConversationRow.seen.desc())
            .limit(1)
        )
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return None
        place = Place("teams", row.tenant, row.channel, private=row.scope == "personal")
        return TeamsConversation(place, row.scope, row.team, row.person, row.reference, row.closed, row.seen)


class TeamsEvents:
    """Queries on claimed events."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def claim(self, event: str, at: datetime | None = None) -> bool:
        """Claim an event; return False when it was claimed before, here or by another replica.

        Parameters
        ----------
        at
            The instant of this claim; now where None. A claim made again with the same instant succeeds again, for
            a commit whose answer was lost may have happened.
        """
        row, at = TeamsArrivalRow, at or datetime.now(UTC)
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(row).values(event=event, at=at))
        except IntegrityError:
            async with self._engine.connect() as connection:
                found = (await connection.execute(select(row.at).where(row.event == event))).scalar()
            return found == at
        return True

    async def release(self, event: str) -> None:
        """Release an event, so that a repetition by Teams is handled."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(TeamsArrivalRow).where(TeamsArrivalRow.event == event))

    async def delete_older(self, older_than: timedelta) -> int:
        """Delete the events too old to be repeated; return their number."""
        limit = datetime.now(UTC) - older_than
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(TeamsArrivalRow).where(TeamsArrivalRow.at < limit))).rowcount


class TeamsPosts:
    """Queries on the answers that posted messages hold; the rows are deleted with the answers."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def record(self, place: Place, activity: str, answer: str) -> None:
        """Record the answer that a message holds."""
        row = {"post": _digest(place, activity), "answer": answer}
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(TeamsPostRow).values(**row))
        except IntegrityError:
            return  # known already, or the answer was forgotten in the meantime

    async def answer(self, place: Place, activity: str) -> str | None:
        """Return the id of the answer that a message holds; None without one."""
        query = select(TeamsPostRow.answer).where(TeamsPostRow.post == _digest(place, activity))
        async with self._engine.connect() as connection:
            found = (await connection.execute(query)).scalar()
        return str(found) if found else None


def _digest(place: Place, activity: str) -> str:
    return hashlib.sha256(f"{place.key}\0{activity}".encode()).hexdigest()

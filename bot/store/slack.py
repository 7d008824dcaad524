"""What Slack needs remembered. No message text is kept, and no token that is not sealed."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import DeclarativeBase

from bot.store.database import with_autocommit
from bot.store.tables import (
    SlackEventRow,
    SlackInstallationRow,
    SlackOfferRow,
    SlackStateRow,
    SlackThreadRow,
    SlackWelcomeRow,
)


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread in a channel; an empty thread is the channel's own level."""

    team: str
    channel: str
    thread: str


class SlackEvents:
    """Each event once only, over retries and replicas."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = with_autocommit(engine)

    async def claim(self, team: str, event: str, kind: str, at: datetime | None = None) -> bool:
        """Claim an event; return whether the claim is ours, and not one made before, here or on another replica.

        Parameters
        ----------
        at
            When the event was received. A claim at that very instant is ours: an earlier attempt may have made it
            before its answer was lost.
        """
        row = {"team": team, "event": event, "kind": kind, "at": at or datetime.now(UTC)}
        if await _insert(self._engine, SlackEventRow, row):
            return True
        return at is not None and await self._is_claimed_at(at, team, event, kind)

    async def release(self, team: str, event: str, kind: str) -> None:
        """Give a claim up, so that another attempt may make it."""
        row = SlackEventRow
        await _delete(self._engine, row, row.team == team, row.event == event, row.kind == kind)

    async def _is_claimed_at(self, at: datetime, team: str, event: str, kind: str) -> bool:
        row = SlackEventRow
        query = select(row.at).where(row.team == team, row.event == event, row.kind == kind)
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).scalar_one_or_none() == at

    async def claim_for(self, lasts: timedelta, team: str, event: str, kind: str) -> bool:
        """Take something on for a while; whoever asks after that may take it over, for the first one may have died."""
        if await self.claim(team, event, kind):
            return True
        row, now = SlackEventRow, datetime.now(UTC)
        lapsed = (row.team == team, row.event == event, row.kind == kind, row.at < now - lasts)
        async with self._engine.begin() as connection:
            return bool((await connection.execute(update(row).where(*lapsed).values(at=now))).rowcount)

    async def delete_older(self, older_than: timedelta) -> None:
        """Delete the events older than this."""
        await _delete(self._engine, SlackEventRow, SlackEventRow.at < datetime.now(UTC) - older_than)


class SlackThreads:
    """Who spoke to the bot in which thread."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = with_autocommit(engine)

    async def join(self, thread: Thread, person: str) -> None:
        """Remember that a person spoke to the bot in a thread."""
        await _insert(self._engine, SlackThreadRow, _columns(thread) | {"person": person, "at": datetime.now(UTC)})

    async def people(self, thread: Thread) -> frozenset[str]:
        """List who spoke to the bot in a thread; nobody when it is not one of ours."""
        mine = (
            SlackThreadRow.team == thread.team,
            SlackThreadRow.channel == thread.channel,
            SlackThreadRow.thread == thread.thread,
        )
        async with self._engine.connect() as connection:
            return frozenset((await connection.execute(select(SlackThreadRow.person).where(*mine))).scalars())

    async def delete_older(self, older_than: timedelta) -> None:
        """Delete the threads that people joined longer ago than this."""
        await _delete(self._engine, SlackThreadRow, SlackThreadRow.at < datetime.now(UTC) - older_than)

    async def forget_team(self, team: str) -> None:
        """Delete the data of a workspace."""
        await _delete(self._engine, SlackThreadRow, SlackThreadRow.team == team)


class SlackOffers:
    """Which thread a private answer may be shared to."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = with_autocommit(engine)

    async def offer(self, answer: str, to: Thread) -> None:
        """Remember the thread for an answer."""
        await _insert(self._engine, SlackOfferRow, _columns(to) | {"answer": answer, "at": datetime.now(UTC)})

    async def find(self, answer: str) -> Thread | None:
        """Look the thread up."""
        query = select(SlackOfferRow.team, SlackOfferRow.channel, SlackOfferRow.thread)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query.where(SlackOfferRow.answer == answer))).first()
        return Thread(*row) if row else None

    async def delete_older(self, older_than: timedelta) -> None:
        """Delete the offers older than this."""
        await _delete(self._engine, SlackOfferRow, SlackOfferRow.at < datetime.now(UTC) - older_than)

    async def forget_team(self, team: str) -> None:
        """Delete the data of a workspace."""
        await _delete(self._engine, SlackOfferRow, SlackOfferRow.team == team)


class SlackWelcomes:
    """Whom, in their own messages, and which channels the bot greeted."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = with_autocommit(engine)

    async def claim(self, team: str, channel: str) -> bool:
        """Claim the welcome of a channel or, by their id, of a person; return True to the first caller only."""
        return await _insert(self._engine, SlackWelcomeRow, {"team": team, "channel": channel, "at": datetime.now(UTC)})

    async def forget_team(self, team: str) -> None:
        """Delete the data of a workspace."""
        await _delete(self._engine, SlackWelcomeRow, SlackWelcomeRow.team == team)


class SlackInstallations:
    """Installations by enterprise and team, as sealed text; who seals them is not known here."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = with_autocommit(engine)

    async def put(self, enterprise: str, team: str, sealed: str, at: datetime) -> None:
        """Keep an installation; one that was kept before is replaced."""
        values = {"sealed": sealed, "at": at}
        if not await _insert(self._engine, SlackInstallationRow, {"enterprise": enterprise, "team": team, **values}):
            async with self._engine.begin() as connection:
                mine = _installed(enterprise, team)
                await connection.execute(update(SlackInstallationRow).where(*mine).values(**values))

    async def get(self, enterprise: str, team: str) -> str | None:
        """Look an installation up."""
        query = select(SlackInstallationRow.sealed).where(*_installed(enterprise, team))
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def of_team(self, team: str) -> tuple[str, str] | None:
        """Look up which installation, as (enterprise, team), a workspace or an organisation has of its own."""
        row = SlackInstallationRow
        mine = (row.team == team) | ((row.enterprise == team) & (row.team == ""))
        async with self._engine.connect() as connection:
            found = (await connection.execute(select(row.enterprise, row.team).where(mine))).first()
        return (found[0], found[1]) if found else None

    async def installed_at(self, enterprise: str, team: str) -> datetime | None:
        """Return when a workspace installed the bot last; None without an installation."""
        query = select(SlackInstallationRow.at).where(*_installed(enterprise, team))
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def all(self) -> list[tuple[str, str, str, datetime]]:
        """List every installation as (enterprise, team, sealed, at)."""
        columns = (SlackInstallationRow.enterprise, SlackInstallationRow.team)
        query = select(*columns, SlackInstallationRow.sealed, SlackInstallationRow.at)
        async with self._engine.connect() as connection:
            return [(row[0], row[1], row[2], row[3]) for row in await connection.execute(query)]

    async def remove(self, enterprise: str, team: str) -> None:
        """Delete an installation."""
        await _delete(self._engine, SlackInstallationRow, *_installed(enterprise, team))


class SlackStates:
    """States of installations that were begun: each good once, for a while."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = with_autocommit(engine)

    async def keep(self, state: str, for_: timedelta) -> None:
        """Remember a state; only its digest is stored."""
        await _insert(self._engine, SlackStateRow, {"digest": _digest(state), "expires": datetime.now(UTC) + for_})

    async def use_up(self, state: str) -> bool:
        """Use a state; True for one caller only, and only in time."""
        mine = (SlackStateRow.digest == _digest(state), SlackStateRow.expires > datetime.now(UTC))
        return await _delete(self._engine, SlackStateRow, *mine) == 1

    async def delete_expired(self) -> None:
        """Delete the states whose time is over."""
        await _delete(self._engine, SlackStateRow, SlackStateRow.expires <= datetime.now(UTC))


def _installed(enterprise: str, team: str) -> tuple[ColumnElement[bool], ...]:
    return (SlackInstallationRow.enterprise == enterprise, SlackInstallationRow.team == team)


def _columns(thread: Thread) -> dict[str, object]:
    return {"team": thread.team, "channel": thread.channel, "thread": thread.thread}


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


async def _insert(engine: AsyncEngine, row: type[DeclarativeBase], values: dict[str, object]) -> bool:
    """Insert a row; False when its key was there."""
    try:
        async with engine.begin() as connection:
            await connection.execute(insert(row), values)
    except IntegrityError:
        return False
    return True


async def _delete(engine: AsyncEngine, row: type[DeclarativeBase], *conditions: ColumnElement[bool]) -> int:
    async with engine.begin() as connection:
        return (await connection.execute(delete(row).where(*conditions))).rowcount

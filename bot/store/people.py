"""Deletion of all data kept with one person's id, over all tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.message import Place, Platform
from bot.store.readers import digest_person
from bot.store.tables import (
    AnswerRow,
    DigestRow,
    PendingRow,
    PromiseRow,
    ReaderRow,
    SlackOfferRow,
    SlackThreadRow,
    SlackWelcomeRow,
    SubscriptionRow,
    TeamsConversationRow,
)
from bot.store.verdicts import Verdicts, delete_verdicts


@dataclass(frozen=True, slots=True)
class Person:
    """A person, identified as in the tables.

    Parameters
    ----------
    team
        The workspace or tenant; empty where there is none.
    id
        The platform's id, unique only within the team.
    """

    platform: Platform
    team: str
    id: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The number of rows deleted of a person, by kind.

    Parameters
    ----------
    subscriptions
        Daily tips to the person alone.
    looked_after
        Daily tips and digests of other places, which stay and no longer say who set them up.
    threads
        Threads in Slack that the person took part in.
    conversations
        Personal chats in Teams that the bot could post to.
    answers
        Answers in the person's private chats.
    pending
        What the person could still go on from, in private chats and elsewhere.
    remembered
        What the person asked to have remembered: a role, and how long they have.
    welcomes
        That the bot greeted the person on Slack.
    """

    promises: int
    subscriptions: int
    looked_after: int
    threads: int
    conversations: int
    verdicts: int
    answers: int
    pending: int = 0
    remembered: int = 0
    welcomes: int = 0


class People:
    """Deletes the data kept with a person's id."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def forget(self, person: Person) -> Forgotten:
        """Delete or unlink the data kept with a person's id, in one transaction; return the numbers deleted."""
        # Read before the transaction: on SQLite a transaction that begins by reading may be refused the write lock.
        places = await self._places(person)
        without_slot = await Verdicts(self._engine).find_without_slot(person.platform, person.team, person.id)
        in_places = AnswerRow.place.in_(places)
        digest = digest_person(person.platform, person.team, person.id)
        async with self._engine.begin() as connection:
            verdicts = await delete_verdicts(connection, person.platform, person.team, person.id, without_slot)
            offers = SlackOfferRow.answer.in_(select(AnswerRow.id).where(in_places))
            await connection.execute(delete(SlackOfferRow).where(offers))
            return Forgotten(
                promises=await _deleted(connection, PromiseRow, _of(PromiseRow, person, PromiseRow.person)),
                subscriptions=await _deleted(
                    connection, SubscriptionRow, (SubscriptionRow.place.in_(places), SubscriptionRow.private)
                ),
                looked_after=sum(
                    [await _unlinked(connection, row, person) for row in (SubscriptionRow, DigestRow)],
                ),
                threads=await _deleted(connection, SlackThreadRow, _threads(person)),
                conversations=await _deleted(connection, TeamsConversationRow, _conversations(person)),
                verdicts=verdicts,
                answers=await _deleted(connection, AnswerRow, (in_places,)),
                pending=await _deleted(
                    connection,
                    PendingRow,
                    (PendingRow.place.in_(places) | and_(PendingRow.team == person.team, PendingRow.person == digest),),
                ),
                remembered=await _deleted(connection, ReaderRow, _remembered(person, digest)),
                welcomes=await _deleted(connection, SlackWelcomeRow, _welcomes(person)),
            )

    async def _places(self, person: Person) -> list[str]:
        """Return the keys of the places where this person alone reads."""
        promised, subscribed = PromiseRow, SubscriptionRow
        queries = (
            select(TeamsConversationRow.place).where(*_conversations(person)),
            select(promised.place).where(*_of(promised, person, promised.person), promised.private),
            select(subscribed.place).where(*_of(subscribed, person, subscribed.owner), subscribed.private),
        )
        # On every platform but Teams the channel of a private place is the person's id.
        keys = {Place(person.platform, person.team, person.id, private=True).key}
        async with self._engine.connect() as connection:
            for query in queries:
                keys.update((await connection.execute(query)).scalars())
        return sorted(keys)


def _of(row: Any, person: Person, column: Any) -> Sequence[Any]:
    return (row.platform == person.platform, row.team == person.team, column == person.id)


# These rows exist for one platform only: the condition is never met for another, because no row's team is null.


def _threads(person: Person) -> Sequence[Any]:
    here = SlackThreadRow.team == (person.team if person.platform == "slack" else None)
    return (here, SlackThreadRow.person == person.id)


def _welcomes(person: Person) -> Sequence[Any]:
    here = SlackWelcomeRow.team == (person.team if person.platform == "slack" else None)
    return (here, SlackWelcomeRow.channel == person.id)


def _remembered(person: Person, digest: str) -> Sequence[Any]:
    """Return the whole key: the digest alone would read the whole table."""
    return (ReaderRow.platform == person.platform, ReaderRow.team == person.team, ReaderRow.person == digest)


def _conversations(person: Person) -> Sequence[Any]:
    here = TeamsConversationRow.tenant == (person.team if person.platform == "teams" else None)
    return (here, TeamsConversationRow.person == person.id)


async def _unlinked(connection: AsyncConnection, row: Any, person: Person) -> int:
    """Take a person's id out of what they set up for others; return how much that was."""
    mine = update(row).where(*_of(row, person, row.owner)).values(owner="")
    return (await connection.execute(mine)).rowcount


async def _deleted(connection: AsyncConnection, row: Any, conditions: Sequence[Any]) -> int:
    return (await connection.execute(delete(row).where(*conditions))).rowcount

"""Who somebody is and how long they have, where they asked to have it remembered."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.message import Platform
from bot.store.database import with_autocommit
from bot.store.tables import ReaderRow
from bot.store.upserts import choose_insert

_KEY = ("platform", "team", "person")
LEADING = "leading"  # in place of a role: whoever decides
WITHOUT_SAY = "without-say"  # and somebody who does not, such as a porter


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a lesson is for.

    Parameters
    ----------
    role
        Id of a role, or whether they have the say where no role is theirs; empty when nobody said.
    minutes
        How many minutes they have; None when nobody said.
    told
        Whether they were told in this thread that words were made for others.
    """

    role: str = ""
    minutes: int | None = None
    told: bool = False

    def __bool__(self) -> bool:
        """Return whether anything is known."""
        return bool(self.role) or self.minutes is not None


ANYBODY = Reader()


def digest_person(platform: Platform, team: str, person: str) -> str:
    """Return the pseudonym under which what is pending for a person, and who they are, is kept.

    Whoever has the database and a person's id can compute it: not every installation has a secret for a keyed digest.
    """
    return hashlib.sha256(f"{platform}\0{team}\0{person}".encode()).hexdigest()


class Readers:
    """Queries on saved readers."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = with_autocommit(engine)
        self._insert = choose_insert(engine.dialect.name)

    async def save(self, platform: Platform, team: str, person: str, reader: Reader) -> None:
        """Remember a reader until they ask to be forgotten."""
        values = {"role": reader.role, "minutes": reader.minutes, "at": datetime.now(UTC)}
        row = {"platform": platform, "team": team, "person": digest_person(platform, team, person), **values}
        statement = self._insert(ReaderRow).values(row).on_conflict_do_update(index_elements=_KEY, set_=values)
        async with self._engine.begin() as connection:
            await connection.execute(statement)

    async def find(self, platform: Platform, team: str, person: str) -> Reader:
        """Return what is remembered of a person; an empty reader when nothing is."""
        query = select(ReaderRow.role, ReaderRow.minutes).where(*_of(platform, team, person))
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).first()
        return Reader(row.role, row.minutes) if row else Reader()

    async def forget(self, platform: Platform, team: str, person: str) -> bool:
        """Delete what is remembered of a person; return whether there was anything."""
        async with self._engine.begin() as connection:
            gone = await connection.execute(delete(ReaderRow).where(*_of(platform, team, person)))
            return bool(gone.rowcount)


def _of(platform: Platform, team: str, person: str) -> tuple[ColumnElement[bool], ...]:
    digest = digest_person(platform, team, person)
    return (ReaderRow.platform == platform, ReaderRow.team == team, ReaderRow.person == digest)

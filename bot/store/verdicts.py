"""The verdicts of people on answers, under pseudonyms that do not join the verdicts of one person."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.message import Platform
from bot.store.database import with_autocommit
from bot.store.tables import AnswerRow, FeedbackRow
from bot.store.upserts import choose_insert

_KEY = ("answer", "person_digest")
_SLOTS = 512  # two verdicts of one person a working day for a year; an old SQLite binds 999 values at most
_TRIES = 16
_FETCHED_AT_ONCE = 1_000
_THIS_VERDICT = delete(FeedbackRow).where(
    FeedbackRow.answer == bindparam("on_answer"), FeedbackRow.person_digest == bindparam("by_digest")
)


def digest_verdict(answer: str, person: str) -> str:
    """Return the pseudonym under which a person's verdict on an answer is kept.

    The digest differs from answer to answer, but whoever has the database and a person's id can compute it: not
    every installation has a secret for a keyed digest.
    """
    return hashlib.sha256(f"{answer}\0{person}".encode()).hexdigest()


def digest_slot(platform: Platform, team: str, person: str, slot: int) -> str:
    """Return the pseudonym that a person's verdict gets besides, by which `forget` finds it through an index.

    A slot is drawn for each verdict and holds one of a person at a time, so that this digest, too, differs from
    verdict to verdict, and tells nothing of their order.
    """
    return hashlib.sha256(f"verdict\0{platform}\0{team}\0{person}\0{slot}".encode()).hexdigest()


class Verdicts:
    """Queries that keep verdicts and find those of a person.

    Parameters
    ----------
    engine
        The engine of the answers.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine, self._streaming = with_autocommit(engine), engine  # PostgreSQL streams in a transaction alone
        self._insert = choose_insert(engine.dialect.name)

    async def keep(self, answer: str, person: str, *, helpful: bool) -> None:
        """Keep a person's verdict on an answer; a later verdict replaces the earlier."""
        workspace = select(AnswerRow.platform, AnswerRow.team).where(AnswerRow.id == answer)
        async with self._engine.connect() as connection:
            given = (await connection.execute(workspace)).first()
        if given is None:
            return
        drawn = [digest_slot(given.platform, given.team, person, secrets.randbelow(_SLOTS)) for _ in range(_TRIES)]
        values = {"helpful": helpful, "at": datetime.now(UTC)}
        row = {"answer": answer, "person_digest": digest_verdict(answer, person), **values}
        # Who has hundreds of verdicts may draw taken slots alone; that verdict is then found by comparison.
        for slot in (*drawn, None):
            statement = self._insert(FeedbackRow).values({**row, "slot_digest": slot})
            try:
                async with self._engine.begin() as connection:
                    await connection.execute(statement.on_conflict_do_update(index_elements=_KEY, set_=values))
            except IntegrityError:  # the slot is taken, or the answer is gone
                continue
            return

    async def find_without_slot(self, platform: Platform, team: str, person: str) -> list[dict[str, str]]:
        """Return the keys of a person's verdicts that have no slot, for `delete_verdicts`.

        Those are what earlier releases kept. The person's digest is computed for each such answer of the workspace.
        """
        rated = (
            select(FeedbackRow.answer, FeedbackRow.person_digest)
            .join_from(FeedbackRow, AnswerRow)
            .where(FeedbackRow.slot_digest.is_(None), AnswerRow.platform == platform, AnswerRow.team == team)
        )
        async with self._streaming.connect() as connection:
            found = await connection.stream(rated)
            return [
                {"on_answer": answer, "by_digest": digest}
                async for some in found.partitions(_FETCHED_AT_ONCE)
                for answer, digest in some
                if digest == digest_verdict(answer, person)
            ]


async def delete_verdicts(
    connection: AsyncConnection, platform: Platform, team: str, person: str, without_slot: Sequence[dict[str, str]]
) -> int:
    """Delete a person's verdicts, in the transaction of a connection; return their number."""
    if without_slot:
        await connection.execute(_THIS_VERDICT, without_slot)
    in_slots = delete(FeedbackRow).where(_in_slots(platform, team, person))
    return len(without_slot) + (await connection.execute(in_slots)).rowcount


def _in_slots(platform: Platform, team: str, person: str) -> ColumnElement[Any]:
    return FeedbackRow.slot_digest.in_([digest_slot(platform, team, person, slot) for slot in range(_SLOTS)])

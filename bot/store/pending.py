"""What is pending in a thread or for a person, so that the next turn is read in the light of the last, on any replica.

Ids, confidences and the values of a setting that awaits a yes; never a word that somebody wrote.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import and_, bindparam, delete, literal, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.message import Place
from bot.store.database import with_autocommit
from bot.store.readers import Reader, digest_person
from bot.store.tables import PendingRow, ReaderRow
from bot.store.upserts import choose_insert

PendingKind = Literal["question", "lesson", "promise", "confirmation", "reader", "declined"]
KEPT = timedelta(hours=24)
CONFIRMATIONS_KEPT = timedelta(minutes=30)
_KEY = ("place", "thread", "person", "slot")
_PERSONAL = ("promise", "confirmation", "reader")  # nobody else may go on from these
_THREADS_OWN = "*"  # owner of what was turned down: a release that does not know it reads the rows of nobody as pending
_APART = ("reader", "declined")  # what a turn after the next is still read in the light of


@dataclass(frozen=True, slots=True)
class Pending:
    """What the next turn may go on from.

    Parameters
    ----------
    kind
        A question back, a lesson or a part of its depth, a promise, a confirmation; or who asks, or what was declined.
    about
        Id of the answer or the promise; empty where there is none.
    part
        The part of the depth that was shown last; empty for the lesson itself.
    options
        What was offered, in order, as (id, confidence from 0 to 1) pairs; for a reader the role and the
        minutes, and a second pair where they were told that words were made for others.
    command
        The setting that awaits a yes, as data; None elsewhere.
    at
        When it became pending.
    """

    kind: PendingKind
    about: str = ""
    part: str = ""
    options: tuple[tuple[str, float], ...] = ()
    command: Mapping[str, Any] | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC), compare=False)


@dataclass(frozen=True, slots=True)
class PendingTurns:
    """What is pending where somebody writes.

    Parameters
    ----------
    shared
        What anybody in the thread may go on from: a lesson or a question back.
    own
        What only the writer may go on from: a promise or a confirmation.
    reader
        Who the writer said they are, in this thread.
    declined
        Ids of the themes and lessons that were turned down in the thread.
    """

    shared: Pending | None = None
    own: Pending | None = None
    reader: Pending | None = None
    declined: frozenset[str] = frozenset()


class PendingStore:
    """Queries on what is pending."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = with_autocommit(engine)
        statement = choose_insert(engine.dialect.name)(PendingRow.__table__)
        changed = {name: value for name, value in statement.excluded.items() if name not in _KEY}
        self._put = statement.on_conflict_do_update(index_elements=_KEY, set_=changed)

    async def put(self, place: Place, person: str, pending: Pending) -> None:
        """Keep what is pending in a thread, in place of what was; a promise or a confirmation is its person's."""
        # Where there are no threads, who turned something down in the morning may ask for it in the afternoon.
        briefly = pending.kind == "confirmation" or (pending.kind == "declined" and not place.thread)
        kept = CONFIRMATIONS_KEPT if briefly else KEPT
        row = {
            "place": place.key,
            "thread": place.thread,
            "person": self._name_owner(place, person, pending.kind),
            "slot": pending.kind if pending.kind in _APART else "turn",
            "platform": place.platform,
            "team": place.team,
            "kind": pending.kind,
            "about": pending.about,
            "part": pending.part,
            "options": [[name, round(confidence, 4)] for name, confidence in pending.options],
            "command": dict(pending.command) if pending.command is not None else None,
            "at": pending.at,
            "until": pending.at + kept,
        }
        async with self._engine.begin() as connection:
            await connection.execute(self._put, row)

    @staticmethod
    def _name_owner(place: Place, person: str, kind: PendingKind) -> str:
        if kind == "declined":
            return _THREADS_OWN
        return digest_person(place.platform, place.team, person) if kind in _PERSONAL else ""

    async def find(self, place: Place, person: str) -> PendingTurns:
        """Return what is pending for a person in a thread."""
        return (await self.find_with_reader(place, person))[0]

    async def find_with_reader(self, place: Place, person: str) -> tuple[PendingTurns, Reader]:
        """Return what is pending for a person in a thread, and who they asked to have remembered, by one query."""
        digest = digest_person(place.platform, place.team, person)
        values = {
            "in_place": place.key,
            "in_thread": place.thread,
            "by": ["", _THREADS_OWN, digest],
            "now": datetime.now(UTC),
            "on_platform": place.platform,
            "in_team": place.team,
            "digest": digest,
        }
        async with self._engine.connect() as connection:
            rows = (await connection.execute(_FIND, values)).all()
        declined = _first(rows, lambda row: row.slot == "declined")
        pending = PendingTurns(
            shared=_first(rows, lambda row: not row.person and row.slot == "turn"),
            own=_first(rows, lambda row: bool(row.person) and row.slot == "turn"),
            reader=_first(rows, lambda row: row.slot == "reader"),
            declined=frozenset(name for name, _ in declined.options) if declined else frozenset(),
        )
        return pending, Reader(rows[0].role or "", rows[0].minutes)

    async def drop(self, place: Place, person: str, slot: Literal["turn", "reader"] = "turn") -> None:
        """Delete what is pending for one person in a thread; for everybody where the person is empty."""
        digest = digest_person(place.platform, place.team, person) if person else ""
        mine = (PendingRow.place == place.key, PendingRow.thread == place.thread, PendingRow.person == digest)
        async with self._engine.begin() as connection:
            await connection.execute(delete(PendingRow).where(*mine, PendingRow.slot == slot))

    async def delete_expired(self) -> int:
        """Delete what is pending no longer; return the number of rows."""
        async with self._engine.begin() as connection:
            gone = await connection.execute(delete(PendingRow).where(PendingRow.until <= datetime.now(UTC)))
            return gone.rowcount


_ASKED = select(literal(1)).subquery("asked")  # a row also where nothing is pending and nobody is remembered
_FIND = (
    select(*PendingRow.__table__.columns, ReaderRow.role, ReaderRow.minutes)
    .select_from(_ASKED)
    .outerjoin(
        PendingRow,
        and_(
            PendingRow.place == bindparam("in_place"),
            PendingRow.thread == bindparam("in_thread"),
            PendingRow.person.in_(bindparam("by", expanding=True)),
            PendingRow.until > bindparam("now"),
        ),
    )
    .outerjoin(
        ReaderRow,
        and_(
            ReaderRow.platform == bindparam("on_platform"),
            ReaderRow.team == bindparam("in_team"),
            ReaderRow.person == bindparam("digest"),
        ),
    )
)


def _first(rows: Sequence[Any], fits: Any) -> Pending | None:
    row = next((row for row in rows if fits(row)), None)
    if row is None:
        return None
    options = tuple((str(name), float(confidence)) for name, confidence in row.options)
    return Pending(cast(PendingKind, row.kind), row.about, row.part, options, row.command, row.at)

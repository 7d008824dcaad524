"""The pack that editors write: revisions of its files, and what of it is published.

Nothing is overwritten: each change of a file is a revision with the next number. A writer names the number that the
change was made from, so that of two writers at once the second is refused and told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.tables import PackPublicationRow, PackRevisionRow
from knowledge import TextPack

PACK_NAME = "editors-page"  # stands before the paths of its files where a problem names them
State = Literal["draft", "published", "withdrawn", "removed"]
_LONGEST_NAME = 80  # characters, as wide as the column


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of a file.

    Parameters
    ----------
    path
        Within the pack, as in ``themes/winter.yaml``.
    number
        Counted from 1 for each file.
    state
        ``published`` serves until the next that is no draft; ``withdrawn`` and ``removed`` take it back.
    name
        Claimed by the editor, not proved; empty when it was forgotten.
    """

    path: str
    number: int
    state: State
    text: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file of the pack: its latest revision, and the one that serves, where one does."""

    latest: Revision
    published: Revision | None


@dataclass(frozen=True, slots=True)
class Change:
    """A new revision to be written.

    Parameters
    ----------
    base
        The number of the revision that it was made from; 0 for a new file.
    """

    path: str
    base: int
    state: State
    text: str


class StaleChangeError(Exception):
    """Somebody else changed a file, or what is published, since the change was begun; nothing was written."""


class PackStore:
    """Queries on the pack that editors write, and the published pack as this process saw it last."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._pack: TextPack | None = None

    # The published pack

    def get_pack(self) -> TextPack | None:
        """Return the published pack as last refreshed; None where nothing was ever published."""
        return self._pack

    async def refresh(self) -> bool:
        """Read the published pack again if another version is published; return whether it was."""
        version = await self.read_version()
        if version == (self._pack.version if self._pack else 0):
            return False
        files = {file.published.path: file.published.text for file in await self.list_files() if file.published}
        self._pack = TextPack(PACK_NAME, files, version)
        return True

    async def read_version(self) -> int:
        """Return the number of what is published; 0 where nothing ever was."""
        async with self._engine.connect() as connection:
            return (await connection.execute(select(PackPublicationRow.version))).scalar() or 0

    # Revisions

    async def list_files(self) -> list[WrittenFile]:
        """Return every file with its latest and its published revision, by path."""
        latest = {one.path: one for one in await self._list_newest(drafts=True)}
        settled = {one.path: one for one in await self._list_newest(drafts=False)}
        return [
            WrittenFile(revision, found if (found := settled.get(path)) and found.state == "published" else None)
            for path, revision in sorted(latest.items())
        ]

    async def list_revisions(self, path: str) -> list[Revision]:
        """Return the revisions of a file, the latest first."""
        query = _SELECT.where(PackRevisionRow.path == path).order_by(PackRevisionRow.number.desc())
        async with self._engine.connect() as connection:
            return [_read_revision(row) for row in await connection.execute(query)]

    async def write(self, changes: Sequence[Change], name: str, version: int | None = None) -> None:
        """Write new revisions, all or none.

        Parameters
        ----------
        name
            Claimed by the editor; as much of it is kept as the column holds.
        version
            Of what is published, as the writer saw it. It is needed when the changes alter that, and moves on then.

        Raises
        ------
        StaleChangeError
            When a file has a later revision than its change was made from, or something else was published since.
        """
        now = datetime.now(UTC)
        rows = [
            {"path": one.path, "number": one.base + 1, "state": one.state, "text": one.text}
            | {"name": name[:_LONGEST_NAME], "at": now}
            for one in changes
        ]
        try:
            async with self._engine.begin() as connection:
                if version is not None:
                    moved = update(PackPublicationRow).where(PackPublicationRow.version == version)
                    if not (await connection.execute(moved.values(version=version + 1))).rowcount:
                        raise StaleChangeError
                await connection.execute(insert(PackRevisionRow), rows)
        except IntegrityError as error:
            raise StaleChangeError from error

    async def forget(self, name: str) -> int:
        """Take a claimed name off every revision; return their number."""
        same = func.lower(PackRevisionRow.name) == " ".join(name.split()).lower()
        async with self._engine.begin() as connection:
            return (await connection.execute(update(PackRevisionRow).where(same).values(name=""))).rowcount

    async def _list_newest(self, *, drafts: bool) -> list[Revision]:
        """Return the newest revision of each file, of all or of those that are no drafts."""
        newest = select(PackRevisionRow.path, func.max(PackRevisionRow.number).label("number")).group_by(
            PackRevisionRow.path
        )
        found = (newest if drafts else newest.where(PackRevisionRow.state != "draft")).subquery()
        query = _SELECT.join(found, (PackRevisionRow.path == found.c.path) & (PackRevisionRow.number == found.c.number))
        async with self._engine.connect() as connection:
            return [_read_revision(row) for row in await connection.execute(query)]


def _read_revision(row: Sequence[Any]) -> Revision:
    return Revision(*row)


_SELECT = select(
    PackRevisionRow.path,
    PackRevisionRow.number,
    PackRevisionRow.state,
    PackRevisionRow.text,
    PackRevisionRow.name,
    PackRevisionRow.at,
)

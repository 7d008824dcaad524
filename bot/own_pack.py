"""The pack that editors write, as it is published: watched by every replica, and read once by a command."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect

from bot.checks import PATIENCE
from bot.store import disk
from bot.store.database import UNAVAILABLE, build_async_url, build_unreachable_error, open_read_only_engine
from bot.store.packs import PackStore
from bot.store.tables import PackPublicationRow
from knowledge import LiveKnowledge, TextPack

_EVERY = 3.0  # seconds between two looks at the database: one query for one number
_LOG = logging.getLogger(__name__)


class OwnPackWatch:
    """Looks whether something else is published, and has the knowledge read again when it is.

    Parameters
    ----------
    every
        Seconds between two looks.
    """

    def __init__(self, store: PackStore, knowledge: LiveKnowledge, every: float = _EVERY) -> None:
        self._store = store
        self._knowledge = knowledge
        self._every = every
        self._failing = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look again and again until the block ends."""
        stop = asyncio.Event()
        task = asyncio.create_task(self._until(stop))
        try:
            yield
        finally:
            stop.set()
            await task

    async def look(self) -> None:
        """Look once; a database that does not answer is told once, and the last good state goes on serving."""
        try:
            changed = await self._store.refresh()
        except UNAVAILABLE as error:
            if not self._failing:
                _LOG.warning("The editors' pack could not be read yet: %s", type(error).__name__)
            self._failing = True
            return
        self._failing = False
        if changed:
            await asyncio.to_thread(self._knowledge.read_again)

    async def _until(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self.look()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._every)


@dataclass(frozen=True, slots=True)
class PublishedPack:
    """The published pack as a command found it: a `PackSource` that never changes."""

    pack: TextPack | None

    def get_pack(self) -> TextPack | None:
        """Return the pack; None where nothing was ever published."""
        return self.pack


async def read_published_pack(url: str) -> PublishedPack:
    """Return the published pack of a database, which is neither created nor migrated.

    Raises
    ------
    OperatorError
        When the database is there and cannot be read.
    """
    parsed = build_async_url(url)
    if parsed.get_backend_name() == "sqlite" and not disk.is_there(Path(parsed.database or "")):
        return PublishedPack(None)
    engine = open_read_only_engine(url, PATIENCE)
    try:
        async with engine.connect() as connection:
            there = await connection.run_sync(
                lambda opened: inspect(opened).has_table(PackPublicationRow.__tablename__)
            )
        store = PackStore(engine)
        if there:
            await store.refresh()
        return PublishedPack(store.get_pack())
    except UNAVAILABLE as error:
        raise build_unreachable_error(parsed, error) from error
    finally:
        await engine.dispose()

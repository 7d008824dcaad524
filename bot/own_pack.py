"""The watch over the pack that editors write: what one replica publishes, every replica serves within seconds."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bot.store.database import UNAVAILABLE
from bot.store.packs import PackStore
from knowledge import LiveKnowledge

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

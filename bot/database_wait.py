"""What `serve` does while its database cannot be reached at the start: it serves what needs none, and waits.

Whoever is in danger gets the numbers meanwhile; readiness says that the database is away. Once the database is there it
is migrated, and what cannot begin without it, such as the daily tips, begins.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.diagnostics import OperatorError
from bot.log_limit import LimitedLog
from bot.store.database import check_database_ready, migrate

if TYPE_CHECKING:
    from bot.web.component import Component

_LOG = logging.getLogger(__name__)
_PAUSE = 2.0  # seconds between two attempts

Running = Callable[[], AbstractAsyncContextManager[None]]


class DatabaseWait:
    """Waits for a database that could not be reached at the start.

    Parameters
    ----------
    away
        Why it could not; None where the database was there, and then nothing waits.
    """

    def __init__(self, engine: AsyncEngine, away: OperatorError | None) -> None:
        self._engine = engine
        self._log = LimitedLog(_LOG)
        self._there = asyncio.Event()
        if away is None:
            self._there.set()

    async def find_reason(self) -> str | None:
        """Return why the database does not serve yet, for the readiness probe; None when it does."""
        if not self._there.is_set():
            return "it could not be reached yet"
        reason = await check_database_ready(self._engine)
        if reason:
            self._log.warning("not-ready", f"The database does not serve: {reason}.")
        return reason

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Try to reach the database until it is there or the block ends."""
        task = asyncio.create_task(self._reach())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def defer(self, components: "Sequence[Component]", names: frozenset[str]) -> "list[Component]":
        """Return the components; those that are named begin to run once the database is there."""
        if self._there.is_set():
            return list(components)
        return [
            replace(one, running=self._after(one.running)) if one.running and one.name in names else one
            for one in components
        ]

    async def _reach(self) -> None:
        while not self._there.is_set():
            try:
                await migrate(self._engine)
            except OperatorError as error:
                self._log.warning("away", str(error))
                await asyncio.sleep(_PAUSE)
            else:
                _LOG.info("The database is there.")
                self._there.set()

    def _after(self, running: Running) -> Running:
        @asynccontextmanager
        async def run() -> AsyncIterator[None]:
            stop = asyncio.Event()
            task = asyncio.create_task(self._run_once_there(running, stop))
            try:
                yield
            finally:
                stop.set()
                await task

        return run

    async def _run_once_there(self, running: Running, stop: asyncio.Event) -> None:
        """Run until told to stop; what fails to begin, because the database went away again, is begun again."""
        stopped = asyncio.create_task(stop.wait())
        there = asyncio.create_task(self._there.wait())
        await asyncio.wait((stopped, there), return_when=asyncio.FIRST_COMPLETED)
        there.cancel()
        while not stop.is_set():
            try:
                async with running():
                    await stopped
            except Exception:  # noqa: BLE001 (whatever it was, the daily tips would never come again)
                _LOG.exception("What waited for the database could not begin; it is tried again.")
                await asyncio.wait((stopped,), timeout=_PAUSE)
        stopped.cancel()

"""What is done while the bot runs, besides answering: checking its token, forgetting what is old."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from slack_sdk.errors import SlackApiError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import diagnostics
from bot.platforms.slack import troubles
from bot.platforms.slack.authorize import NotNowError, OneWorkspace
from bot.platforms.slack.scopes import lacking
from bot.store.database import UNAVAILABLE
from bot.store.slack import SlackEvents, SlackOffers, SlackStates, SlackThreads

_logger = logging.getLogger(__name__)
_KEEP_EVENTS = timedelta(days=3)  # Slack repeats an event for an hour, and delayed ones for a day
_KEEP_THREADS = timedelta(days=30)
_PRUNE_EVERY = 3600.0  # seconds


@asynccontextmanager
async def in_background(engine: AsyncEngine) -> AsyncIterator[None]:
    """Forget what is old, now and every hour; at the end a query under way is waited for, not cut off."""
    stop = asyncio.Event()
    task = asyncio.create_task(_prune_until(stop, engine))
    try:
        yield
    finally:
        stop.set()
        await task


async def prune(engine: AsyncEngine) -> None:
    """Forget events, threads, offers and states that nobody needs any more."""
    await SlackEvents(engine).prune(_KEEP_EVENTS)
    await SlackThreads(engine).prune(_KEEP_THREADS)
    await SlackOffers(engine).prune(_KEEP_THREADS)
    await SlackStates(engine).prune()


class TokenCheck:
    """Asks Slack once, at the start, whether it takes the bot's token and which scopes it carries."""

    def __init__(self, workspace: OneWorkspace) -> None:
        self._workspace = workspace
        self._refusal: str | None = None

    async def ask(self) -> None:
        """Ask; what is wrong is logged as one sentence, and the server runs on for its other parts."""
        try:
            identity = await self._workspace.identity()
        except SlackApiError as error:
            self._refusal = str(troubles.explain(error))
            _logger.error("%s", self._refusal)
            return
        except NotNowError as error:
            _logger.warning("%s", error)
            return
        for scope in lacking(str(identity.headers.get("x-oauth-scopes", ""))):
            _logger.warning("%s", diagnostics.slack_scope_missing(scope))

    def not_ready(self) -> str | None:
        """Say what Slack refused; None when it did not."""
        return self._refusal


async def _prune_until(stop: asyncio.Event, engine: AsyncEngine) -> None:
    while not stop.is_set():
        try:
            await prune(engine)
        except UNAVAILABLE as error:
            _logger.warning("Slack: what is old could not be forgotten yet: %s", type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _PRUNE_EVERY)

"""Retention: deletes data whose keeping time is over, whichever components are on."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.clock import SteadyClock
from bot.store.database import UNAVAILABLE
from bot.store.deliveries import Deliveries
from bot.store.pending import PendingStore
from bot.store.promises import Promises
from bot.store.slack import SlackEvents, SlackOffers, SlackStates, SlackThreads
from bot.store.teams import TeamsEvents

if TYPE_CHECKING:
    from bot.app import App

PROMISES_KEPT = timedelta(days=90)
TEAMS_EVENTS_KEPT = timedelta(days=1)  # far longer than Teams repeats an event
SLACK_EVENTS_KEPT = timedelta(days=3)  # Slack repeats an event for an hour, and delayed ones for a day
SLACK_THREADS_KEPT = timedelta(days=30)
_EVERY = 3600.0  # seconds
_LOG = logging.getLogger(__name__)

DeleteExpired = Callable[[], Awaitable[object]]


class Retention:
    """Deletes expired data every hour.

    Parameters
    ----------
    kept
        For each kind of data, named for the operator, the function that deletes what has expired.
    every
        Seconds between two rounds.
    now
        Returns the time; None while the clock is not trusted, and then nothing is deleted.
    """

    def __init__(
        self, kept: Mapping[str, DeleteExpired], every: float = _EVERY, now: Callable[[], datetime | None] | None = None
    ) -> None:
        self._kept = kept
        self._every = every
        self._now = now or SteadyClock().now

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Delete expired data now and every hour until the block ends; then wait for a query in progress."""
        stop = asyncio.Event()
        task = asyncio.create_task(self._until(stop))
        try:
            yield
        finally:
            stop.set()
            await task

    async def delete_expired(self) -> None:
        """Delete expired data of each kind; a kind that fails is left to the next round."""
        if self._now() is None:
            return
        for what, forget in self._kept.items():
            try:
                await forget()
            except UNAVAILABLE as error:
                _LOG.warning("Old %s could not be deleted yet: %s", what, type(error).__name__)

    async def _until(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self.delete_expired()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._every)


def build_retention(app: "App") -> Retention:
    """Return the retention of all data with a keeping time, in the settings or in this file.

    The tips service deletes the delivery engine's finished workflows itself.
    """
    settings, engine = app.settings, app.engine
    answers, deliveries = timedelta(days=settings.keep_answers_days), timedelta(days=settings.keep_deliveries_days)
    return Retention(
        {
            "answers and verdicts": lambda: app.answers.delete_older(answers),
            "what was pending": lambda: PendingStore(engine).delete_expired(),
            "promises": lambda: Promises(engine).delete_before(datetime.now(UTC) - PROMISES_KEPT),
            "deliveries": lambda: Deliveries(engine).delete_before(datetime.now(UTC) - deliveries),
            "questions": app.unanswered.delete_old,
            "events from Slack": lambda: SlackEvents(engine).delete_older(SLACK_EVENTS_KEPT),
            "threads on Slack": lambda: SlackThreads(engine).delete_older(SLACK_THREADS_KEPT),
            "offers on Slack": lambda: SlackOffers(engine).delete_older(SLACK_THREADS_KEPT),
            "installations of Slack that were begun": SlackStates(engine).delete_expired,
            "events from Teams": lambda: TeamsEvents(engine).delete_older(TEAMS_EVENTS_KEPT),
        }
    )

"""Deduplication of events: in memory before the acknowledgement, by a claim in the database after it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Protocol

from cachetools import FIFOCache

from bot.platforms.teams.api.connector import TurnResponse
from bot.store.retry import retry_until_available

_HELD = 2_000  # events and answers that are held for a repetition; Teams repeats within seconds


class EventClaims(Protocol):
    """Claims on events, shared by all replicas."""

    async def claim(self, event: str, at: datetime | None = None) -> bool:
        """Claim an event; return False when it was claimed before, at another instant than `at`."""
        ...

    async def release(self, event: str) -> None:
        """Release an event, so that a repetition is handled."""
        ...


class EventDeduplication:
    """Handles no event twice, and answers the repetition of a press with the first response."""

    def __init__(self, events: EventClaims) -> None:
        self._events = events
        self._seen: FIFOCache[str, bool] = FIFOCache(_HELD)
        self._held: FIFOCache[str, asyncio.Task[TurnResponse]] = FIFOCache(_HELD)

    def is_new(self, event: str) -> bool:
        """Return whether this process sees an event for the first time; asked before the acknowledgement."""
        new = event not in self._seen
        self._seen[event] = True
        return new

    async def claim(self, event: str, patience: float) -> bool:
        """Claim an event over all replicas, tried for `patience` seconds; return False when another has it."""
        at = datetime.now(UTC)
        return await retry_until_available(lambda: self._events.claim(event, at), patience)

    async def answer(
        self, event: str, work: Callable[[], Awaitable[TurnResponse]], repeated: TurnResponse
    ) -> TurnResponse:
        """Return the response to a press, whose work is done for the first delivery only.

        Parameters
        ----------
        event
            Key of the event.
        repeated
            The response when another replica does the work.
        """
        if event not in self._held:
            self._held[event] = asyncio.create_task(self._first(event, work, repeated))
        return await asyncio.shield(self._held[event])

    async def _first(
        self, event: str, work: Callable[[], Awaitable[TurnResponse]], repeated: TurnResponse
    ) -> TurnResponse:
        try:
            if not await self._events.claim(event):
                return repeated
        except Exception:
            self._held.pop(event, None)
            raise
        try:
            return await work()
        except Exception:
            # It did not come off, so Teams may send it again.
            self._held.pop(event, None)
            await self._events.release(event)
            raise

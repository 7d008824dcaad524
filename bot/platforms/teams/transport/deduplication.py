"""Deduplication of events, over Teams' repetitions and over replicas."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from cachetools import FIFOCache

from bot.platforms.teams.api.connector import TurnResponse

_HELD = 500  # answers that are held for a repetition; Teams repeats within seconds


class EventClaims(Protocol):
    """Claims on events, shared by all replicas."""

    async def claim(self, event: str) -> bool:
        """Claim an event; return False when it was claimed before."""
        ...

    async def release(self, event: str) -> None:
        """Release an event, so that a repetition is handled."""
        ...


class EventDeduplication:
    """Answers the repetition of an event with the first response, and handles no event twice."""

    def __init__(self, events: EventClaims) -> None:
        self._events = events
        self._held: FIFOCache[str, asyncio.Task[TurnResponse]] = FIFOCache(_HELD)

    async def answer(
        self, event: str, work: Callable[[], Awaitable[TurnResponse]], repeated: TurnResponse
    ) -> TurnResponse:
        """Return the response to an event, whose work is done for the first delivery only.

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

"""Turn queue: work that follows the acknowledgement, up to a capacity."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

_logger = logging.getLogger(__name__)
_MOST_NOTICES = 20  # busy notices under way at once; beyond that, requests are only logged

Work = Callable[[], Awaitable[None]]


class TurnQueue:
    """Work under way, up to a capacity.

    Parameters
    ----------
    capacity
        How many turns may be under way at once; of one more, only what `if_full` does is done.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._turns: set[asyncio.Task[None]] = set()
        self._small: set[asyncio.Task[None]] = set()
        self._notices = 0
        self._late: set[asyncio.Task[Any]] = set()

    def add(self, work: Work, if_full: Work) -> None:
        """Start `work` at once; with as many turns under way as there may be, `if_full`, which takes little."""
        if len(self._turns) < self._capacity:
            _start(self._turns, work)
        else:
            _start(self._small, if_full)

    @contextmanager
    def claim_notice(self) -> Iterator[bool]:
        """Return whether somebody may be told that there is no room: so many are told at once, and no more."""
        allowed = self._notices < _MOST_NOTICES
        became = "was asked to come back" if allowed else "went without"
        _logger.warning("Teams: %d answers are under way; somebody %s.", self._capacity, became)
        self._notices += 1
        try:
            yield allowed
        finally:
            self._notices -= 1

    def hold(self, task: "asyncio.Task[Any]") -> None:
        """Hold work that nobody waits for any more until it ends by itself.

        It is not cancelled, because a locked database holds up a cancellation, for ever once its engine is disposed of.
        """
        self._late.add(task)
        task.add_done_callback(self._drop_late)

    async def finish(self, within: float | None = None) -> None:
        """Wait for what is under way, and cancel what is not done after `within` seconds; None for no limit."""
        under_way: set[asyncio.Task[Any]] = self._turns | self._small | self._late
        if not under_way:
            return
        _, late = await asyncio.wait(under_way, timeout=within)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _drop_late(self, task: "asyncio.Task[Any]") -> None:
        self._late.discard(task)
        if not task.cancelled():
            task.exception()  # read here, for asyncio would log it with the text of what failed


def _start(tasks: set[asyncio.Task[None]], work: Work) -> None:
    task: asyncio.Task[None] = asyncio.ensure_future(work())
    tasks.add(task)  # a reference, so that the task is not garbage-collected before its end
    task.add_done_callback(tasks.discard)

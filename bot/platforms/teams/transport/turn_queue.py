"""Turn queue: work that follows the acknowledgement, up to a capacity."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

_logger = logging.getLogger(__name__)
_MOST_NOTICES = 20  # busy notices under way at once; beyond that, requests are only logged

Work = Callable[[], Awaitable[None]]


class TurnQueue:
    """Work under way, up to a capacity.

    Parameters
    ----------
    capacity
        How many turns may be under way at once; the writer behind one more gets a busy notice.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._turns: set[asyncio.Task[None]] = set()
        self._notices: set[asyncio.Task[None]] = set()
        self._late: set[asyncio.Task[Any]] = set()

    def add(self, work: Work, if_full: Work) -> None:
        """Start `work` at once; with as many turns under way as there may be, `if_full`."""
        if len(self._turns) < self._capacity:
            _start(self._turns, work)
        elif len(self._notices) < _MOST_NOTICES:
            _logger.warning("Teams: %d answers are under way; somebody was asked to come back.", self._capacity)
            _start(self._notices, if_full)
        else:
            _logger.warning("Teams: %d answers are under way; somebody went without.", self._capacity)

    def hold(self, task: "asyncio.Task[Any]") -> None:
        """Hold work that nobody waits for any more until it ends by itself.

        It is not cancelled, because a locked database holds up a cancellation, for ever once its engine is disposed of.
        """
        self._late.add(task)
        task.add_done_callback(self._drop_late)

    async def finish(self, within: float | None = None) -> None:
        """Wait for what is under way, and cancel what is not done after `within` seconds; None for no limit."""
        under_way: set[asyncio.Task[Any]] = self._turns | self._notices | self._late
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

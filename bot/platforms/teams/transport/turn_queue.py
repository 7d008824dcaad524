"""Turn queue: work that follows the acknowledgement, up to a capacity."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from bot.log_limit import LimitedLog

_logger = logging.getLogger(__name__)
_NOTICES = 20  # busy notices under way at once; further ones wait for them
_MOST_WAITING = 2_000
_LAST_WORDS = 8.0  # seconds for what is cancelled to tell whoever waits for it
_CANCELLED = 1.0  # seconds for what is cancelled a second time; a locked database holds up a cancellation for longer
_BUSY = 20  # turns; reading one takes tens of milliseconds, and one is read after the other

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
        self._notices = asyncio.Semaphore(_NOTICES)
        self._log = LimitedLog(_logger)
        self._late: set[asyncio.Task[Any]] = set()

    def add(self, work: Work, if_full: Work) -> None:
        """Start `work` at once; with as many turns under way as there may be, `if_full`, which takes little."""
        if len(self._turns) < self._capacity:
            _start(self._turns, work)
        else:
            _start(self._small, if_full)

    @property
    def is_busy(self) -> bool:
        """Whether so many turns are under way that a further one would be read seconds later."""
        return len(self._turns) > _BUSY

    @asynccontextmanager
    async def claim_notice(self) -> AsyncIterator[bool]:
        """Return whether somebody may be told that there is no room, once few others are being told so.

        Beyond very many, nobody is told.
        """
        allowed = len(self._small) <= _MOST_WAITING
        became = "was asked to come back" if allowed else "went without"
        self._log.warning(became, f"Teams: {self._capacity} answers are under way; somebody {became}.")
        if not allowed:
            yield False
            return
        async with self._notices:
            yield True

    def hold(self, task: "asyncio.Task[Any]") -> None:
        """Hold work that nobody waits for any more until it ends by itself.

        It is not cancelled, because a locked database holds up a cancellation, for ever once its engine is disposed of.
        """
        self._late.add(task)
        task.add_done_callback(self._drop_late)

    async def finish(self, within: float | None = None) -> None:
        """Wait for what is under way; what is not done after `within` seconds is cancelled, and may say a last word.

        Parameters
        ----------
        within
            None for no limit.
        """
        under_way: set[asyncio.Task[Any]] = self._turns | self._small | self._late
        if not under_way:
            return
        _, late = await asyncio.wait(under_way, timeout=within)
        if late:
            self._log.warning("not done", f"Teams: {len(late)} answers were not done when the bot ended.")
        for patience in (_LAST_WORDS, _CANCELLED):
            for task in late:
                task.cancel()
            late = (await asyncio.wait(late, timeout=patience))[1] if late else late

    def _drop_late(self, task: "asyncio.Task[Any]") -> None:
        self._late.discard(task)
        if not task.cancelled():
            task.exception()  # read here, for asyncio would log it with the text of what failed


def _start(tasks: set[asyncio.Task[None]], work: Work) -> None:
    task: asyncio.Task[None] = asyncio.ensure_future(work())
    tasks.add(task)  # a reference, so that the task is not garbage-collected before its end
    task.add_done_callback(tasks.discard)

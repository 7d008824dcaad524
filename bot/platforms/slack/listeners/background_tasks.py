"""Background tasks: what goes on after the acknowledgement, and its end when the server stops."""

import asyncio
import time
from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar

LAST_WORDS = 8.0  # seconds for what is cancelled to tell whoever waits for it
CANCELLED = 1.0  # seconds for what is cancelled a second time

T = TypeVar("T")


class BackgroundTasks:
    """Tasks under way, held so that none is garbage-collected before its end."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Future[None]] = set()
        self._left: set[asyncio.Future[Any]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, work: Awaitable[None]) -> None:
        """Start work in a task."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def run(self, work: Awaitable[T]) -> T:
        """Return the result of work; a caller that is cancelled cancels the work and does not wait for its end.

        A locked database holds up a cancellation for longer than there is to say a last word.
        """
        task = asyncio.ensure_future(work)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.cancel()
            self._left.add(task)
            task.add_done_callback(self._left.discard)
            raise

    async def wait(self, until: float) -> None:
        """Wait until no task is under way, those included that start meanwhile; no longer than `until` (monotonic)."""
        while self._tasks and (left := until - time.monotonic()) > 0:
            await asyncio.wait(self._tasks, timeout=left)

    def cancel(self) -> int:
        """Cancel every task and return their number."""
        for task in self._tasks:
            task.cancel()
        return len(self._tasks)


async def finish_tasks(answers: Sequence[BackgroundTasks], notices: BackgroundTasks, until: float) -> int:
    """Wait for what is under way; return how many answers were not done in time.

    Answers that are not done by `until` (monotonic) are cancelled, and may say a last word for `LAST_WORDS` seconds.

    Parameters
    ----------
    answers
        Each may add to those after it.
    notices
        Last words themselves, so that they are cancelled only when the time for these is over.
    """
    everything = (*answers, notices)
    await _wait_for_all(everything, until)
    late = sum(tasks.cancel() for tasks in answers)
    await _wait_for_all(everything, time.monotonic() + LAST_WORDS)
    for tasks in everything:
        tasks.cancel()
    await _wait_for_all(everything, time.monotonic() + CANCELLED)
    return late


async def _wait_for_all(everything: Sequence[BackgroundTasks], until: float) -> None:
    for tasks in everything:
        await tasks.wait(until)

"""The worker: posts each delivery task at most once and records the outcome.

The rule: commit the intent to post, post, record the outcome. When the outcome is unknown, wait until the
platform's history shows what has arrived, look for the post there, and post again only if the post is not there.
Where a platform has no such query, nothing is posted again, and the outcome is recorded as unknown.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

from bot.delivery.poster import Postable, Poster, PostRefusedError, RetryLaterError
from bot.delivery.slots import Slots
from bot.message import Place, Platform
from bot.subscriptions.schedule import CATCH_UP, is_too_late

if TYPE_CHECKING:
    from bot.web.metrics import DeliveryOutcome

_LOG = logging.getLogger(__name__)
_LONGEST_WAIT = 300.0  # seconds between two attempts after refusals that may pass

PostOutcome = Literal["posted", "missed", "skipped", "refused", "unknown"]
CountDelivery = Callable[[Platform, "DeliveryOutcome"], None]


@dataclass(frozen=True, slots=True)
class WorkerTimings:
    """Timings of the worker, in seconds.

    Parameters
    ----------
    post
        Time-out of a call to the platform.
    settle
        Wait before looking for a post: a platform's history lags (by up to 5 s, as measured). Longer than `held`, so
        that one uncertain post does not hold its batch.
    again
        Wait before a retry after a refusal that may pass, or after a failed look.
    held
        Longest wait inside a task; for a longer one the task is deferred, so that others use its place in the queue.
    stale
        Longest time from the commit to the post; after a longer one the worker checks that no other took over.
    """

    post: float = 30.0
    settle: float = 12.0
    again: float = 20.0
    held: float = 5.0
    stale: float = 2.0


@dataclass(frozen=True, slots=True)
class PendingPost:
    """A post that is due.

    Parameters
    ----------
    due_at
        Instant in UTC; after `CATCH_UP` the post is recorded as missed instead.
    begun
        Whether an earlier attempt began to post, so that the post may have arrived.
    attempt
        Number of posts begun so far.
    settled
        Whether that attempt was begun so long ago that the platform's history shows whether it arrived.
    """

    place: Place
    key: str
    due_at: datetime
    begun: bool
    attempt: int
    settled: bool = False


class Task(Protocol):
    """A delivery task: one reply to be posted at most once, and its lasting record."""

    async def load(self) -> PendingPost | None:
        """Return the post that is due, from the record; None when nothing is left to do."""
        ...

    async def intend(self) -> Postable | None:
        """Commit the intent to post and return the reply; None when another worker committed first."""
        ...

    async def still_mine(self) -> bool:
        """Return whether no other worker took over since `intend`."""
        ...

    async def not_posted(self, reason: str) -> None:
        """Record that the begun post certainly did not arrive."""
        ...

    async def defer(self, until: datetime) -> None:
        """End this turn of the task; the scheduler enqueues the next turn at an instant."""
        ...

    async def finish(self, outcome: PostOutcome, reason: str | None) -> bool:
        """Record the outcome; return False when another worker took over."""
        ...


class Shutdown:
    """A signal to tasks in flight that the process is about to stop."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def begin(self) -> None:
        """Send the signal."""
        self._event.set()

    def raise_if_begun(self) -> None:
        """End the calling task as if cancelled, once the signal was sent: the engine takes it up again later.

        Raises
        ------
        CancelledError
            When the signal was sent.
        """
        if self._event.is_set():
            raise asyncio.CancelledError

    async def wait(self, seconds: float) -> None:
        """Wait for some seconds, or until the signal. See `raise_if_begun`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()
        self.raise_if_begun()


@dataclass(frozen=True, slots=True)
class _Step:
    """What follows a step of a task.

    Parameters
    ----------
    wait
        Seconds until the next step; None when this turn is over.
    settled
        The attempt that may be looked up after the wait; 0 when there is none.
    """

    wait: float | None
    settled: int = 0


_OVER = _Step(None)
_AT_ONCE = _Step(0.0)


class Worker:
    """Posts each delivery task at most once and records the outcome.

    Parameters
    ----------
    poster
        Posts on the platforms.
    now
        Returns the time in UTC; None while the clock is not trusted, and then no post counts as too late.
    shutdown
        Ends every wait when the process stops.
    count
        Counts each outcome that this worker recorded.
    slots
        Limit what is posted at once; without them nothing does.
    deferred
        Told for how many seconds a task was deferred.
    """

    def __init__(
        self,
        poster: Poster,
        now: Callable[[], datetime | None],
        shutdown: Shutdown,
        timings: WorkerTimings | None = None,
        count: CountDelivery | None = None,
        slots: Slots | None = None,
        deferred: Callable[[float], None] | None = None,
    ) -> None:
        self._poster = poster
        self._now = now
        self._shutdown = shutdown
        self._timings = timings or WorkerTimings()
        self._count = count
        self._slots = slots
        self._deferred = deferred
        self._posting = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def wait_until_idle(self, patience: float) -> None:
        """Wait until no post is in flight, at most `patience` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._idle.wait()

    async def run_task(self, task: Task, workspace: str = "") -> None:
        """Post the task's reply at most once, or record why not; a task that has to wait for long is deferred.

        No exception but a cancellation leaves this method: the engine never takes up again a task that raised one.

        Parameters
        ----------
        workspace
            Whose slots the task needs. It holds one from before it loads its record until the outcome is recorded, and
            none while it waits: so no more posts are in doubt after a kill than there are slots.

        Raises
        ------
        CancelledError
            When the process stops first; any process can then run the task again.
        """
        over, settled = False, 0
        while not over:
            try:
                async with self._hold_slot(workspace):
                    self._shutdown.raise_if_begun()
                    step = await self._take_step(task, settled)
                settled = step.settled
                over = step.wait is None or await self._wait(task, step.wait)
            except Exception:  # noqa: BLE001 (see above)
                _LOG.exception("Something broke on the way of a tip or a reminder; it is taken up again.")
                over = await self._wait_after_failure(task)

    def _hold_slot(self, workspace: str) -> AbstractAsyncContextManager[None]:
        return self._slots.hold(workspace) if self._slots else nullcontext()

    async def _take_step(self, task: Task, settled: int) -> "_Step":
        """Take the task's next step; `settled` is the attempt that this task has waited for itself."""
        pending = await task.load()
        if pending is None:
            return _OVER
        self._shutdown.raise_if_begun()
        if pending.begun and not pending.settled and settled != pending.attempt:
            return _Step(self._timings.settle, pending.attempt)
        if pending.begun:
            return _Step(await self._look_up(pending, task), pending.attempt)
        if self._is_too_late(pending):
            mine = await self._finish(pending, task, "missed", "it was more than three hours late")
            return _OVER if mine else _AT_ONCE
        with self._in_flight():
            return _Step(await self._attempt(pending, task))

    async def _wait_after_failure(self, task: Task) -> bool:
        try:
            # A post may be in doubt: whoever goes on looks for it, and so not before it can be found.
            return await self._wait(task, max(self._timings.again, self._timings.settle))
        except Exception:  # noqa: BLE001 (as in `run_task`)
            _LOG.exception("It could not be put off either.")
            await self._shutdown.wait(self._timings.again)
            return False

    async def _wait(self, task: Task, seconds: float) -> bool:
        """Wait; return whether the task was deferred instead, because so long a wait would keep others waiting."""
        now = self._now()
        if seconds > self._timings.held and now is not None:
            await task.defer(now + timedelta(seconds=seconds))
            if self._deferred:
                self._deferred(seconds)
            return True
        if seconds:
            await self._shutdown.wait(seconds)
        return False

    async def _attempt(self, pending: PendingPost, task: Task) -> float | None:
        """Commit the intent, post and record the outcome.

        Returns
        -------
        float or None
            Seconds to wait before the next step; None when there is none.
        """
        before = time.monotonic()
        reply = await task.intend()
        if reply is None or (time.monotonic() - before > self._timings.stale and not await task.still_mine()):
            return 0.0
        try:
            async with asyncio.timeout(self._timings.post):
                await self._poster.post(pending.place, reply, pending.key)
        except PostRefusedError as error:
            if error.permanent:
                return None if await self._finish(pending, task, "refused", error.reason) else 0.0
            await task.not_posted(error.reason)
            return min(self._timings.again * (pending.attempt + 1), _LONGEST_WAIT)
        except RetryLaterError as error:
            await task.not_posted(str(error))
            return min(error.seconds, CATCH_UP.total_seconds()) * random.uniform(1.0, 1.1)  # noqa: S311 (spreads the retries)
        except Exception as error:  # noqa: BLE001 (whatever it was, the post may have arrived)
            _LOG.warning("It is not known whether %s was posted: %r", pending.key, error)
            return 0.0
        return None if await self._finish(pending, task, "posted", None) else 0.0

    def _is_too_late(self, pending: PendingPost) -> bool:
        now = self._now()
        return now is not None and is_too_late(pending.due_at, now)

    @contextmanager
    def _in_flight(self) -> Iterator[None]:
        self._posting += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._posting -= 1
            if not self._posting:
                self._idle.set()

    async def _look_up(self, pending: PendingPost, task: Task) -> float | None:
        """Look up whether a begun post has arrived, and record the finding; return as `_attempt` does."""
        try:
            async with asyncio.timeout(self._timings.post):
                found = await self._poster.find(pending.place, pending.key, since=pending.due_at)
        except PostRefusedError as error:
            if error.permanent:
                return None if await self._finish(pending, task, "unknown", error.reason) else 0.0
            return await self._look_up_later(pending, task, self._timings.again)
        except RetryLaterError as error:
            return await self._look_up_later(pending, task, error.seconds)
        except Exception as error:  # noqa: BLE001 (a failed look-up shows nothing about the post)
            _LOG.warning("It could not be found out whether %s was posted: %r", pending.key, error)
            return await self._look_up_later(pending, task, self._timings.again)
        await self._record_finding(found, pending, task)
        return 0.0

    async def _finish(self, pending: PendingPost, task: Task, outcome: "DeliveryOutcome", reason: str | None) -> bool:
        """Record and count the outcome; return False when another worker took over."""
        mine = await task.finish(outcome, reason)
        if mine and self._count:
            self._count(pending.place.platform, outcome)
        return mine

    async def _look_up_later(self, pending: PendingPost, task: Task, seconds: float) -> float | None:
        if not self._is_too_late(pending):
            return seconds
        reason = "it could not be found out within three hours whether the post arrived"
        return None if await self._finish(pending, task, "unknown", reason) else 0.0

    async def _record_finding(self, found: bool | None, pending: PendingPost, task: Task) -> None:
        if found is None:
            await self._finish(pending, task, "unknown", "the platform cannot be asked whether the post arrived")
        elif found:
            await self._finish(pending, task, "posted", "found there after an attempt whose answer was lost")
        else:
            await task.not_posted("an attempt did not arrive")

"""Posting something once, whatever breaks.

The rule: commit that a post is about to be made, then make it, then record what became of it. When it is not
known what became of it, wait until the platform shows what it has, look, and only then post again. Where the
platform cannot be asked, nothing is posted twice: it is recorded as unknown.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from bot.delivery.poster import Postable, Poster, Refused, RetryLater
from bot.message import Place
from bot.subscriptions.schedule import CATCH_UP, too_late

_LOG = logging.getLogger(__name__)
_LONGEST_WAIT = 300.0  # seconds between two attempts that were refused

End = Literal["posted", "missed", "skipped", "refused", "unknown"]


@dataclass(frozen=True, slots=True)
class Waits:
    """How long to wait, in seconds.

    Parameters
    ----------
    post
        For the platform to answer a post.
    settle
        Before looking for a post, for the platform's history to show what has arrived (Slack: seen to lag 5 s).
    again
        Before asking again after a refusal that may pass, or when the platform cannot be asked just now.
    held
        Longest wait during which its place in the queue is kept; who has to wait longer gives it to others.
    stale
        From the commit to the post; a process that was stopped in between asks whether it may still post.
    """

    post: float = 30.0
    settle: float = 12.0
    again: float = 20.0
    held: float = 5.0
    stale: float = 2.0


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be posted now.

    Parameters
    ----------
    due_at
        Instant in UTC; much later than this it is not posted any more.
    begun
        A post was begun earlier, and it is not known whether it arrived.
    attempt
        How many posts were begun so far.
    """

    place: Place
    key: str
    due_at: datetime
    begun: bool
    attempt: int


class Errand(Protocol):
    """Something to be posted once, and its lasting record."""

    async def load(self) -> Job | None:
        """Read the record; None when nothing is left to do."""
        ...

    async def intend(self) -> Postable | None:
        """Commit that a post is about to be made, and give it; None when another worker got there first."""
        ...

    async def still_mine(self) -> bool:
        """Say whether no other worker took over since `intend`."""
        ...

    async def not_posted(self, reason: str) -> None:
        """Record that the begun post surely did not arrive."""
        ...

    async def put_off(self, until: datetime) -> None:
        """Leave it as it is until an instant: the next turn begins then, and this one is over."""
        ...

    async def finish(self, end: End, reason: str | None) -> bool:
        """Record the end; returns False when another worker took over."""
        ...


class Stopping:
    """Tells work in flight that the process is about to stop."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def now(self) -> None:
        """Say so."""
        self._event.set()

    def check(self) -> None:
        """End the work, when the process stops, as if it was cancelled: it is taken up again later.

        Raises
        ------
        CancelledError
            When the process stops.
        """
        if self._event.is_set():
            raise asyncio.CancelledError

    async def wait(self, seconds: float) -> None:
        """Wait, unless the process stops. See `check`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()
        self.check()


class Courier:
    """Carries errands.

    Parameters
    ----------
    poster
        The platforms.
    now
        Tells the time in UTC; None while the clock is not to be believed, and then nothing is too late.
    stopping
        Ends the waits when the process stops.
    """

    def __init__(
        self, poster: Poster, now: Callable[[], datetime | None], stopping: Stopping, waits: Waits | None = None
    ) -> None:
        self._poster = poster
        self._now = now
        self._stopping = stopping
        self._waits = waits or Waits()
        self._posting = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def idle(self, patience: float) -> None:
        """Wait until no post is in flight, for so many seconds at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._idle.wait()

    async def carry(self, errand: Errand) -> None:
        """Post an errand once, or record why not. What has to wait for long is put off.

        Nothing that breaks on the way ends it: the engine never takes up again what ended in an exception.

        Raises
        ------
        CancelledError
            When the process stops first; the errand can then be carried again, by any process.
        """
        over = False
        while not over:
            try:
                over = await self._round(errand)
            except Exception:  # noqa: BLE001 (see above)
                _LOG.exception("Something broke on the way of a tip or a reminder; it is taken up again.")
                over = await self._after_a_break(errand)

    async def _round(self, errand: Errand) -> bool:
        """Do what comes next; returns whether this turn is over."""
        job = await errand.load()
        if job is None:
            return True
        self._stopping.check()
        if job.begun:
            return await self._look(job, errand)
        if self._too_late(job):
            return await errand.finish("missed", "it was more than three hours late")
        return await self._post(job, errand)

    async def _after_a_break(self, errand: Errand) -> bool:
        try:
            return await self._wait(errand, self._waits.again)
        except Exception:  # noqa: BLE001 (as in `carry`)
            _LOG.exception("It could not be put off either.")
            await self._stopping.wait(self._waits.again)
            return False

    async def _post(self, job: Job, errand: Errand) -> bool:
        """Make one attempt; returns whether it was the last of this turn. What is not known of it is looked up next."""
        with self._in_flight():
            wait = await self._attempt(job, errand)
        return wait is None or await self._wait(errand, wait)

    async def _wait(self, errand: Errand, seconds: float) -> bool:
        """Wait; returns whether the errand was put off instead, for a wait that would keep others from their turn."""
        now = self._now()
        if seconds > self._waits.held and now is not None:
            await errand.put_off(now + timedelta(seconds=seconds))
            return True
        if seconds:
            await self._stopping.wait(seconds)
        return False

    async def _attempt(self, job: Job, errand: Errand) -> float | None:
        """Commit, post and record.

        Returns
        -------
        float or None
            Seconds to wait before the next round; None when there is none.
        """
        before = time.monotonic()
        reply = await errand.intend()
        if reply is None or (time.monotonic() - before > self._waits.stale and not await errand.still_mine()):
            return 0.0
        try:
            async with asyncio.timeout(self._waits.post):
                await self._poster.post(job.place, reply, job.key)
        except Refused as error:
            if error.permanent:
                return None if await errand.finish("refused", error.reason) else 0.0
            await errand.not_posted(error.reason)
            return min(self._waits.again * (job.attempt + 1), _LONGEST_WAIT)
        except RetryLater as error:
            await errand.not_posted(str(error))
            return min(error.seconds, CATCH_UP.total_seconds()) * random.uniform(1.0, 1.1)  # noqa: S311 (spreads the retries)
        except Exception as error:  # noqa: BLE001 (whatever it was, the post may have arrived)
            _LOG.warning("It is not known whether %s was posted: %r", job.key, error)
            return 0.0
        return None if await errand.finish("posted", None) else 0.0

    def _too_late(self, job: Job) -> bool:
        now = self._now()
        return now is not None and too_late(job.due_at, now)

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

    async def _look(self, job: Job, errand: Errand) -> bool:
        """Wait, look whether a begun post has arrived, and record it; returns whether this turn is over."""
        await self._stopping.wait(self._waits.settle)
        try:
            async with asyncio.timeout(self._waits.post):
                found = await self._poster.find(job.place, job.key)
        except Refused as error:
            if error.permanent:
                return await errand.finish("unknown", error.reason)
            return await self._ask_again(job, errand, self._waits.again)
        except RetryLater as error:
            return await self._ask_again(job, errand, error.seconds)
        except Exception as error:  # noqa: BLE001 (not being able to look is no answer)
            _LOG.warning("It could not be found out whether %s was posted: %r", job.key, error)
            return await self._ask_again(job, errand, self._waits.again)
        await self._found(found, errand)
        return False

    async def _ask_again(self, job: Job, errand: Errand, seconds: float) -> bool:
        if self._too_late(job):
            return await errand.finish(
                "unknown", "it could not be found out within three hours whether the post arrived"
            )
        return await self._wait(errand, seconds)

    async def _found(self, found: bool | None, errand: Errand) -> None:
        if found is None:
            await errand.finish("unknown", "the platform cannot be asked whether the post arrived")
        elif found:
            await errand.finish("posted", "found there after an attempt whose answer was lost")
        else:
            await errand.not_posted("an attempt did not arrive")

"""Work queue: jobs that run after the acknowledgement, up to a capacity."""

import asyncio
import logging
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError

from bot.attempts import iterate_attempts
from bot.log_limit import LimitedLog
from bot.message import TextReply
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.client import UNREACHABLE
from bot.platforms.slack.views import responses

_logger = logging.getLogger(__name__)
_FIRST_PAUSE = 0.5  # seconds
_NOTICES = 20  # busy notices under way at once; further ones wait for them
_MOST_WAITING = 2_000  # busy notices in all; beyond, nobody is told


@dataclass(frozen=True, slots=True)
class ListenerJob:
    """The answer to one request.

    Parameters
    ----------
    run
        Does the work; attempted again while the database is away, so it asks the database before it answers.
    notify
        Sends the person a notice when the work was not done.
    """

    run: Callable[[], Awaitable[None]]
    notify: Callable[[TextReply], Awaitable[None]]


class WorkQueue:
    """Jobs under way, up to a capacity.

    Parameters
    ----------
    capacity
        How many jobs may be under way; the person behind one more gets a busy notice.
    patience
        Seconds for which a job is attempted while the database is away.
    """

    def __init__(self, capacity: int, patience: float) -> None:
        self._capacity = capacity
        self._patience = patience
        self._jobs: set[asyncio.Task[None]] = set()
        self._notices: set[asyncio.Task[None]] = set()
        self._few = asyncio.Semaphore(_NOTICES)
        self._log = LimitedLog(_logger)

    def is_full(self) -> bool:
        """Return whether one more job would be refused."""
        return len(self._jobs) >= self._capacity

    def add_job(self, job: ListenerJob) -> None:
        """Start a job at once, or send a busy notice."""
        if not self.is_full():
            _start_task(self._jobs, self._run_job(job))
            return
        told = len(self._notices) < _MOST_WAITING
        became = "was asked to come back" if told else "went without"
        self._log.warning(became, f"Slack: {self._capacity} answers are under way; somebody {became}.")
        if told:
            _start_task(self._notices, self._send_busy_notice(job))

    def add_urgent_job(self, job: ListenerJob) -> None:
        """Start a job at once, however many are under way: it gives or counts the card for somebody in danger."""
        _start_task(self._jobs, self._run_job(job))

    async def finish_jobs(self, within: float) -> None:
        """Wait for jobs and notices under way, and cancel those unfinished after `within` seconds."""
        under_way = self._jobs | self._notices
        if not under_way:
            return
        _, late = await asyncio.wait(under_way, timeout=within)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _run_job(self, job: ListenerJob) -> None:
        until = time.monotonic() + self._patience
        try:
            async for attempt in iterate_attempts(
                lambda error: isinstance(error, SQLAlchemyError) and time.monotonic() < until, first=_FIRST_PAUSE
            ):
                with attempt:
                    await job.run()
        except SQLAlchemyError as error:
            line = f"Slack: an answer was given up, for the database failed ({type(error).__name__})."
            self._log.error("given up", line)
            await self._send_notice(job, responses.given_up())
        except (SlackApiError, *UNREACHABLE) as error:
            errors.log_failure(self._log, error)
            await self._send_notice(job, responses.broken())
        except Exception as error:  # noqa: BLE001 - the last resort: no text of a message may reach the log
            name, where = type(error).__name__, "".join(traceback.format_tb(error.__traceback__))
            self._log.error(f"failed: {name}", f"Slack: an answer failed with {name}:\n{where}")
            await self._send_notice(job, responses.broken())

    async def _send_busy_notice(self, job: ListenerJob) -> None:
        async with self._few:
            await self._send_notice(job, responses.busy())

    async def _send_notice(self, job: ListenerJob, reply: TextReply) -> None:
        try:
            await job.notify(reply)
        except (SlackApiError, *UNREACHABLE) as error:
            errors.log_failure(self._log, error)


def _start_task(tasks: set[asyncio.Task[None]], work: Awaitable[None]) -> None:
    task = asyncio.ensure_future(work)
    tasks.add(task)  # a reference, so that the task is not garbage-collected before its end
    task.add_done_callback(tasks.discard)

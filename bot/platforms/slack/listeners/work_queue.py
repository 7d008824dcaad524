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
from bot.platforms.slack.api.shown_calls import ShownCallRecord
from bot.platforms.slack.listeners.background_tasks import BackgroundTasks
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
    shown
        Tells whether a job that is cancelled may have shown its answer.

    Attributes
    ----------
    jobs, notices
        What is under way.
    """

    def __init__(self, capacity: int, patience: float, shown: ShownCallRecord) -> None:
        self._capacity = capacity
        self._patience = patience
        self._shown = shown
        self.jobs = BackgroundTasks()
        self.notices = BackgroundTasks()
        self._few = asyncio.Semaphore(_NOTICES)
        self._log = LimitedLog(_logger)

    def is_full(self) -> bool:
        """Return whether one more job would be refused."""
        return len(self.jobs) >= self._capacity

    def add_job(self, job: ListenerJob) -> None:
        """Start a job at once, or send a busy notice."""
        self._shown.note_call()  # the job answers from here on, and not the request that it is from
        if not self.is_full():
            self.jobs.start(self._run_job(job))
            return
        told = len(self.notices) < _MOST_WAITING
        became = "was asked to come back" if told else "went without"
        self._log.warning(became, f"Slack: {self._capacity} answers are under way; somebody {became}.")
        if told:
            self.notices.start(self._send_busy_notice(job))

    def add_urgent_job(self, job: ListenerJob) -> None:
        """Start a job at once, however many are under way: it gives or counts the card for somebody in danger."""
        self._shown.note_call()
        self.jobs.start(self._run_job(job))

    async def _run_job(self, job: ListenerJob) -> None:
        """Run a job; one that is cancelled, because the process ends, says so unless it may have shown its answer."""
        with self._shown.watch_work() as shown:
            try:
                await self.jobs.run(self._attempt_job(job))
            except asyncio.CancelledError:
                if shown.possible:
                    raise
                await self._send_notice(job, responses.given_up())

    async def _attempt_job(self, job: ListenerJob) -> None:
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

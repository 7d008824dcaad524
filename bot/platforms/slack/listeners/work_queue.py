"""Work queue: jobs that run after the acknowledgement, up to a capacity."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError

from bot.attempts import iterate_attempts
from bot.message import TextReply
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.client import UNREACHABLE
from bot.platforms.slack.views import responses

_logger = logging.getLogger(__name__)
_FIRST_PAUSE = 0.5  # seconds
_MAX_NOTICES = 20  # busy notices under way at once; beyond that, requests are only logged


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

    def is_full(self) -> bool:
        """Return whether one more job would be refused."""
        return len(self._jobs) >= self._capacity

    def add_job(self, job: ListenerJob) -> None:
        """Start a job at once, or send a busy notice."""
        if not self.is_full():
            _start_task(self._jobs, _run_job(job, self._patience))
        elif len(self._notices) < _MAX_NOTICES:
            _logger.warning("Slack: %d answers are under way; somebody was asked to come back.", self._capacity)
            _start_task(self._notices, _send_notice(job, responses.busy()))
        else:
            _logger.warning("Slack: %d answers are under way; somebody went without.", self._capacity)

    async def finish_jobs(self, within: float) -> None:
        """Wait for jobs and notices under way, and cancel those unfinished after `within` seconds."""
        under_way = self._jobs | self._notices
        if not under_way:
            return
        _, late = await asyncio.wait(under_way, timeout=within)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


def _start_task(tasks: set[asyncio.Task[None]], work: Awaitable[None]) -> None:
    task = asyncio.ensure_future(work)
    tasks.add(task)  # a reference, so that the task is not garbage-collected before its end
    task.add_done_callback(tasks.discard)


async def _run_job(job: ListenerJob, patience: float) -> None:
    until = time.monotonic() + patience
    try:
        async for attempt in iterate_attempts(
            lambda error: isinstance(error, SQLAlchemyError) and time.monotonic() < until, first=_FIRST_PAUSE
        ):
            with attempt:
                await job.run()
    except SQLAlchemyError as error:
        _logger.error("Slack: an answer was given up, for the database failed (%s).", type(error).__name__)
        await _send_notice(job, responses.given_up())
    except (SlackApiError, *UNREACHABLE) as error:
        errors.log_failure(error)
        await _send_notice(job, responses.broken())
    except Exception:
        _logger.exception("Slack: an answer failed.")
        await _send_notice(job, responses.broken())


async def _send_notice(job: ListenerJob, reply: TextReply) -> None:
    try:
        await job.notify(reply)
    except (SlackApiError, *UNREACHABLE) as error:
        _logger.error("%s", errors.explain_error(error))

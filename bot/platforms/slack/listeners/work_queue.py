"""Work that goes on after the acknowledgement, and how much of it at once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from bot.message import TextReply
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.client import UNREACHABLE
from bot.platforms.slack.views import responses

_logger = logging.getLogger(__name__)
_MAX_NOTICES = 20  # people told at once that the bot is busy; the rest is only counted


@dataclass(frozen=True, slots=True)
class ListenerJob:
    """Something to do.

    Parameters
    ----------
    do
        The work itself.
    tell
        How to tell the person that it could not be done.
    """

    run: Callable[[], Awaitable[None]]
    notify: Callable[[TextReply], Awaitable[None]]


class WorkQueue:
    """Jobs under way, no more than so many.

    Parameters
    ----------
    most
        How many jobs may be under way; whoever asks for one more is told politely.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._jobs: set[asyncio.Task[None]] = set()
        self._notices: set[asyncio.Task[None]] = set()

    def add_job(self, job: ListenerJob) -> None:
        """Start a job now, or say that the bot is busy."""
        if len(self._jobs) < self._capacity:
            _start_task(self._jobs, _run_job(job))
        elif len(self._notices) < _MAX_NOTICES:
            _logger.warning("Slack: %d answers are under way; somebody was asked to come back.", self._capacity)
            _start_task(self._notices, _send_notice(job, responses.busy()))
        else:
            _logger.warning("Slack: %d answers are under way; somebody went without.", self._capacity)

    async def finish_jobs(self, within: float) -> None:
        """Let what is under way come to its end, and stop what does not in time."""
        under_way = self._jobs | self._notices
        if not under_way:
            return
        _, late = await asyncio.wait(under_way, timeout=within)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


def _start_task(tasks: set[asyncio.Task[None]], work: Awaitable[None]) -> None:
    task = asyncio.ensure_future(work)
    tasks.add(task)  # held, so that it is not collected before its end
    task.add_done_callback(tasks.discard)


async def _run_job(job: ListenerJob) -> None:
    try:
        await job.run()
    except (SlackApiError, *UNREACHABLE) as error:
        _logger.error("%s", errors.explain_error(error))
    except Exception:
        _logger.exception("Slack: an answer failed.")
        await _send_notice(job, responses.broken())


async def _send_notice(job: ListenerJob, reply: TextReply) -> None:
    try:
        await job.notify(reply)
    except (SlackApiError, *UNREACHABLE) as error:
        _logger.error("%s", errors.explain_error(error))

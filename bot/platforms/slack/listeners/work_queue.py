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
_MOST_NOTICES = 20  # people told at once that the bot is busy; the rest is only counted


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do.

    Parameters
    ----------
    do
        The work itself.
    tell
        How to tell the person that it could not be done.
    """

    do: Callable[[], Awaitable[None]]
    tell: Callable[[TextReply], Awaitable[None]]


class Work:
    """Jobs under way, no more than so many.

    Parameters
    ----------
    most
        How many jobs may be under way; whoever asks for one more is told politely.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._jobs: set[asyncio.Task[None]] = set()
        self._notices: set[asyncio.Task[None]] = set()

    def take(self, job: Job) -> None:
        """Start a job now, or say that the bot is busy."""
        if len(self._jobs) < self._most:
            _start(self._jobs, _do(job))
        elif len(self._notices) < _MOST_NOTICES:
            _logger.warning("Slack: %d answers are under way; somebody was asked to come back.", self._most)
            _start(self._notices, _tell(job, responses.busy()))
        else:
            _logger.warning("Slack: %d answers are under way; somebody went without.", self._most)

    async def finish(self, within: float) -> None:
        """Let what is under way come to its end, and stop what does not in time."""
        under_way = self._jobs | self._notices
        if not under_way:
            return
        _, late = await asyncio.wait(under_way, timeout=within)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


def _start(tasks: set[asyncio.Task[None]], doing: Awaitable[None]) -> None:
    task = asyncio.ensure_future(doing)
    tasks.add(task)  # held, so that it is not collected before its end
    task.add_done_callback(tasks.discard)


async def _do(job: Job) -> None:
    try:
        await job.do()
    except (SlackApiError, *UNREACHABLE) as error:
        _logger.error("%s", errors.explain_error(error))
    except Exception:
        _logger.exception("Slack: an answer failed.")
        await _tell(job, responses.broken())


async def _tell(job: Job, reply: TextReply) -> None:
    try:
        await job.tell(reply)
    except (SlackApiError, *UNREACHABLE) as error:
        _logger.error("%s", errors.explain_error(error))

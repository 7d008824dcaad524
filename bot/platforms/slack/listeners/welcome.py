"""Welcome listener: greets who installs the bot or first opens the Messages tab, and a channel that the bot joins."""

import logging
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.conversation.conversation import Conversation
from bot.log_limit import LimitedLog
from bot.message import TextReply
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.client import UNREACHABLE
from bot.platforms.slack.api.payloads import build_private_place
from bot.platforms.slack.listeners.work_queue import ListenerJob
from bot.platforms.slack.posting.allow_list import ChannelAllowList
from bot.platforms.slack.posting.messenger import SlackMessenger, Workspace
from bot.platforms.slack.views import responses
from bot.platforms.slack.views.reply import render_reply
from bot.store.answers import Answers
from bot.store.slack import SlackWelcomes

_logger = logging.getLogger(__name__)


class WelcomeListener:
    """Greets each person and each channel once.

    The welcome is claimed before it is posted: it may be lost with a failure, and never comes twice.

    Parameters
    ----------
    daily
        Whether a daily tip can be had.
    """

    def __init__(
        self,
        conversation: Conversation,
        messenger: SlackMessenger,
        welcomes: SlackWelcomes,
        answers: Answers,
        allow_list: ChannelAllowList,
        *,
        daily: bool,
    ) -> None:
        self._conversation = conversation
        self._messenger = messenger
        self._welcomes = welcomes
        self._answers = answers
        self._allow_list = allow_list
        self._daily = daily
        self._log = LimitedLog(_logger)

    def build_person_job(self, workspace: Workspace, event: dict[str, Any]) -> ListenerJob:
        """Return the job that greets a person who opened the Messages tab or installed the bot.

        Whoever knows the bot already is not greeted.
        """
        person, channel = str(event["user"]), str(event.get("channel") or "")

        async def run() -> None:
            if not await self._welcomes.claim(workspace.team, person):
                return
            if not await self._answers.seen(build_private_place(workspace.team, person)):
                await self._greet(workspace, channel or person, private=True)

        return ListenerJob(run, _say_nothing)

    def build_channel_job(self, workspace: Workspace, event: dict[str, Any]) -> ListenerJob | None:
        """Return the job that greets a channel which the bot joined; None where somebody else joined."""
        channel = str(event["channel"])
        if event.get("user") != workspace.bot_user or not self._allow_list.allows_channel(channel):
            return None

        async def run() -> None:
            if await self._welcomes.claim(workspace.team, channel):
                await self._greet(workspace, channel, private=False)

        return ListenerJob(run, _say_nothing)

    async def _greet(self, workspace: Workspace, channel: str, *, private: bool) -> None:
        hello = responses.welcome(self._conversation.retention_notice, private=private, daily=self._daily)
        try:
            await self._messenger.post_message(workspace, channel, render_reply(hello), key=f"welcome-{channel}")
        except (SlackApiError, *UNREACHABLE) as error:
            errors.log_failure(self._log, error)


async def _say_nothing(_reply: TextReply) -> None:
    """Send nothing: nobody asked for a welcome, so nobody misses it."""

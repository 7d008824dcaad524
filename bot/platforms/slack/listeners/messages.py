"""Message listener: mentions, direct messages and threads, answered where they were posted."""

import asyncio
import logging

from slack_sdk.errors import SlackApiError

from bot.conversation.conversation import Conversation
from bot.log_limit import LimitedLog
from bot.message import HandoverReply, Message, Reply, TextReply
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.client import UNREACHABLE
from bot.platforms.slack.api.payloads import ReceivedMessage, build_channel_place, build_private_place
from bot.platforms.slack.api.utterances import build_utterance
from bot.platforms.slack.listeners.care import CareListener
from bot.platforms.slack.listeners.time_zones import TimeZones
from bot.platforms.slack.listeners.work_queue import ListenerJob
from bot.platforms.slack.posting.allow_list import ChannelAllowList
from bot.platforms.slack.posting.messenger import SlackMessenger, Workspace
from bot.platforms.slack.posting.private import PrivateSender
from bot.platforms.slack.views import responses
from bot.platforms.slack.views.reply import RenderedReply, render_reply
from bot.store.database import UNAVAILABLE
from bot.store.slack import SlackThreads, Thread

_logger = logging.getLogger(__name__)


class MessageListener:
    """Answers messages to the bot and in its threads."""

    def __init__(
        self,
        conversation: Conversation,
        messenger: SlackMessenger,
        private: PrivateSender,
        threads: SlackThreads,
        zones: TimeZones,
        allow_list: ChannelAllowList,
        care: CareListener,
    ) -> None:
        self._conversation = conversation
        self._messenger = messenger
        self._private = private
        self._threads = threads
        self._zones = zones
        self._allow_list = allow_list
        self._care = care
        self._log = LimitedLog(_logger)

    def build_job(self, workspace: Workspace, received: ReceivedMessage, key: str) -> ListenerJob:
        """Return the job that answers a message.

        Parameters
        ----------
        key
            Id of the event, so that it gets one answer.
        """

        async def run() -> None:
            await self._answer_message(workspace, received, key)

        async def notify(reply: TextReply) -> None:
            if received.addressed:  # a person who did not address the bot gets no notice
                await self._send_privately(workspace, received, render_reply(reply), key)

        return ListenerJob(run, notify)

    async def _answer_message(self, workspace: Workspace, received: ReceivedMessage, key: str) -> None:
        if not received.direct and not self._allow_list.allows_channel(received.channel):
            if received.addressed:
                await self._send_privately(workspace, received, render_reply(responses.not_in_this_channel()), key)
            return
        thread = Thread(workspace.team, received.channel, received.thread)
        if received.addressed:
            await asyncio.gather(
                self._answer_addressed(workspace, received, key), self._remember_participant(thread, received)
            )
        else:
            await self._answer_overheard(workspace, received, key, thread)

    async def _answer_addressed(self, workspace: Workspace, received: ReceivedMessage, key: str) -> None:
        message = self._build_message(workspace, received)
        zone = self._zones.build_look_up(workspace, received.person)
        await self._post_reply(workspace, received, key, await self._conversation.answer_message(message, zone))

    async def _answer_overheard(
        self, workspace: Workspace, received: ReceivedMessage, key: str, thread: Thread
    ) -> None:
        """Answer what goes on from the bot's last words in a thread, and keep silent at all else."""
        message, people = self._build_message(workspace, received), await self._threads.people(thread)
        zone = self._zones.build_look_up(workspace, received.person)
        joined = received.person in people
        if reply := await self._conversation.answer_overheard(message, joined=joined, ask_zone=zone):
            await self._post_reply(workspace, received, key, reply)

    async def _remember_participant(self, thread: Thread, received: ReceivedMessage) -> None:
        """Store who addressed the bot in a thread; a failure is logged and neither delays nor stops the answer."""
        if received.direct:
            return
        try:
            await self._threads.join(thread, received.person)
        except UNAVAILABLE as error:
            line = f"Slack: who spoke in a thread could not be remembered ({type(error).__name__})."
            self._log.warning("not remembered", line)

    async def _post_reply(self, workspace: Workspace, received: ReceivedMessage, key: str, reply: Reply) -> None:
        if isinstance(reply, HandoverReply):  # found by the whole reading alone, as when the quick decision was taken
            await self._care.give_card(workspace, build_utterance(received), reply, key)
        elif not received.direct and reply.audience != "everyone":
            await self._send_privately(workspace, received, render_reply(reply), key)
        else:
            rendered = render_reply(reply, share=received.direct)
            try:
                await self._messenger.post_message(
                    workspace, received.channel, rendered, key=key, thread=received.thread
                )
            except (SlackApiError, *UNREACHABLE) as error:
                if received.direct:
                    raise
                errors.log_failure(self._log, error)
                await self._send_privately(workspace, received, rendered, key)

    def _build_message(self, workspace: Workspace, received: ReceivedMessage) -> Message:
        if received.direct:
            place = build_private_place(workspace.team, received.person, received.thread)
        else:
            place = build_channel_place(workspace.team, received.channel, received.thread)
        return Message(
            received.words.together,
            received.person,
            place,
            addressed=received.addressed,
            began=received.began,
            relayed=bool(received.words.forwarded),
        )

    async def _send_privately(
        self, workspace: Workspace, received: ReceivedMessage, rendered: RenderedReply, key: str
    ) -> None:
        await self._private.send_privately(
            workspace,
            received.person,
            rendered,
            key=key,
            channel=received.channel,
            thread=received.whisper_thread,
        )

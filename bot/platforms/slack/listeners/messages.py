"""Mentions, direct messages and threads: what is said to the bot, answered where it was said."""

import asyncio
import logging

from bot.conversation.conversation import Conversation
from bot.message import Message, Reply, TextReply
from bot.platforms.slack.api.payloads import Heard, channel_place, private_place
from bot.platforms.slack.listeners.time_zones import TimeZones
from bot.platforms.slack.listeners.work_queue import Job
from bot.platforms.slack.posting.allow_list import Channels
from bot.platforms.slack.posting.messenger import Post, Workspace
from bot.platforms.slack.views import responses
from bot.platforms.slack.views.reply import render
from bot.store.database import UNAVAILABLE
from bot.store.slack import SlackThreads, Thread

_logger = logging.getLogger(__name__)
_SMALL_TALK = ("out-of-scope", "notice", "thanks", "greeting", "unhelpful")


class Hearing:
    """Answers what is said."""

    def __init__(
        self, conversation: Conversation, post: Post, threads: SlackThreads, zones: TimeZones, channels: Channels
    ) -> None:
        self._conversation = conversation
        self._post = post
        self._threads = threads
        self._zones = zones
        self._channels = channels

    def job(self, workspace: Workspace, heard: Heard, key: str) -> Job:
        """Make the job of answering.

        Parameters
        ----------
        key
            The event, so that it is answered once.
        """

        async def do() -> None:
            await self._answer(workspace, heard, key)

        async def tell(reply: TextReply) -> None:
            if heard.addressed:  # whoever did not speak to the bot need not know that it is busy
                await self._aside(workspace, heard, reply)

        return Job(do, tell)

    async def _answer(self, workspace: Workspace, heard: Heard, key: str) -> None:
        if not heard.direct and not self._channels.may_speak(heard.channel):
            if heard.addressed:
                await self._aside(workspace, heard, responses.not_in_this_channel())
            return
        thread = Thread(workspace.team, heard.channel, heard.thread)
        if heard.addressed:
            await asyncio.gather(self._say(workspace, heard, key, spoken_to=True), self._join(thread, heard))
        elif people := await self._threads.people(thread):  # one of our threads
            await self._say(workspace, heard, key, spoken_to=heard.person in people)

    async def _join(self, thread: Thread, heard: Heard) -> None:
        """Remember who spoke to the bot; nobody waits for an answer, or goes without one, because of that."""
        if heard.direct:
            return
        try:
            await self._threads.join(thread, heard.person)
        except UNAVAILABLE as error:
            _logger.warning("Slack: who spoke in a thread could not be remembered (%s).", type(error).__name__)

    async def _say(self, workspace: Workspace, heard: Heard, key: str, *, spoken_to: bool) -> None:
        reply = await self._reply(workspace, heard, spoken_to=spoken_to)
        if not heard.direct and reply.audience != "everyone":
            await self._post.whisper(workspace, heard.channel, heard.person, render(reply), heard.thread)
        elif spoken_to or not _is_small_talk(reply):
            rendered = render(reply, share=heard.direct)
            await self._post.say(workspace, heard.channel, rendered, key=key, thread=heard.thread)

    async def _reply(self, workspace: Workspace, heard: Heard, *, spoken_to: bool) -> Reply:
        if heard.direct:
            place = private_place(workspace.team, heard.person, heard.thread)
        else:
            place = channel_place(workspace.team, heard.channel, heard.thread)
        message = Message(heard.text, heard.person, place, addressed=spoken_to)
        return await self._conversation.reply(message, self._zones.asker(workspace, heard.person))

    async def _aside(self, workspace: Workspace, heard: Heard, reply: TextReply) -> None:
        await self._post.whisper(workspace, heard.channel, heard.person, render(reply), heard.thread)


def _is_small_talk(reply: Reply) -> bool:
    """Tell what is not worth a post when somebody in one of our threads has not spoken to the bot themselves."""
    return isinstance(reply, TextReply) and reply.intent in _SMALL_TALK

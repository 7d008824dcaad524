"""Mentions, direct messages and threads: what is said to the bot, answered where it was said."""

from bot.conversation import Conversation
from bot.message import Message, Reply, TextReply
from bot.platforms.slack import phrases
from bot.platforms.slack.blocks import render
from bot.platforms.slack.channels import Channels
from bot.platforms.slack.events import Heard, channel_place, private_place
from bot.platforms.slack.limits import Job
from bot.platforms.slack.people import People
from bot.platforms.slack.post import Post, Workspace
from bot.platforms.slack.visibility import for_asker
from bot.store.slack import SlackThreads, Thread
from bot.tips.wording import only_for_asker

_SMALL_TALK = ("out-of-scope", "notice", "thanks", "greeting")


class Hearing:
    """Answers what is said."""

    def __init__(
        self, conversation: Conversation, post: Post, threads: SlackThreads, people: People, channels: Channels
    ) -> None:
        self._conversation = conversation
        self._post = post
        self._threads = threads
        self._people = people
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
                await self._aside(workspace, heard, phrases.not_in_this_channel())
            return
        thread = Thread(workspace.team, heard.channel, heard.thread)
        spoken_to = heard.addressed
        if not heard.direct:
            people = await self._threads.people(thread)
            if heard.addressed and heard.person not in people:
                await self._threads.join(thread, heard.person)
            elif not heard.addressed and not people:
                return  # not one of our threads
            spoken_to = heard.addressed or heard.person in people
        reply = await self._reply(workspace, heard)
        if not heard.direct and (for_asker(reply) or only_for_asker(heard.text)):
            await self._post.whisper(workspace, heard.channel, heard.person, render(reply), heard.thread)
        elif spoken_to or not _is_small_talk(reply):
            rendered = render(reply, share=heard.direct)
            await self._post.say(workspace, heard.channel, rendered, key=key, thread=heard.thread)

    async def _reply(self, workspace: Workspace, heard: Heard) -> Reply:
        if heard.direct:
            place = private_place(workspace.team, heard.person, heard.thread)
        else:
            place = channel_place(workspace.team, heard.channel, heard.thread)
        zone = await self._people.zone(workspace, heard.person, heard.text)
        return await self._conversation.reply(Message(heard.text, heard.person, place, zone))

    async def _aside(self, workspace: Workspace, heard: Heard, reply: TextReply) -> None:
        await self._post.whisper(workspace, heard.channel, heard.person, render(reply), heard.thread)


def _is_small_talk(reply: Reply) -> bool:
    """Tell what is not worth a post when somebody in one of our threads has not spoken to the bot themselves."""
    return isinstance(reply, TextReply) and reply.intent in _SMALL_TALK

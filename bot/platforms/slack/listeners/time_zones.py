"""What Slack tells about a person: the time zone alone, and only for a daily tip or a step that they take on."""

from dataclasses import replace

from cachetools import FIFOCache
from slack_sdk.errors import SlackApiError

from bot.conversation.conversation import Conversation
from bot.message import Message, Reply, TextReply
from bot.platforms.slack.api.client import UNREACHABLE, WebClientFactory
from bot.platforms.slack.posting.messenger import Workspace
from bot.subscriptions.commands import is_command
from intents import normalise_text

_KEPT = 1_000  # people whose zone is held in memory


class People:
    """Time zones of people, asked for once."""

    def __init__(self, clients: WebClientFactory) -> None:
        self._clients = clients
        self._zones: FIFOCache[tuple[str, str], str | None] = FIFOCache(_KEPT)

    async def reply(self, conversation: Conversation, workspace: Workspace, message: Message) -> Reply:
        """Have a message answered, with its writer's time zone where a daily tip is spoken of.

        A command changes something at once, so the zone is asked for before it. A sentence is answered with a
        question at most, so that it can be answered again once it turns out to be about a daily tip.
        """
        if is_command(normalise_text(message.text)):
            return await conversation.reply(await self._placed(workspace, message))
        reply = await conversation.reply(message)
        asks = isinstance(reply, TextReply) and reply.intent == "daily"
        return await conversation.reply(await self._placed(workspace, message)) if asks else reply

    async def _placed(self, workspace: Workspace, message: Message) -> Message:
        return replace(message, time_zone=await self.zone(workspace, message.person))

    async def zone(self, workspace: Workspace, person: str) -> str | None:
        """Tell a person's IANA time zone; None when it is unknown."""
        key = (workspace.team, person)
        if self._zones.get(key) is None:  # not asked yet, or without an answer
            self._zones[key] = await self._ask(workspace, person)
        return self._zones[key]

    async def _ask(self, workspace: Workspace, person: str) -> str | None:
        try:
            answer = await self._clients.build_client(workspace.token).users_info(user=person)
        except (SlackApiError, *UNREACHABLE):
            return None  # the tips then go by the zone in the settings
        return (answer.get("user") or {}).get("tz")

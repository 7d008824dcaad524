"""One turn: an activity in, what is said about it out."""

import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.conversation.conversation import Conversation
from bot.message import HandoverReply, Place, Press, Reply
from bot.platforms.teams.api import payloads
from bot.platforms.teams.api.connector import Answer, Reference, Send
from bot.platforms.teams.api.payloads import Incoming
from bot.platforms.teams.cards import responses
from bot.platforms.teams.handlers import feedback
from bot.platforms.teams.handlers.card_actions import Pressing
from bot.platforms.teams.handlers.message_extension import Extension
from bot.platforms.teams.handlers.responder import Saying
from bot.platforms.teams.posting.messenger import Post
from bot.store.database import UNAVAILABLE
from bot.store.teams import Known, TeamsConversations, TeamsPosts

_logger = logging.getLogger(__name__)
Forget = Callable[[Place], Awaitable[object]]
_OK: Answer = (200, None)
_UNKNOWN: Answer = (501, None)


class Turns:
    """Decides what each activity is for.

    Parameters
    ----------
    conversations
        Where the bot may post, refreshed at every turn.
    posts
        Which answer a message holds.
    post
        Reaches people in their own chats.
    forget
        Each is asked to forget a place that takes the bot out, before we do.
    daily
        Whether places may have a daily tip.
    """

    def __init__(
        self,
        conversation: Conversation,
        conversations: TeamsConversations,
        posts: TeamsPosts,
        post: Post,
        forget: Sequence[Forget] = (),
        *,
        daily: bool = True,
    ) -> None:
        self._conversation = conversation
        self._conversations = conversations
        self._posts = posts
        self._forget = tuple(forget)
        self._daily = daily
        self._extension = Extension(conversation)
        self._saying = Saying(posts, post)
        self._pressing = Pressing(conversation, self._saying)

    async def take(self, incoming: Incoming, send: Send) -> Answer:
        """Take a turn; returns what an invoke is answered with."""
        match incoming.type:
            case "message":
                await self._message(incoming, send)
            case "invoke":
                return await self._invoke(incoming, send)
            case "installationUpdate":
                await self._installed(incoming, send)
            case "conversationUpdate":
                await self._updated(incoming, send)
        return _OK

    async def _message(self, incoming: Incoming, send: Send) -> None:
        reply = await self._reply(incoming)
        if isinstance(reply, HandoverReply):  # whoever needs people waits for no database
            await self._saying.say(reply, incoming, send)
            await self._keep_if_possible(incoming)
        else:
            await self._keep(incoming)
            await self._saying.answer(reply, incoming, send)

    async def _reply(self, incoming: Incoming) -> Reply:
        if incoming.value.get("verb") is not None:
            return await self._pressing.submitted(incoming)
        message = payloads.message(incoming)
        if not message.text and payloads.has_attachments(incoming):
            return responses.no_files()
        if not message.text and incoming.raw.get("attachments"):
            return responses.no_own_words()
        return await self._conversation.reply(message)

    async def _invoke(self, incoming: Incoming, send: Send) -> Answer:
        if incoming.name == "adaptiveCard/action":
            await self._keep(incoming)
            return 200, await self._pressing.executed(incoming, send)
        if incoming.name in feedback.INVOKES:
            await self._rate(incoming)
            return 200, {}
        answer = await self._extension.answer(incoming)
        return (200, answer) if answer else _UNKNOWN

    async def _rate(self, incoming: Incoming) -> None:
        found = feedback.verdict(incoming)
        answer = await self._posts.answer(incoming.place, feedback.of_message(incoming)) if found else None
        if found and answer:
            await self._conversation.press(Press(found, answer, incoming.person, incoming.place))

    async def _installed(self, incoming: Incoming, send: Send) -> None:
        match incoming.raw.get("action"):
            case "add":
                await self._welcome(incoming, send)
            case "add-upgrade":
                await self._keep(incoming)
            case "remove":
                await self._leave(incoming)

    async def _updated(self, incoming: Incoming, send: Send) -> None:
        if _names(incoming, "membersAdded", incoming.bot):
            await self._welcome(incoming, send)
        elif (
            _names(incoming, "membersRemoved", incoming.bot) or incoming.channel_data.get("eventType") == "teamDeleted"
        ):
            await self._leave(incoming)
        elif incoming.channel_data.get("eventType") == "channelDeleted":
            await self._forget_place(incoming.place)

    async def _welcome(self, incoming: Incoming, send: Send) -> None:
        """Say hello once, though Teams tells of an installation in two ways."""
        await self._keep(incoming)
        if await self._conversations.greet(incoming.place):
            hello = responses.welcome(incoming.scope, self._conversation.keeping, daily=self._daily)
            await self._saying.say(hello, incoming, send)

    async def _leave(self, incoming: Incoming) -> None:
        """Forget the place, and with a team all its channels."""
        places = [incoming.place]
        if incoming.team:
            places += await self._conversations.of_team(incoming.place.team, incoming.team)
        for place in places:
            await self._forget_place(place)

    async def _forget_place(self, place: Place) -> None:
        for forget in (*self._forget, self._conversations.forget):
            await forget(place)

    async def _keep(self, incoming: Incoming) -> None:
        reference = Reference(
            incoming.service_url, payloads.root(incoming.conversation), incoming.bot, incoming.place.team
        )
        known = Known(
            place=incoming.place,
            scope=incoming.scope,
            team=incoming.team,
            person=incoming.person if incoming.place.private else "",
            reference=reference.as_json(),
        )
        await self._conversations.keep(known)

    async def _keep_if_possible(self, incoming: Incoming) -> None:
        try:
            await self._keep(incoming)
        except UNAVAILABLE as error:
            _logger.warning("Teams: where somebody spoke could not be remembered (%s).", type(error).__name__)


def _names(incoming: Incoming, members: str, who: str) -> bool:
    listed = incoming.raw.get(members)
    return any(isinstance(one, dict) and one.get("id") == who for one in listed) if isinstance(listed, list) else False

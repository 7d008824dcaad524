"""The activity handler: answers each kind of activity."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from bot.actions import Rate
from bot.conversation.conversation import Conversation
from bot.message import HandoverReply, Place, Press, Reply
from bot.platforms.teams.api import payloads
from bot.platforms.teams.api.connector import ConversationReference, SendMessage, TurnResponse
from bot.platforms.teams.api.payloads import Incoming
from bot.platforms.teams.cards import messages, responses
from bot.platforms.teams.handlers import feedback
from bot.platforms.teams.handlers.card_actions import CardActions
from bot.platforms.teams.handlers.care import CareCards
from bot.platforms.teams.handlers.message_extension import MessageExtension
from bot.platforms.teams.handlers.responder import Responder
from bot.store.database import UNAVAILABLE
from bot.store.retry import retry_until_available
from bot.store.teams import TeamsConversation, TeamsConversations, TeamsPosts

_logger = logging.getLogger(__name__)
ForgetPlace = Callable[[Place], Awaitable[object]]
Deliver = Callable[[SendMessage], Awaitable[None]]  # sends the answer of a turn
_UNKNOWN: TurnResponse = (501, None)


class ActivityHandler:
    """Passes each activity to the handler of its type.

    Parameters
    ----------
    conversations
        The conversations that the bot may post to, refreshed at every turn.
    posts
        The answer that each message of a former release holds, which had Teams' own thumbs.
    forget
        Functions that delete other data of a place from which the bot was removed.
    daily
        Whether places may have a daily tip.
    """

    def __init__(
        self,
        conversation: Conversation,
        conversations: TeamsConversations,
        posts: TeamsPosts,
        responder: Responder,
        care: CareCards,
        forget: Sequence[ForgetPlace] = (),
        *,
        daily: bool = True,
    ) -> None:
        self._conversation = conversation
        self._conversations = conversations
        self._posts = posts
        self._forget = tuple(forget)
        self._daily = daily
        self._extension = MessageExtension(conversation)
        self._responder = responder
        self._care = care
        self._card_actions = CardActions(conversation, responder)

    async def prepare(self, incoming: Incoming, patience: float) -> Deliver | None:
        """Do what an activity asks of the database, tried for `patience` seconds while the database is away.

        Returns
        -------
        Deliver or None
            What then sends the answer; None where there is none.
        """
        match incoming.type:
            case "message":
                return await self._prepare_answer(incoming, patience)
            case "invoke" if incoming.name in feedback.INVOKES:
                await retry_until_available(lambda: self._rate(incoming), patience)
            case "installationUpdate":
                return await retry_until_available(lambda: self._handle_installation(incoming), patience)
            case "conversationUpdate":
                return await retry_until_available(lambda: self._handle_update(incoming), patience)
        return None

    async def answer_invoke(self, incoming: Incoming, send: SendMessage) -> TurnResponse:
        """Return the status and body that answer an invoke."""
        if incoming.name == "adaptiveCard/action":
            await self._keep(incoming)
            return 200, await self._card_actions.answer_execute(incoming, send)
        answer = await self._extension.answer(incoming)
        return (200, answer) if answer else _UNKNOWN

    def build_apology(self, incoming: Incoming) -> dict[str, Any]:
        """Return the body for an invoke that could not be answered now."""
        if incoming.name == "adaptiveCard/action":
            return messages.show_text(responses.NOT_NOW)
        return self._extension.build_apology(incoming)

    async def _prepare_answer(self, incoming: Incoming, patience: float) -> Deliver:
        reply = await retry_until_available(lambda: self._reply(incoming), patience)
        if isinstance(reply, HandoverReply):  # a handover must not wait for the database

            async def hand_over(send: SendMessage) -> None:
                await self._care.give(reply, incoming, send)
                await self.keep_if_possible(incoming)

            return hand_over
        await retry_until_available(lambda: self._keep(incoming), patience)
        return partial(self._responder.answer, reply, incoming)

    async def _reply(self, incoming: Incoming) -> Reply:
        if incoming.value.get("verb") is not None:
            return await self._card_actions.answer_submit(incoming)
        message = payloads.read_message(incoming)
        if not message.text and payloads.has_quotes(incoming):
            return responses.only_quoted_words()
        if not message.text and payloads.has_attachments(incoming):
            return responses.no_files()
        return await self._conversation.answer_message(message)

    async def _rate(self, incoming: Incoming) -> None:
        helpful = feedback.read_verdict(incoming)
        if helpful is None:
            return
        if answer := await self._posts.answer(incoming.place, feedback.read_message_id(incoming)):
            await self._conversation.answer_press(Press(Rate(answer, helpful), incoming.person, incoming.place))

    async def _handle_installation(self, incoming: Incoming) -> Deliver | None:
        match incoming.raw.get("action"):
            case "add":
                return await self._welcome(incoming)
            case "add-upgrade":
                await self._keep(incoming)
            case "remove":
                await self._forget_places(incoming)
        return None

    async def _handle_update(self, incoming: Incoming) -> Deliver | None:
        if _lists_member(incoming, "membersAdded", incoming.bot):
            return await self._welcome(incoming)
        if (
            _lists_member(incoming, "membersRemoved", incoming.bot)
            or incoming.channel_data.get("eventType") == "teamDeleted"
        ):
            await self._forget_places(incoming)
        elif incoming.channel_data.get("eventType") == "channelDeleted":
            await self._forget_place(incoming.place)
        return None

    async def _welcome(self, incoming: Incoming) -> Deliver | None:
        """Return what sends the welcome, once: Teams reports an installation by two activities."""
        await self._keep(incoming)
        if not await self._conversations.claim_welcome(incoming.place):
            return None
        hello = responses.welcome(incoming.scope, self._conversation.retention_notice, daily=self._daily)
        return partial(self._responder.send_reply, hello)

    async def _forget_places(self, incoming: Incoming) -> None:
        """Delete the data of the place, and for a team of all its channels."""
        places = [incoming.place]
        if incoming.team:
            places += await self._conversations.list_team_channels(incoming.place.team, incoming.team)
        for place in places:
            await self._forget_place(place)

    async def _forget_place(self, place: Place) -> None:
        for forget in (*self._forget, self._conversations.forget_place):
            await forget(place)

    async def _keep(self, incoming: Incoming) -> None:
        reference = ConversationReference(
            incoming.service_url, payloads.parse_channel(incoming.conversation), incoming.bot, incoming.place.team
        )
        known = TeamsConversation(
            place=incoming.place,
            scope=incoming.scope,
            team=incoming.team,
            person=incoming.person if incoming.place.private else "",
            reference=reference.to_json(),
        )
        await self._conversations.keep(known)

    async def keep_if_possible(self, incoming: Incoming) -> None:
        """Remember where somebody spoke, for whoever was answered before that; a failure is only logged."""
        try:
            await self._keep(incoming)
        except UNAVAILABLE as error:
            _logger.warning("Teams: where somebody spoke could not be remembered (%s).", type(error).__name__)


def _lists_member(incoming: Incoming, members: str, who: str) -> bool:
    listed = incoming.raw.get(members)
    return any(isinstance(one, dict) and one.get("id") == who for one in listed) if isinstance(listed, list) else False

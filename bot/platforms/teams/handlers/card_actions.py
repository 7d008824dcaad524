"""Buttons: what was pressed, answered on the card where it was pressed."""

from collections.abc import Mapping
from typing import Any

from bot.conversation.conversation import Conversation
from bot.message import Press, Reply, TextReply, WhyReply
from bot.platforms.teams.api import payloads
from bot.platforms.teams.api.connector import SendMessage
from bot.platforms.teams.api.errors import DeliveryError
from bot.platforms.teams.api.payloads import VERB, Incoming
from bot.platforms.teams.cards import messages, responses, tip_form
from bot.platforms.teams.cards import reply as cards
from bot.platforms.teams.cards.tip_form import Entered
from bot.platforms.teams.handlers.responder import Responder

Data = Mapping[str, Any]
_NOTED_UNDER_THE_LESSON = ("helpful", "not-helpful", "promise", "done", "withdraw")


class CardActions:
    """Answers presses."""

    def __init__(self, conversation: Conversation, responder: Responder) -> None:
        self._conversation = conversation
        self._responder = responder

    async def answer_submit(self, incoming: Incoming) -> Reply:
        """Answer a button on a client that does not know `Action.Execute`."""
        press = _press(incoming, incoming.value)
        return await self._conversation.press(press) if press else TextReply("notice", (responses.NOT_OURS,))

    async def answer_execute(self, incoming: Incoming, send: SendMessage) -> dict[str, Any]:
        """Answer a press with the card that takes the place of the pressed one, for whoever pressed alone."""
        data = payloads.pressed_data(incoming)
        if data.get("action") == cards.SHARE:
            return await self._share(incoming, str(data.get("value")), send)
        press = _press(incoming, data)
        if press is None:
            return messages.refused(responses.NOT_OURS)
        reply = await self._conversation.press(press)
        if not press.place.private and reply.announce and not await self._told(reply, incoming, send):
            return messages.refreshed(cards.card(reply, note=responses.NOT_SHARED))
        return messages.refreshed(await self._card(press, data, reply))

    async def _card(self, press: Press, data: Data, reply: Reply) -> cards.Card:
        """Make the new card; a lesson that is only talked about stays in it."""
        shareable = not press.place.private
        if data.get("action") == tip_form.SAVE and isinstance(reply, TextReply) and not reply.announce:
            return cards.unsaved(reply, Entered.of(data))
        lesson = await self._conversation.lessons.recall(press.place, str(data.get(cards.UNDER) or press.value))
        if lesson and isinstance(reply, WhyReply):
            return cards.with_reason(lesson, reply, shareable=shareable)
        if lesson and isinstance(reply, TextReply) and press.action in _NOTED_UNDER_THE_LESSON:
            return cards.noted(lesson, reply, shareable=shareable)
        return cards.card(reply, shareable=shareable)

    async def _share(self, incoming: Incoming, answer: str, send: SendMessage) -> dict[str, Any]:
        lesson = await self._conversation.lessons.recall(incoming.place, answer)
        if lesson is None:
            return messages.refused(responses.NOT_OURS)
        shared = await self._told(lesson, incoming, send)
        return messages.refreshed(cards.card(lesson, note=responses.SHARED if shared else responses.NOT_SHARED))

    async def _told(self, reply: Reply, incoming: Incoming, send: SendMessage) -> bool:
        """Say something to the whole conversation; False when the bot may not post there."""
        try:
            await self._responder.send_reply(reply, incoming, send)
        except DeliveryError as error:
            if error.verdict not in ("blocked", "gone"):
                raise
            return False
        return True


def _press(incoming: Incoming, data: Data) -> Press | None:
    if data.get("verb") == VERB and data.get("action") == tip_form.SAVE:
        command = Entered.of(data).command()
        return Press("daily-confirm", command, incoming.person, incoming.place, incoming.time_zone)
    return payloads.press(incoming, data)

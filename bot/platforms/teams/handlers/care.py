"""The card for somebody in danger: decided and given before a claim, the queue or the database can stand in the way."""

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import replace

from bot.conversation.conversation import Conversation
from bot.diagnostics import OperatorError
from bot.log_limit import LimitedLog
from bot.message import HandoverReply
from bot.platforms.teams.api import payloads
from bot.platforms.teams.api.connector import Connector, ConversationReference, SendMessage
from bot.platforms.teams.api.errors import DeliveryError, send_with_retries
from bot.platforms.teams.api.payloads import Incoming
from bot.platforms.teams.api.service_urls import ForeignAddressError
from bot.platforms.teams.cards import messages

_logger = logging.getLogger(__name__)
_LONGEST = 10.0  # seconds of waiting before retries on a private way, before another way is taken
_LONGEST_IN_ALL = 120.0  # the same on the last way that is left
_FAILURES = (DeliveryError, OperatorError, ForeignAddressError)


class CareCards:
    """Gives the card to whoever needs it, and to nobody else.

    Parameters
    ----------
    private_answers
        Whether one person may be answered among others, by a targeted message.
    """

    def __init__(self, conversation: Conversation, connector: Connector, *, private_answers: bool) -> None:
        self._conversation = conversation
        self._connector = connector
        self._private_answers = private_answers
        self._log = LimitedLog(_logger)

    async def decide(self, incoming: Incoming, *, quickly: bool = False) -> HandoverReply | None:
        """Return the card for a message that says that somebody is in danger; None for anything else.

        Parameters
        ----------
        quickly
            As in `Conversation.decide_danger`.
        """
        if incoming.type != "message" or incoming.value.get("verb") is not None:
            return None
        for message in (payloads.read_message(incoming), payloads.read_forwarded_message(incoming)):
            if message.text and (card := await self._conversation.decide_danger(message, quickly=quickly)):
                return card
        return None

    async def give(self, card: HandoverReply, incoming: Incoming, send: SendMessage) -> bool:
        """Give the card to whoever wrote, without the database; return whether it, or the numbers, could be given.

        Where others read along it goes to the writer's own chat and, where that can be, to the writer alone among
        the others. Everybody reads numbers only when both were refused, and then nothing about the writer.

        Parameters
        ----------
        send
            Sends in the conversation, once; attempts after a failure are made here.
        """
        if incoming.place.private:
            return await self._try(
                send_with_retries(lambda: self._send(card, incoming, send), _LONGEST_IN_ALL, patient=True)
            )
        ways = [self._write_to_person(card, incoming)]
        if self._private_answers:
            ways.append(send_with_retries(lambda: self._send(card, incoming, send, targeted=True), _LONGEST))
        if any(await asyncio.gather(*map(self._try, ways))):
            return True
        if card.audience == "asker-only":
            return False
        numbers = replace(self._conversation.build_general_card(incoming.place), choices=())
        return await self._try(
            send_with_retries(lambda: self._send(numbers, incoming, send), _LONGEST_IN_ALL, patient=True)
        )

    async def _try(self, way: Awaitable[str]) -> bool:
        try:
            await way
        except _FAILURES as error:
            line = f"Teams: a card could not be given on one of the ways to its reader: {error}"
            self._log.error("card not given", line)
            return False
        return True

    async def count(self, card: HandoverReply, incoming: Incoming) -> None:
        """Count a card that was given, once its event is claimed."""
        await self._conversation.count_handover(incoming.place, card)

    async def _send(self, card: HandoverReply, incoming: Incoming, send: SendMessage, *, targeted: bool = False) -> str:
        message = messages.render_message(card)
        return await send(messages.target(message, incoming.person) if targeted else message)

    async def _write_to_person(self, card: HandoverReply, incoming: Incoming) -> str:
        """Post in the writer's own chat, opened from the activity alone: what is kept of it may be out of reach."""
        met = ConversationReference(
            incoming.service_url, payloads.parse_channel(incoming.conversation), incoming.bot, incoming.place.team
        )
        chat = await send_with_retries(lambda: self._connector.open_chat(met, incoming.person), _LONGEST)
        message = messages.render_message(card)
        return await send_with_retries(lambda: self._connector.post(chat, message), _LONGEST)

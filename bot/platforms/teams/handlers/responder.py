"""The responder, which sends a reply to a whole conversation, or to one person alone."""

from bot.message import Reply
from bot.platforms.teams.api.connector import SendMessage
from bot.platforms.teams.api.errors import DeliveryError
from bot.platforms.teams.api.payloads import Incoming
from bot.platforms.teams.cards import messages, responses
from bot.platforms.teams.posting.messenger import SentMessage, TeamsMessenger

_LONGEST = 10.0  # seconds of waiting before retries in a personal chat, before its owner is asked to write there


class Responder:
    """Sends replies as messages.

    Parameters
    ----------
    messenger
        Posts to people in their personal chats.
    private_answers
        Whether one person may be answered among others, by a targeted message.
    """

    def __init__(self, messenger: TeamsMessenger, *, private_answers: bool) -> None:
        self._messenger = messenger
        self._private_answers = private_answers

    async def answer(self, reply: Reply, incoming: Incoming, send: SendMessage) -> None:
        """Answer a message, for those who may read the answer.

        What may never be public goes to the writer's own chat, where it stays. What is for the asker, and every
        answer to a question that nobody else saw, goes to the asker among the others; it vanishes after a day.
        """
        if incoming.place.private:
            await self.send_reply(reply, send)
        elif reply.audience == "asker-only":
            await self._answer_asker_only(reply, incoming, send)
        elif (reply.audience == "asker" or incoming.targeted) and not reply.announce:
            await self._answer_asker(reply, incoming, send)
        else:
            await self.send_reply(reply, send)

    async def send_reply(self, reply: Reply, send: SendMessage, opening: str = "") -> None:
        """Send a reply to everybody in the conversation, with a sentence above it."""
        await send(messages.render_message(reply, opening))

    async def _answer_asker_only(self, reply: Reply, incoming: Incoming, send: SendMessage) -> None:
        outcome = await self._messenger.post_to_person(incoming.place, incoming.person, reply, longest=_LONGEST)
        written = isinstance(outcome, SentMessage)
        told = responses.answered_in_personal_chat() if written else responses.ask_in_personal_chat()
        await self._answer_asker(told, incoming, send)

    async def _answer_asker(self, reply: Reply, incoming: Incoming, send: SendMessage) -> None:
        if await self._target(reply, incoming, send):
            return
        if incoming.targeted:  # nobody saw the question, so nobody is shown an answer
            await self._messenger.post_to_person(incoming.place, incoming.person, reply, longest=_LONGEST)
        else:
            await self.send_reply(reply, send)

    async def _target(self, reply: Reply, incoming: Incoming, send: SendMessage) -> bool:
        """Send a reply to the asker alone among the others; return whether Teams took it."""
        if not self._private_answers:
            return False
        try:
            await send(messages.target(messages.render_message(reply), incoming.person))
        except DeliveryError:  # it may have arrived: an answer is better given twice than not at all
            return False
        return True

"""The responder, which sends a reply to the whole conversation or to one person's personal chat."""

from bot.message import LessonReply, Reply
from bot.platforms.teams.api.connector import SendMessage
from bot.platforms.teams.api.payloads import Incoming
from bot.platforms.teams.cards import messages, responses
from bot.platforms.teams.posting.messenger import SentMessage, TeamsMessenger, record_if_possible
from bot.store.teams import TeamsPosts

_LONGEST = 2.0  # seconds of waiting before retries in a personal chat; Teams gives up on a turn after fifteen


class Responder:
    """Sends replies as messages.

    Parameters
    ----------
    posts
        The answer that each posted message holds.
    messenger
        Posts to people in their personal chats.
    """

    def __init__(self, posts: TeamsPosts, messenger: TeamsMessenger) -> None:
        self._posts = posts
        self._messenger = messenger

    async def answer(self, reply: Reply, incoming: Incoming, send: SendMessage) -> None:
        """Answer a message; a private reply goes to the writer alone, and a notice to the conversation."""
        if not incoming.place.private and reply.audience == "asker-only":
            outcome = await self._messenger.post_to_person(incoming.place, incoming.person, reply, longest=_LONGEST)
            reply = (
                responses.answered_in_personal_chat()
                if isinstance(outcome, SentMessage)
                else responses.ask_in_personal_chat()
            )
        await self.send_reply(reply, incoming, send)

    async def send_reply(self, reply: Reply, incoming: Incoming, send: SendMessage) -> None:
        """Send a reply to everybody in the conversation."""
        sent = await send(messages.render_message(reply, incoming.scope, incoming.person))
        if isinstance(reply, LessonReply) and reply.answer and sent:
            await record_if_possible(self._posts.record(incoming.place, sent, reply.answer))

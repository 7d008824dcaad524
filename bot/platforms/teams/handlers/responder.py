"""Saying a reply where it belongs: to everybody in the conversation, or to one person in their own chat."""

from bot.message import LessonReply, Reply
from bot.platforms.teams.api.connector import Send
from bot.platforms.teams.api.payloads import Incoming
from bot.platforms.teams.cards import messages, responses
from bot.platforms.teams.posting.messenger import Post, Posted
from bot.store.teams import TeamsPosts

_LONGEST = 2.0  # seconds of waiting for a chat of one's own, in a turn that has fifteen


class Saying:
    """Answers with messages.

    Parameters
    ----------
    posts
        Which answer a message holds.
    post
        Reaches people in their own chats.
    """

    def __init__(self, posts: TeamsPosts, post: Post) -> None:
        self._posts = posts
        self._post = post

    async def answer(self, reply: Reply, incoming: Incoming, send: Send) -> None:
        """Answer whoever wrote; what is for them alone goes to their own chat, and the rest are told only that."""
        if not incoming.place.private and reply.audience == "asker-only":
            outcome = await self._post.to_person(incoming.place, incoming.person, reply, longest=_LONGEST)
            reply = responses.in_our_own_chat() if isinstance(outcome, Posted) else responses.ask_in_our_own_chat()
        await self.say(reply, incoming, send)

    async def say(self, reply: Reply, incoming: Incoming, send: Send) -> None:
        """Say it to everybody in the conversation."""
        sent = await send(messages.message(reply, incoming.scope, incoming.person))
        if isinstance(reply, LessonReply) and reply.answer and sent:
            await self._posts.record(incoming.place, sent, reply.answer)

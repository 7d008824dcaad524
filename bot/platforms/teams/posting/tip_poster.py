"""The poster of daily tips and reminders on Teams (`bot.delivery.poster.Poster`)."""

import asyncio
from datetime import datetime

from bot.delivery.poster import Postable, PostingError, PostRefusedError, PostUncertainError, RetryLaterError
from bot.message import Place
from bot.platforms.teams.posting.messenger import FailedPost, TeamsMessenger
from bot.store.database import UNAVAILABLE
from bot.store.teams import TeamsConversation, TeamsConversations

_SOON = 10.0  # seconds to wait before a retry where Teams names none
_LOOKUP = (
    20.0  # seconds to find the conversation; less than the worker's time-out of a post, to know nothing was posted
)


class TeamsPoster:
    """Posts tips in channels, chats and personal chats; Teams has no query to find a post again.

    The poster itself does not wait before retries: the delivery worker does.

    Parameters
    ----------
    conversations
        The known conversations: shows whether a place is a conversation or a person, and where the bot met a person.
    """

    def __init__(self, post: TeamsMessenger, conversations: TeamsConversations) -> None:
        self._messenger = post
        self._conversations = conversations

    async def post(self, place: Place, reply: Postable, key: str) -> None:
        """Post a reply. See `Poster.post`."""
        try:
            async with asyncio.timeout(_LOOKUP):
                known = await self._find_conversation(place)
        except UNAVAILABLE as error:  # our own database: nothing was posted
            raise RetryLaterError(_SOON) from error
        outcome = (
            known
            if isinstance(known, FailedPost)
            else await self._messenger.post_to_conversation(known, reply, longest=0.0)
        )
        if isinstance(outcome, FailedPost):
            raise build_posting_error(outcome)

    async def find(self, place: Place, key: str, *, since: datetime) -> bool | None:
        """Return None, for Teams has no such query. See `Poster.find`."""
        return None

    async def _find_conversation(self, place: Place) -> TeamsConversation | FailedPost:
        """Return the conversation of a place, before anything is posted."""
        known = await self._conversations.get(place)
        if known is None and place.private:
            met = await self._conversations.find_open_place(place.team) or place
            return await self._messenger.open_chat(met, place.channel, longest=0.0)
        return known or FailedPost("gone", "the bot has not been there, or was removed")


def build_posting_error(outcome: FailedPost) -> PostingError:
    """Return the `Poster`'s error for a failed post: whether it may have arrived, and whether to retry."""
    match outcome.verdict:
        case "later":
            return RetryLaterError(outcome.retry_after if outcome.retry_after is not None else _SOON)
        case "unsure":
            return PostUncertainError(outcome.reason)
        case "refused":
            return PostRefusedError(f"I could not post on Teams: {outcome.reason}", permanent=False)
        case _:
            return PostRefusedError(f"Teams does not let me post there ({outcome.reason})", permanent=True)

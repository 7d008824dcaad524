"""Daily tips and reminders on Teams (`bot.delivery.poster.Poster`)."""

import asyncio

from bot.delivery.poster import Postable, PostingError, PostRefusedError, PostUncertainError, RetryLaterError
from bot.message import Place
from bot.platforms.teams.posting.messenger import NotPosted, Post
from bot.store.database import UNAVAILABLE
from bot.store.teams import Known, TeamsConversations

_SOON = 10.0  # seconds, where Teams does not say how long
_LOOKING = 20.0  # seconds to find out where to post; less than the engine gives a post, which then may have arrived


class TeamsPoster:
    """Posts tips in channels, chats and personal chats; what Teams took cannot be found again.

    It does not wait for Teams itself: the engine of the tips does.

    Parameters
    ----------
    conversations
        Tells whether a place is a conversation or a person, and where a person can have been met.
    """

    def __init__(self, post: Post, conversations: TeamsConversations) -> None:
        self._post = post
        self._conversations = conversations

    async def post(self, place: Place, reply: Postable, key: str) -> None:
        """Post a reply. See `Poster.post`."""
        try:
            async with asyncio.timeout(_LOOKING):
                known = await self._conversation(place)
        except UNAVAILABLE as error:  # our own database: nothing was posted
            raise RetryLaterError(_SOON) from error
        outcome = known if isinstance(known, NotPosted) else await self._post.to(known, reply, longest=0.0)
        if isinstance(outcome, NotPosted):
            raise what_became(outcome)

    async def find(self, place: Place, key: str) -> bool | None:
        """Tell that Teams cannot be asked. See `Poster.find`."""
        return None

    async def _conversation(self, place: Place) -> Known | NotPosted:
        """Look up where to post, once, and before anything is posted."""
        known = await self._conversations.get(place)
        if known is None and place.private:
            met = await self._conversations.open_in(place.team) or place
            return await self._post.chat_with(met, place.channel, longest=0.0)
        return known or NotPosted("gone", "the bot has not been there, or was removed")


def what_became(outcome: NotPosted) -> PostingError:
    """Tell whether it was surely not posted, and whether asking again is of use."""
    match outcome.verdict:
        case "later":
            return RetryLaterError(outcome.retry_after if outcome.retry_after is not None else _SOON)
        case "unsure":
            return PostUncertainError(outcome.reason)
        case "refused":
            return PostRefusedError(f"I could not post on Teams: {outcome.reason}", permanent=False)
        case _:
            return PostRefusedError(f"Teams does not let me post there ({outcome.reason})", permanent=True)

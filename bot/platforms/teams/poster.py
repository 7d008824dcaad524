"""Daily tips and reminders on Teams (`bot.tips.posting.Poster`)."""

from bot.message import Place
from bot.platforms.teams.post import NotPosted, Post
from bot.store.database import UNAVAILABLE
from bot.store.teams import TeamsConversations
from bot.tips.posting import Postable, Posted, PostingError, Refused, RetryLater, Unknown

_SOON = 10.0  # seconds, where Teams does not say how long


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

    async def post(self, place: Place, reply: Postable, key: str) -> Posted:
        """Post a reply. See `Poster.post`."""
        try:
            person = place.private and await self._conversations.get(place) is None
            met = (await self._conversations.open_in(place.team) or place) if person else place
        except UNAVAILABLE as error:  # our own database: nothing was posted
            raise RetryLater(_SOON) from error
        if person:
            outcome = await self._post.to_person(met, place.channel, reply, longest=0.0)
        else:
            outcome = await self._post.to_place(place, reply, longest=0.0)
        if isinstance(outcome, NotPosted):
            raise what_became(outcome)
        return Posted(outcome.message)

    async def find(self, place: Place, key: str) -> bool | None:
        """Tell that Teams cannot be asked. See `Poster.find`."""
        return None


def what_became(outcome: NotPosted) -> PostingError:
    """Tell whether it was surely not posted, and whether asking again is of use."""
    match outcome.verdict:
        case "later":
            return RetryLater(outcome.retry_after if outcome.retry_after is not None else _SOON)
        case "unsure":
            return Unknown(outcome.reason)
        case verdict:
            return Refused(f"Teams does not let me post there ({outcome.reason})", permanent=verdict != "refused")

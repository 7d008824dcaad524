"""The port through which tips and reminders are posted, and the errors that a platform's poster raises."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.message import AbilitiesByPlatform, DepthReply, LessonReply, Place, Platform, TextReply

Postable = LessonReply | DepthReply | TextReply


class PostingError(Exception):
    """A post did not go through, or it is not known whether it did."""


class PostRefusedError(PostingError):
    """The platform refused the post, so certainly nothing was posted.

    Parameters
    ----------
    reason
        A clause for the operator and the owner: “the channel is archived”.
    permanent
        Whether a retry is pointless: archived, not a member, uninstalled, blocked, token revoked.
    """

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


class RetryLaterError(PostingError):
    """Certainly nothing was posted, and a retry is allowed: 429, or no connection could be made.

    Parameters
    ----------
    seconds
        To wait, as in the platform's Retry-After header.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the platform asked to wait {seconds:g} s")
        self.seconds = seconds


class PostUncertainError(PostingError):
    """Unknown whether the post arrived: a time-out, a 5xx, a connection dropped after sending."""


class Poster(Protocol):
    """Posts replies on one platform, and finds them again."""

    async def post(self, place: Place, reply: Postable, key: str) -> None:
        """Post a reply.

        Parameters
        ----------
        place
            A private place whose channel is a person's id stands for a direct message to that person.
        key
            Sent along invisibly, so that `find` can find the post.

        Raises
        ------
        PostRefusedError, RetryLaterError
            Certainly nothing was posted.
        PostUncertainError
            The reply may have been posted.
        """
        ...

    async def find(self, place: Place, key: str, *, since: datetime) -> bool | None:
        """Return whether a post with this key has arrived.

        Parameters
        ----------
        since
            An instant before the first attempt to post it.

        Returns
        -------
        bool or None
            None when this platform has no such query, or does not allow it.

        Raises
        ------
        PostRefusedError, RetryLaterError, PostUncertainError
            When the query failed for now.
        """
        ...


class Posters:
    """One `Poster` over all platforms, which passes each call to the poster of the place's platform.

    Parameters
    ----------
    posters
        One for each platform that is switched on.
    """

    def __init__(self, posters: Mapping[Platform, Poster], abilities: AbilitiesByPlatform) -> None:
        self._posters = posters
        self._abilities = abilities

    async def post(self, place: Place, reply: Postable, key: str) -> None:
        """Post on the platform of the place. See `Poster.post`."""
        await self._of(place).post(place, reply, key)

    async def find(self, place: Place, key: str, *, since: datetime) -> bool | None:
        """Return whether a post has arrived on the platform of the place. See `Poster.find`."""
        return await self._of(place).find(place, key, since=since)

    def _of(self, place: Place) -> Poster:
        poster = self._posters.get(place.platform)
        if poster is None:
            raise PostRefusedError(
                f"{place.platform} is switched off where the bot runs",
                permanent=not self._abilities[place.platform].posts,
            )
        return poster

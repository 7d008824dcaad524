"""How a tip reaches a platform: the port, and what can go wrong there."""

from collections.abc import Mapping
from typing import Protocol

from bot.message import LessonReply, Place, Platform, TextReply

Postable = LessonReply | TextReply


class PostingError(Exception):
    """A post did not go through, or it is not known whether it did."""


class Refused(PostingError):  # noqa: N818 (the platform's answer, as a poster raises it)
    """The platform said no, and surely posted nothing.

    Parameters
    ----------
    reason
        For the operator and the owner, in words: “the channel is archived”.
    permanent
        Whether asking again is pointless: archived, not a member, uninstalled, blocked, token revoked.
    """

    def __init__(self, reason: str, permanent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


class RetryLater(PostingError):  # noqa: N818
    """Surely nothing was posted, and the platform may be asked again: 429, or no connection could be made.

    Parameters
    ----------
    seconds
        As the platform's Retry-After has it.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the platform asked to wait {seconds:g} s")
        self.seconds = seconds


class Unknown(PostingError):  # noqa: N818
    """It is not known whether the post arrived: a time-out, a 5xx, a connection dropped after sending."""


class Poster(Protocol):
    """Posts on one platform."""

    async def post(self, place: Place, reply: Postable, key: str) -> None:
        """Post a reply.

        Parameters
        ----------
        place
            Where. When it is private and its channel is a person's id, a direct message to them.
        key
            Goes with the post, invisibly, so that `find` can find it: Slack's message metadata.

        Raises
        ------
        Refused, RetryLater
            Surely nothing was posted.
        Unknown
            Perhaps it was.
        """
        ...

    async def find(self, place: Place, key: str) -> bool | None:
        """Look whether a post with this key has arrived.

        Returns
        -------
        bool or None
            None when this platform cannot be asked (Teams, or Slack without the scope).

        Raises
        ------
        Refused, RetryLater, Unknown
            When it could not be asked just now.
        """
        ...


class Posters:
    """Every platform behind one `Poster`, chosen by the place.

    Parameters
    ----------
    posters
        Those that are switched on.
    """

    def __init__(self, posters: Mapping[Platform, Poster]) -> None:
        self._posters = posters

    async def post(self, place: Place, reply: Postable, key: str) -> None:
        """Post on the platform of the place. See `Poster.post`."""
        await self._of(place).post(place, reply, key)

    async def find(self, place: Place, key: str) -> bool | None:
        """Look on the platform of the place. See `Poster.find`."""
        return await self._of(place).find(place, key)

    def _of(self, place: Place) -> Poster:
        poster = self._posters.get(place.platform)
        if poster is None:
            raise Refused(f"{place.platform} is switched off where the bot runs", permanent=not place.reachable)
        return poster

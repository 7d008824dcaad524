"""What one person has going: promises still to keep, and the daily tips that they look after."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.message import Place
from bot.promises.service import Promising
from bot.store.subscriptions import Subscription, Subscriptions
from bot.subscriptions.service import Subscribing


@dataclass(frozen=True, slots=True)
class OwnPromise:
    """A promise that is still to keep, as a line to read."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class OwnTip:
    """A daily tip that somebody looks after, and how it stands, as a line to read.

    Parameters
    ----------
    resting
        Whether it is paused or was stopped, so that it can be resumed.
    """

    id: str
    place: Place
    text: str
    resting: bool


class Own:
    """Lists and looks up what is one's own; what changes it is done by the two that it is built on."""

    def __init__(self, database: AsyncEngine, daily: Subscribing, promising: Promising) -> None:
        self.daily = daily
        self._promising = promising
        self._subscriptions = Subscriptions(database)

    async def promises(self, home: Place, person: str) -> list[OwnPromise]:
        """List a person's promises that are still to keep, newest first."""
        return [OwnPromise(name, text) for name, text in await self._promising.to_keep(home, person)]

    async def tips(self, home: Place, person: str) -> list[OwnTip]:
        """List the daily tips that a person set up or changed last."""
        found = await self._subscriptions.looked_after(home.platform, home.team, person)
        return [OwnTip(one.id, one.place, *self.daily.standing(one)) for one in found if one.state != "off"]

    async def tip(self, subscription: str, home: Place, person: str) -> Subscription | None:
        """Look a daily tip up for a person; None when it is gone, or when somebody else looks after it."""
        found = await self._subscriptions.looked_after(home.platform, home.team, person)
        return next((one for one in found if one.id == subscription), None)

"""Read-only view of one person's open promises and daily tips."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.message import Place
from bot.promises.service import PromiseService
from bot.store.subscriptions import Subscription, Subscriptions
from bot.subscriptions.service import SubscriptionService


@dataclass(frozen=True, slots=True)
class OpenPromise:
    """An open promise, as a line of text."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class ManagedTip:
    """A daily tip that a person manages, with its state as a line of text.

    Parameters
    ----------
    resting
        Whether the tip is paused or stopped, so that it can be resumed.
    """

    id: str
    place: Place
    text: str
    resting: bool


class PersonalOverview:
    """Read-only view of one person's open promises and daily tips; the services that it reads make the changes."""

    def __init__(self, database: AsyncEngine, daily: SubscriptionService, promising: PromiseService) -> None:
        self.daily = daily
        self._promising = promising
        self._subscriptions = Subscriptions(database)

    async def list_promises(self, home: Place, person: str) -> list[OpenPromise]:
        """Return a person's open promises, the newest first."""
        return [OpenPromise(name, text) for name, text in await self._promising.list_open(home, person)]

    async def list_tips(self, home: Place, person: str) -> list[ManagedTip]:
        """Return the daily tips that a person set up or was the last to change."""
        found = await self._subscriptions.looked_after(home.platform, home.team, person)
        return [ManagedTip(one.id, one.place, *self.daily.describe_state(one)) for one in found if one.state != "off"]

    async def find_tip(self, subscription: str, home: Place, person: str) -> Subscription | None:
        """Return a daily tip by its id; None when the tip is gone or another person manages it."""
        found = await self._subscriptions.looked_after(home.platform, home.team, person)
        return next((one for one in found if one.id == subscription), None)

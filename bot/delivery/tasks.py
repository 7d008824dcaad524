"""The two things that are posted once: the tip of a place on a day, and the one reminder of a promise."""

import logging
from datetime import date, datetime
from typing import Literal

from bot.conversation.lesson_reply import Tips
from bot.delivery.poster import Postable, Poster, PostingError
from bot.delivery.worker import End, Job
from bot.message import LessonReply, Place, TextReply
from bot.promises.responses import how_did_it_go
from bot.store.deliveries import OPEN, Deliveries, Delivery
from bot.store.promises import Promise, Promises
from bot.store.retry import patiently
from bot.store.subscriptions import Subscription, Subscriptions
from bot.subscriptions.responses import refused

_LOG = logging.getLogger(__name__)


def tip_key(subscription: str, day: date) -> str:
    """Give the key of a tip: the engine's name for the work, and what goes invisibly with the post."""
    return f"tip-{subscription}-{day.isoformat()}"


def check_key(promise: str) -> str:
    """Give the key of the reminder of a promise."""
    return f"promise-{promise}"


class TipErrand:
    """The tip of a subscription on a local date.

    Parameters
    ----------
    tell
        Posts the word to the owner when the place takes no more posts.
    turn
        How often it was put off before.
    """

    def __init__(
        self,
        subscription: str,
        day: date,
        deliveries: Deliveries,
        subscriptions: Subscriptions,
        tips: Tips,
        tell: Poster,
        turn: int = 0,
    ) -> None:
        self._id = subscription
        self._day = day
        self._deliveries = deliveries
        self._subscriptions = subscriptions
        self._tips = tips
        self._tell = tell
        self._turn = turn
        self._now: tuple[Delivery, Subscription] | None = None

    async def load(self) -> Job | None:
        """See `Errand.load`. A tip that was switched off before it was begun is left out."""
        self._now = await patiently(lambda: self._deliveries.load(self._id, self._day))
        if self._now is None or self._now[0].state not in OPEN or self._now[0].turn != self._turn:
            return None
        delivery, subscription = self._now
        begun = delivery.state == "posting"
        if subscription.state != "on" and not begun:
            await self.finish("skipped", f"switched {subscription.state} before it was posted")
            return None
        return Job(subscription.place, tip_key(self._id, self._day), delivery.due_at, begun, delivery.attempt)

    async def intend(self) -> Postable | None:
        """See `Errand.intend`. A second attempt posts the tip that the first one chose."""
        delivery, subscription = self._loaded()
        reply, nudge = await self._choose(delivery, subscription)
        mine = await patiently(lambda: self._deliveries.intend(delivery, reply.answer, reply.theme, nudge))
        if mine is None:
            return None
        self._now = (mine, subscription)
        return reply

    async def still_mine(self) -> bool:
        """See `Errand.still_mine`."""
        return await patiently(lambda: self._deliveries.still_mine(self._loaded()[0]))

    async def not_posted(self, reason: str) -> None:
        """See `Errand.not_posted`."""
        await patiently(lambda: self._deliveries.not_posted(self._loaded()[0], reason))

    async def put_off(self, until: datetime) -> None:
        """See `Errand.put_off`."""
        await patiently(lambda: self._deliveries.put_off(self._loaded()[0], until))

    async def finish(self, end: End, reason: str | None) -> bool:
        """See `Errand.finish`. A place that takes no more posts has its subscription stopped, and its owner told."""
        delivery, subscription = self._loaded()
        if end == "refused":
            await patiently(lambda: self._subscriptions.refuse(subscription.id, reason or ""))
        changed = await patiently(lambda: self._deliveries.finish(delivery, subscription, end, reason))
        if end == "refused" and changed:
            await self._tell_owner(subscription, reason or "")
        return changed

    async def _choose(self, delivery: Delivery, subscription: Subscription) -> tuple[LessonReply, str]:
        if delivery.answer and delivery.nudge and (reply := self._tips.again(delivery.answer, delivery.nudge)):
            return reply, delivery.nudge
        tip = await patiently(lambda: self._tips.prepare(subscription.place, self._day, subscription.themes))
        return tip.reply, tip.nudge

    async def _tell_owner(self, subscription: Subscription, reason: str) -> None:
        """Tell the owner once, where possible; a word that does not get through is not tried again."""
        if not subscription.owner:  # whoever it was asked to be forgotten
            return
        place = subscription.place
        direct = Place(place.platform, place.team, subscription.owner, private=True)
        key = f"{tip_key(self._id, self._day)}-refused"
        try:
            await self._tell.post(direct, refused(place, reason), key)
        except PostingError as error:
            _LOG.info("The owner of %s could not be told: %s", subscription.id, error)

    def _loaded(self) -> tuple[Delivery, Subscription]:
        if self._now is None:
            raise RuntimeError("the errand was not loaded")
        return self._now


class CheckErrand:
    """The one reminder of a promise, which asks how it went.

    Parameters
    ----------
    turn
        How often it was put off before.
    """

    def __init__(self, promise: str, promises: Promises, tips: Tips, turn: int = 0) -> None:
        self._id = promise
        self._promises = promises
        self._tips = tips
        self._turn = turn
        self._now: Promise | None = None

    async def load(self) -> Job | None:
        """See `Errand.load`. None as well when the promise was withdrawn or settled meanwhile."""
        self._now = await patiently(lambda: self._promises.get(self._id))
        if self._now is None or self._now.check_at is None or self._now.turn != self._turn:
            return None
        if self._now.check_state not in ("queued", "posting"):
            return None
        begun = self._now.check_state == "posting"
        if self._now.outcome != "open" and not begun:
            await self.finish("skipped", None)
            return None
        return Job(_direct(self._now), check_key(self._id), self._now.check_at, begun, self._now.attempt)

    async def intend(self) -> Postable | None:
        """See `Errand.intend`."""
        promise = self._loaded()
        mine = await patiently(lambda: self._promises.intend(promise))
        if mine is None:
            return None
        self._now = mine
        return self._question(mine)

    async def still_mine(self) -> bool:
        """See `Errand.still_mine`."""
        found = await patiently(lambda: self._promises.get(self._id))
        return found is not None and found.attempt == self._loaded().attempt and found.check_state == "posting"

    async def not_posted(self, reason: str) -> None:
        """See `Errand.not_posted`."""
        await patiently(lambda: self._promises.not_posted(self._loaded(), reason))

    async def put_off(self, until: datetime) -> None:
        """See `Errand.put_off`."""
        await patiently(lambda: self._promises.put_off(self._loaded(), until))

    async def finish(self, end: End, reason: str | None) -> bool:
        """See `Errand.finish`."""
        promise = self._loaded()
        state = _CHECKED[end]
        if state in ("missed", "unknown"):
            _LOG.warning("The reminder of the promise %s did not come (%s): %s", promise.id, state, reason)
        return await patiently(lambda: self._promises.finish(promise, state, reason))

    def _question(self, promise: Promise) -> TextReply:
        told = self._tips.again("", promise.nudge)
        return how_did_it_go(promise.id, told.nudge if told else None)

    def _loaded(self) -> Promise:
        if self._now is None:
            raise RuntimeError("the errand was not loaded")
        return self._now


_CHECKED: dict[End, Literal["sent", "missed", "none", "unknown"]] = {
    "posted": "sent",
    "missed": "missed",
    "skipped": "none",
    "refused": "missed",
    "unknown": "unknown",
}


def _direct(promise: Promise) -> Place:
    """Ask in private: where the promise was made when only its maker reads there, else in a direct message."""
    place = promise.place
    return place if place.private else Place(place.platform, place.team, promise.person, private=True)

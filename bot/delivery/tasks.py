"""The two delivery tasks: the tip of a subscription on a local date, and the one reminder of a promise."""

import logging
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Literal

from bot.conversation.tips import PlannedPost, TipChooser
from bot.delivery.batches import QueuedTask
from bot.delivery.poster import Postable, Poster, PostingError
from bot.delivery.worker import PendingPost, PostOutcome
from bot.message import AbilitiesByPlatform, Place, TextReply
from bot.promises.cues import describe_cue
from bot.promises.responses import how_did_it_go
from bot.store.deliveries import OPEN, Deliveries, ScheduledTip
from bot.store.promises import Promise, Promises
from bot.store.retry import retry_until_available
from bot.store.subscriptions import Subscription
from bot.subscriptions.plan import plan_tip
from bot.subscriptions.responses import describe_rhythm, refused

_LOG = logging.getLogger(__name__)


def build_tip_key(subscription: str, day: date) -> str:
    """Return the key of a tip: sent along invisibly with the post."""
    return f"tip-{subscription}-{day.isoformat()}"


def build_reminder_key(promise: str) -> str:
    """Return the key of the reminder of a promise. See `build_tip_key`."""
    return f"promise-{promise}"


class TipTask:
    """The tip of a subscription on a local date.

    Parameters
    ----------
    poster
        Posts the notice to the owner when the place takes no more posts.
    """

    def __init__(
        self,
        queued: QueuedTask,
        deliveries: Deliveries,
        tips: TipChooser,
        poster: Poster,
        abilities: AbilitiesByPlatform,
    ) -> None:
        if queued.day is None:
            raise ValueError(f"a tip without a date: {queued}")
        self._id = queued.name
        self._day = queued.day
        self._deliveries = deliveries
        self._tips = tips
        self._poster = poster
        self._abilities = abilities
        self._queued = queued
        self._loaded: ScheduledTip | None = None

    async def load(self) -> PendingPost | None:
        """Return the post that is due. See `Task.load`. A tip switched off before it was begun is skipped."""
        self._loaded = await retry_until_available(lambda: self._deliveries.load(self._id, self._day))
        if self._loaded is None:
            return None
        delivery, subscription = self._loaded.delivery, self._loaded.subscription
        if delivery.state not in OPEN or delivery.turn != self._queued.turn:
            return None
        begun = delivery.state == "posting"
        if subscription.state != "on" and not begun:
            await self.finish("skipped", f"switched {subscription.state} before it was posted")
            return None
        settled = begun and delivery.attempt == self._queued.settled
        key = build_tip_key(self._id, self._day)
        return PendingPost(subscription.place, key, delivery.due_at, begun, delivery.attempt, settled)

    async def intend(self) -> Postable | None:
        """Commit the intent. See `Task.intend`. A second attempt posts the tip that the first one chose."""
        loaded, at = self._record(), datetime.now(UTC)
        post = await self._choose(loaded)
        mine = await retry_until_available(
            lambda: self._deliveries.intend(loaded.delivery, post.answer, post.theme, post.nudge, at)
        )
        if mine is None:  # another worker was first, or the answer to our own commit was lost
            await retry_until_available(lambda: self._deliveries.take_back(loaded.delivery, at))
            return None
        self._loaded = replace(loaded, delivery=mine)
        return post.reply

    async def still_mine(self) -> bool:
        """Return whether no other worker took over. See `Task.still_mine`."""
        return await retry_until_available(lambda: self._deliveries.still_mine(self._record().delivery))

    async def not_posted(self, reason: str) -> None:
        """Record that the post did not arrive. See `Task.not_posted`."""
        await retry_until_available(lambda: self._deliveries.not_posted(self._record().delivery, reason))

    async def defer(self, until: datetime) -> None:
        """End this turn. See `Task.defer`."""
        await retry_until_available(lambda: self._deliveries.defer(self._record().delivery, until))

    async def finish(self, outcome: PostOutcome, reason: str | None) -> bool:
        """Record the outcome. See `Task.finish`. A refusal stops the subscription and notifies its owner."""
        loaded = self._record()
        changed = await retry_until_available(lambda: self._deliveries.finish(loaded, outcome, reason))
        if outcome == "refused" and changed:
            await self._notify_owner(loaded.subscription, reason or "")
        return changed

    async def _choose(self, tip: ScheduledTip) -> PlannedPost:
        delivery, subscription = tip.delivery, tip.subscription
        planned = plan_tip(subscription, self._day)
        if delivery.answer and delivery.nudge:
            chosen = self._tips.rebuild_planned(delivery.answer, delivery.nudge, planned.moment)
            if chosen is not None:
                return chosen
        return await retry_until_available(lambda: self._tips.prepare_planned(subscription.place, planned))

    async def _notify_owner(self, subscription: Subscription, reason: str) -> None:
        """Post a notice of the refusal to the owner, without a retry."""
        if not subscription.owner:  # the owner asked to be forgotten
            return
        place = subscription.place
        direct = Place(place.platform, place.team, subscription.owner, private=True)
        key = f"{build_tip_key(self._id, self._day)}-refused"
        rhythm = describe_rhythm(subscription)
        try:
            await self._poster.post(direct, refused(place, reason, self._abilities[place.platform], rhythm), key)
        except PostingError as error:
            _LOG.info("The owner of %s could not be told: %s", subscription.id, error)

    def _record(self) -> ScheduledTip:
        if self._loaded is None:
            raise RuntimeError("the task was not loaded")
        return self._loaded


class ReminderTask:
    """The one reminder of a promise, which asks how the small step went."""

    def __init__(self, queued: QueuedTask, promises: Promises, tips: TipChooser) -> None:
        self._id = queued.name
        self._promises = promises
        self._tips = tips
        self._queued = queued
        self._loaded: Promise | None = None

    async def load(self) -> PendingPost | None:
        """Return the post that is due. See `Task.load`. None as well for a promise withdrawn or settled meanwhile."""
        promise = self._loaded = await retry_until_available(lambda: self._promises.get(self._id))
        if promise is None or promise.check_at is None or promise.turn != self._queued.turn:
            return None
        if promise.check_state not in ("queued", "posting"):
            return None
        begun = promise.check_state == "posting"
        if promise.outcome != "open" and not begun:
            await self.finish("skipped", None)
            return None
        settled = begun and promise.attempt == self._queued.settled
        key = build_reminder_key(self._id)
        return PendingPost(_private_place(promise), key, promise.check_at, begun, promise.attempt, settled)

    async def intend(self) -> Postable | None:
        """Commit the intent. See `Task.intend`."""
        promise = self._record()
        mine = await retry_until_available(lambda: self._promises.intend(promise))
        if mine is None:
            return None
        self._loaded = mine
        return self._question(mine)

    async def still_mine(self) -> bool:
        """Return whether no other worker took over. See `Task.still_mine`."""
        return await retry_until_available(lambda: self._promises.still_mine(self._record()))

    async def not_posted(self, reason: str) -> None:
        """Record that the post did not arrive. See `Task.not_posted`."""
        await retry_until_available(lambda: self._promises.not_posted(self._record(), reason))

    async def defer(self, until: datetime) -> None:
        """End this turn. See `Task.defer`."""
        await retry_until_available(lambda: self._promises.defer(self._record(), until))

    async def finish(self, outcome: PostOutcome, reason: str | None) -> bool:
        """Record the outcome. See `Task.finish`."""
        promise = self._record()
        state = _CHECK_STATES[outcome]
        if state in ("missed", "unknown"):
            _LOG.warning("The reminder of the promise %s did not come (%s): %s", promise.id, state, reason)
        return await retry_until_available(lambda: self._promises.finish(promise, state, reason))

    def _question(self, promise: Promise) -> TextReply:
        lesson = self._tips.rebuild("", promise.nudge)
        moment = describe_cue(promise.cue, promise.cue_day, promise.cue_text or "") if promise.cue else ""
        return how_did_it_go(promise.id, lesson.nudge if lesson else None, moment)

    def _record(self) -> Promise:
        if self._loaded is None:
            raise RuntimeError("the task was not loaded")
        return self._loaded


_CHECK_STATES: dict[PostOutcome, Literal["sent", "missed", "none", "unknown"]] = {
    "posted": "sent",
    "missed": "missed",
    "skipped": "none",
    "refused": "missed",
    "unknown": "unknown",
}


def _private_place(promise: Promise) -> Place:
    """Return where to ask in private: the place of the promise when it is private, else a direct message."""
    place = promise.place
    return place if place.private else Place(place.platform, place.team, promise.person, private=True)

"""What a subscription gets on each of its days: in a week with a shape a small step, a story and a question. Pure."""

from datetime import date, timedelta

from bot.conversation.moments import Moment, PlannedTip
from bot.store.subscriptions import Subscription
from bot.subscriptions.calendar import build_rhythm, find_skip_reason

_WEDNESDAY, _FRIDAY = 2, 4


def plan_tip(subscription: Subscription, day: date) -> PlannedTip:
    """Return what a place shall get on a local date on which a tip is posted."""
    held = _find_held(subscription, day)
    return PlannedTip(day, find_moment(subscription, day), subscription.themes, held, subscription.progress)


def find_moment(subscription: Subscription, day: date) -> Moment:
    """Return what comes on a day: the first of a week is a small step, whatever was left out before it.

    Where a tip comes on days, a theme that is held tells on Wednesdays of a place that did it.
    """
    if subscription.shape != "week":
        return "story" if _find_held(subscription, day) and day.weekday() == _WEDNESDAY else "tip"
    monday = day - timedelta(days=day.weekday())
    before = [monday + timedelta(days=number) for number in range(day.weekday())]
    posted = [one for one in before if build_rhythm(subscription).includes(one)]
    if not any(find_skip_reason(subscription, one) is None for one in posted):
        return "step"
    return "question" if day.weekday() == _FRIDAY else "story"


def _find_held(subscription: Subscription, day: date) -> str | None:
    until = subscription.held_until
    return subscription.held_theme if until is not None and day <= until else None

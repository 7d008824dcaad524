"""The calendar of a subscription: its due tips, less pauses, skipped days and bank holidays."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice, takewhile

from bot.store.deliveries import Decision
from bot.store.subscriptions import Subscription
from bot.subscriptions.bank_holidays import find_bank_holiday
from bot.subscriptions.schedule import Due, Rhythm, find_next_due, is_too_late, iterate_dues

_HORIZON = timedelta(days=400)  # bounds the search where every day is left out


def build_rhythm(subscription: Subscription) -> Rhythm:
    """Return the rhythm of a subscription."""
    return Rhythm(subscription.at, subscription.zone, subscription.weekdays)


def find_skip_reason(subscription: Subscription, day: date) -> str | None:
    """Return why no tip is posted on a local date; None when a tip is posted."""
    if subscription.paused_on(day):
        return "paused"
    if subscription.skip_day == day:
        return "asked to be left out"
    holiday = find_bank_holiday(subscription.nation, day)
    return f"bank holiday: {holiday}" if holiday else None


def list_coming_tips(subscription: Subscription, after: datetime, count: int) -> list[Due]:
    """Return the next due tips, at most `count`; empty when the subscription is off."""
    return list(islice(_iterate_posted(subscription, after), count))


def _iterate_posted(subscription: Subscription, after: datetime) -> Iterator[Due]:
    if subscription.state != "on" or subscription.paused_for_good:
        return
    first_day = max(filter(None, (subscription.next_day, subscription.paused_until)), default=None)
    dues = iterate_dues(build_rhythm(subscription), after, first_day)
    end = after + _HORIZON
    yield from (due for due in takewhile(lambda due: due.at < end, dues) if not find_skip_reason(subscription, due.day))


def is_posted_on(subscription: Subscription, now: datetime, day: date) -> bool:
    """Return whether a tip will be posted on a local date."""
    return any(due.day == day for due in takewhile(lambda due: due.day <= day, _iterate_posted(subscription, now)))


def is_skip_pending(subscription: Subscription, now: datetime) -> bool:
    """Return whether the skipped day is still to come, and would have had a tip."""
    day = subscription.skip_day
    return day is not None and is_posted_on(replace(subscription, skip_day=None), now, day)


def reschedule(subscription: Subscription, now: datetime, last_day: date | None, *, posts: bool = True) -> Subscription:
    """Return a subscription with its next due time computed anew.

    Parameters
    ----------
    last_day
        The last local date that had its tip, so that a change of time cannot bring a second one.
    posts
        Whether its platform posts; where it does not, nothing is ever due.
    """
    if subscription.state != "on" or subscription.paused_for_good or not posts:
        return replace(subscription, next_due=None, next_day=None)
    after_last = last_day + timedelta(days=1) if last_day else None
    first_day = max(filter(None, (after_last, subscription.paused_until)), default=None)
    due = find_next_due(build_rhythm(subscription), now, first_day)
    return replace(subscription, next_due=due.at, next_day=due.day)


def decide(subscription: Subscription, now: datetime) -> Decision:
    """Return the decision on a subscription whose `next_due` has come."""
    due, day = subscription.next_due, subscription.next_day
    if due is None or day is None:
        raise ValueError("nothing is due")
    following = reschedule(subscription, due, day)
    if reason := find_skip_reason(subscription, day):
        return Decision("skipped", reason, following.next_due, following.next_day)
    if is_too_late(due, now):
        return Decision("missed", "it was more than three hours late", following.next_due, following.next_day)
    return Decision("due", None, following.next_due, following.next_day)

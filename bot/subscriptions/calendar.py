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
    return Rhythm(
        subscription.at,
        subscription.zone,
        subscription.weekdays,
        subscription.every,
        subscription.starts_on,
        subscription.ends_on,
    )


def find_skip_reason(subscription: Subscription, day: date) -> str | None:
    """Return why no tip is posted on a local date; None when a tip is posted."""
    if subscription.paused_on(day):
        return "paused"
    if not build_rhythm(subscription).includes(day):
        return "not one of its days"  # an old replica, which knows no fortnights, has scheduled it
    if subscription.skip_day == day:
        return "asked to be left out"
    holiday = find_bank_holiday(subscription.nation, day)
    return f"bank holiday: {holiday}" if holiday else None


def list_coming_tips(subscription: Subscription, after: datetime, count: int) -> list[Due]:
    """Return the next due tips, at most `count`; empty when the subscription is off."""
    return list(islice(_iterate_posted(subscription, after), count))


def _iterate_posted(subscription: Subscription, after: datetime) -> Iterator[Due]:
    if subscription.state != "on":
        return
    dues = iterate_dues(build_rhythm(subscription), after, subscription.next_day)
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
    due = _find_unpaused(subscription, now, last_day) if subscription.state == "on" and posts else None
    return replace(subscription, next_due=due.at if due else None, next_day=due.day if due else None)


def _find_unpaused(subscription: Subscription, now: datetime, last_day: date | None) -> Due | None:
    """Return the first due tip outside the pause and after the last day that had one; None when none comes."""
    first_day = last_day + timedelta(days=1) if last_day else None
    due = find_next_due(build_rhythm(subscription), now, first_day)
    if due is None or not subscription.paused_on(due.day):
        return due
    end = subscription.paused_until
    return None if end is None or subscription.paused_for_good else find_next_due(build_rhythm(subscription), now, end)


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

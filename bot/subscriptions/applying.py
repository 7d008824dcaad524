"""A change applied to the subscription of a place. Pure."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.actions import ChangeDaily, Shape
from bot.store.subscriptions import Subscription
from bot.subscriptions.schedule import SHAPED_WEEK, WEEKDAYS, Rhythm, find_next_due
from bot.subscriptions.times import NotUnderstoodError


def apply_change(base: Subscription, change: ChangeDaily, owner: str, now: datetime) -> Subscription:
    """Return a subscription with a change applied and switched on, even if it was off or refused.

    Parameters
    ----------
    owner
        The platform's id of the person who changes it.

    Raises
    ------
    NotUnderstoodError
        When the change leaves no day of the week.
    """
    shape, named = _find_shape(base, change)
    weekdays = named - (change.without or frozenset())
    if not weekdays:
        raise NotUnderstoodError("That leaves no day of the week; please name the days that you want.")
    changed = replace(
        base,
        owner=owner,
        at=change.at or base.at,
        weekdays=weekdays,
        themes=base.themes if change.themes is None else change.themes,
        zone=change.zone or base.zone,
        nation=base.nation if change.nation is None else change.nation,
        state="on",
        reason=None,
        paused_until=_find_end_of_pause(base, change),
        paused_from=None if change == ChangeDaily() or change.paused_until else base.paused_from,
        every=change.every or ("week" if change.weekdays is not None or change.shape else base.every),
        ends_on=_find_end(base, change, now),
        shape=shape if weekdays == named else "days",
        progress=base.progress if change.progress is None else change.progress,
    )
    changed = _hold_theme(changed, change, now)
    return replace(changed, starts_on=_find_start(changed, change.starts_on, now))


def _find_shape(base: Subscription, change: ChangeDaily) -> tuple[Shape, frozenset[int]]:
    """Return the shape after a change, and its days: days that are named end a week with a shape."""
    if change.weekdays is not None:
        return "days", change.weekdays
    if change.shape is None:
        return base.shape, base.weekdays
    return change.shape, SHAPED_WEEK if change.shape == "week" else WEEKDAYS


def _hold_theme(changed: Subscription, change: ChangeDaily, now: datetime) -> Subscription:
    """Return a subscription that stays with a theme; one that is given other themes does so no more."""
    if change.hold is None:
        return replace(changed, held_theme=None, held_until=None) if change.themes is not None else changed
    today = now.astimezone(ZoneInfo(changed.zone)).date()
    last = today + timedelta(weeks=change.hold.weeks) - timedelta(days=1)
    return replace(changed, held_theme=change.hold.theme, held_until=last)


def _find_end(base: Subscription, change: ChangeDaily, now: datetime) -> date | None:
    """Return the last day: a change that names none leaves one that is still to come."""
    today = now.astimezone(ZoneInfo(change.zone or base.zone)).date()
    ahead = base.ends_on is not None and base.ends_on >= max(today, change.starts_on or today)
    return change.ends_on or (base.ends_on if ahead else None)


def _find_start(changed: Subscription, starts_on: date | None, now: datetime) -> date | None:
    """Return the first day; a fortnight without one is counted from the first day on which a tip would come."""
    today = now.astimezone(ZoneInfo(changed.zone)).date()
    kept = starts_on or changed.starts_on
    if changed.every != "fortnight":
        return kept if kept and kept > today else None
    if kept:
        return kept
    due = find_next_due(Rhythm(changed.at, changed.zone, changed.weekdays), now)
    return due.day if due else today


def _find_end_of_pause(base: Subscription, change: ChangeDaily) -> date | None:
    """Return the end of the pause after a change. A plain “on” ends any pause, “no-date” only a dated pause."""
    if change == ChangeDaily():
        return None
    if change.paused_until == "no-date":
        return base.paused_until if base.paused_for_good else None
    return change.paused_until or base.paused_until

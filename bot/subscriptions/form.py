"""The form of the daily tip: its present values, and a submitted form read as a change. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from bot.actions import NATIONS, ChangeDaily, DailyForm, Nation
from bot.message import DailySetup
from bot.store.subscriptions import Subscription
from bot.subscriptions.commands import read_time
from bot.subscriptions.dates import read_pause_end
from bot.subscriptions.questions import WHOSE_HOLIDAYS
from bot.subscriptions.schedule import WEEKDAYS
from bot.subscriptions.times import NotUnderstoodError


def read_form(form: DailyForm, today: date) -> ChangeDaily:
    """Return a submitted form as a change, the pause included.

    Parameters
    ----------
    today
        The local date of the place.

    Raises
    ------
    NotUnderstoodError
        When one of the fields cannot be meant.
    """
    change = read_rhythm(form)
    return replace(change, paused_until=read_end_of_pause(form, today) or "no-date")


def read_rhythm(form: DailyForm) -> ChangeDaily:
    """Return a submitted form as a change, without the pause.

    Raises
    ------
    NotUnderstoodError
        When the time, the days or the nation cannot be meant.
    """
    at = read_time(form.at)
    if at is None:
        what = f": I did not understand “{form.at}”" if form.at else ""
        raise NotUnderstoodError(f"I could not read that time{what}; please try one such as 9:00 or half past eight.")
    if not form.weekdays and form.shape == "days":
        raise NotUnderstoodError("Please choose at least one day of the week.")
    nation: Nation | Literal[""] = next((one for one in NATIONS if one == form.nation), "")
    if form.nation != nation:
        raise NotUnderstoodError(WHOSE_HOLIDAYS)
    if form.shape == "week":
        return ChangeDaily(at, None, form.themes, None, nation, shape="week")
    return ChangeDaily(at, form.weekdays, form.themes, None, nation)


def keep_unchanged_days(change: ChangeDaily, current: Subscription | None) -> ChangeDaily:
    """Return a change that names no days where the form left them as they are: a fortnight stays a fortnight."""
    unchanged = current is not None and current.shape == "days" and change.weekdays == current.weekdays
    return replace(change, weekdays=None) if unchanged else change


def read_end_of_pause(form: DailyForm, today: date) -> date | None:
    """Return the first day with a tip again after the pause; None for no pause.

    Raises
    ------
    NotUnderstoodError
        When the date has passed or is too far away.
    """
    return read_pause_end(form.until, today)


def build_daily_setup(
    current: Subscription | None, nation: str, every_theme: Sequence[tuple[str, str]], today: date
) -> DailySetup:
    """Return the present setup of a place.

    Parameters
    ----------
    nation
        Whose bank holidays a new subscription leaves out.
    every_theme
        As (id, title) pairs.
    today
        The local date of the place.
    """
    themes = tuple(every_theme)
    if current is None:
        return DailySetup("none", "", tuple(sorted(WEEKDAYS)), (), nation, "", themes)
    until = current.end_of_pause(today)
    return DailySetup(
        state="stopped" if current.state != "on" else "paused" if current.paused_on(today) else "on",
        at=f"{current.at:%H:%M}",
        weekdays=tuple(sorted(current.weekdays)),
        themes=tuple(name for name, _ in themes if name in current.themes),
        nation=current.nation,
        paused_until=until.isoformat() if until else "",
        every_theme=themes,
        shape=current.shape,
    )

"""Dates as they are said and checked: names of days and months, and the end of a pause. Pure."""

import re
from datetime import date, timedelta

from bot.subscriptions.schedule import EVERY_DAY
from bot.subscriptions.times import NotUnderstoodError

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_LONGEST_PAUSE = timedelta(days=366)


def read_pause_end(text: str, today: date) -> date | None:
    """Return the first day with tips again, from a form: an ISO date, or empty for no pause.

    Raises
    ------
    NotUnderstoodError
        When it is no date, has passed or is too far away.
    """
    if not text.strip():
        return None
    try:
        end = date.fromisoformat(text.strip())
    except ValueError:
        raise NotUnderstoodError(_name_missing_date(text.strip())) from None
    check_end_of_pause(end, today)
    return end


def _name_missing_date(text: str) -> str:
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])-(\d{2})", text)
    if not found:
        return "I could not read that date; please give one such as 2026-03-03."
    return f"There is no {int(found[3])} {MONTH_NAMES[int(found[2]) - 1]} in {found[1]}; please check the date."


def check_end_of_pause(end: date, today: date) -> None:
    """Raise when the end of a pause has passed or is more than a year away.

    Raises
    ------
    NotUnderstoodError
        One kind sentence about it.
    """
    if end <= today:
        raise NotUnderstoodError(f"{format_date(end)} has passed; please give me a day that is still to come.")
    if end - today > _LONGEST_PAUSE:
        raise NotUnderstoodError(
            "That is more than a year away; “daily off” stops the tips, and “daily on” brings them back."
        )


def format_date(day: date) -> str:
    """Return a date as “Tuesday 3 March 2026”."""
    return f"{DAY_NAMES[day.weekday()]} {day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def abbreviate_weekday(weekday: int) -> str:
    """Return a day of the week (Monday is 0) as “mon”, which a request may say."""
    return DAY_NAMES[weekday][:3].lower()


def format_weekdays(days: frozenset[int], *, recurring: bool = False) -> str:
    """Return days of the week as “Monday to Friday”, “every day” or “Monday, Wednesday and Friday”.

    Parameters
    ----------
    recurring
        Whether single days are named as on each week: “on Mondays”, “on Mondays and Fridays”.
    """
    if days == EVERY_DAY:
        return "every day"
    ordered = sorted(days)
    names = [DAY_NAMES[day] for day in ordered]
    if len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"{names[0]} to {names[-1]}"
    names = [f"{name}s" for name in names] if recurring else names
    return ("on " if recurring else "") + join_words(names)


def join_words(words: list[str]) -> str:
    """Return words as “one, two and three”."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)

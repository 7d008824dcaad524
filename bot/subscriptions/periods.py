"""Periods of a request: a beginning and an end, as dates. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.subscriptions.dates import check_end_of_pause
from bot.subscriptions.day_forms import add_length, read_days
from bot.subscriptions.marks import Days, Length, Link, Mark, Weekdays
from bot.subscriptions.questions import ask_about
from bot.subscriptions.times import NotUnderstoodError

_DAY = timedelta(days=1)
_ENDS = ("to", "and", "through", "until")
_DAY_OF_MONTH = re.compile(r"(?:on )?(?:the )?\d{1,2}(?:st|nd|rd|th)")


@dataclass(frozen=True, slots=True)
class Period:
    """Days that follow each other.

    Parameters
    ----------
    start
        The first day; None for one that has begun.
    end
        The first day after it; None for a period without an end.
    """

    start: date | None
    end: date | None


@dataclass
class _Bounds:
    start: date | None = None
    end: date | None = None
    length: Length | None = None
    spans: int = 0  # stretches of days named


def read_period(marks: Sequence[Mark], today: date, *, inclusive: bool = False) -> Period | None:
    """Return the period that marks name; None when they name no day at all.

    Parameters
    ----------
    inclusive
        Whether “until Friday” includes Friday, as it does of tips; a pause until Friday ends before.

    Raises
    ------
    NotUnderstoodError
        When there is no such day, when the end comes before the beginning, or when a word is left over.
    """
    if not any(isinstance(mark.meaning, Days | Weekdays | Length) for mark in marks):
        return None
    bounds = _Bounds()
    link = ""
    for mark in marks:
        meaning = mark.meaning
        if isinstance(meaning, Link):
            link = link if meaning.kind in ("on", "for") else meaning.kind
            continue
        if isinstance(meaning, Length) and bounds.length is None:
            bounds.length = meaning
        elif isinstance(meaning, Days | Weekdays):
            days = _find_end(mark, meaning, bounds.start or today) if link in _ENDS else None
            _add_days(bounds, days or _find_days(meaning, today), link, mark, inclusive=inclusive)
        else:
            raise ask_about([mark.text])
        link = ""
    return _close(bounds, today, marks)


def _find_days(meaning: Days | Weekdays, today: date) -> Days:
    """Return the dates that are named; a day of the week is the next one after today."""
    if isinstance(meaning, Days):
        if meaning.problem:
            raise NotUnderstoodError(meaning.problem)
        return meaning
    if len(meaning.days) != 1:
        raise NotUnderstoodError("Please give the date of the first day and of the last.")
    (weekday,) = meaning.days
    day = today + timedelta(days=(weekday - today.weekday()) % 7 or 7)
    return Days(day, day)


def _find_end(mark: Mark, meaning: Days | Weekdays, start: date) -> Days | None:
    """Return the next such day after the beginning, for an end without a month: “from the 21st to the 4th”."""
    if isinstance(meaning, Weekdays):
        return _find_days(meaning, start)
    if meaning.last >= start or not _DAY_OF_MONTH.fullmatch(mark.text):
        return None
    again = read_days(mark.text, 0, start)
    return again[0] if again and isinstance(again[0], Days) else None


def _add_days(bounds: _Bounds, days: Days, link: str, mark: Mark, *, inclusive: bool) -> None:
    match link:
        case "until":
            bounds.end = days.last + _DAY if inclusive else days.first
        case "through":
            bounds.end = days.last + _DAY
        case "from" | "between":
            bounds.start = days.first
        case "to" | "and" if bounds.start is not None:
            if bounds.spans and link == "and" and days.first != bounds.end:
                raise ask_about([mark.text])  # a gap between the days
            bounds.end = days.last + _DAY
        case "":
            if bounds.start is not None or bounds.end is not None:
                raise ask_about([mark.text])
            bounds.start, bounds.end = days.first, days.last + _DAY
            bounds.spans = 1
        case _:
            raise ask_about([mark.text])


def _close(bounds: _Bounds, today: date, marks: Sequence[Mark]) -> Period:
    start, end = bounds.start, bounds.end
    if bounds.length:
        if end is not None and (not bounds.spans or (start and end - start > _DAY)):
            raise ask_about([mark.text for mark in marks])  # “two weeks in January”: which of them is not said
        end = add_length(start or today, bounds.length)
    if end is not None and (end <= today or (start is not None and end <= start)):
        words = " ".join(mark.text for mark in marks)
        raise NotUnderstoodError(f"“{words}” ends before it begins; please check the dates.")
    if end is not None:
        check_end_of_pause(end, today)
    return Period(start, end)

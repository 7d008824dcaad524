"""Dates and days as people write them: weekdays, mon-thu, until 3 March, for two weeks. Pure."""

import re
from datetime import date, timedelta
from typing import Any

from bot.subscriptions.schedule import EVERY_DAY, WEEKDAYS
from bot.subscriptions.times import NotUnderstoodError

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_LONGEST_PAUSE = timedelta(days=366)

_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
_SETS = {
    r"(?:every |each |on )?(?:weekdays?|working days?)": WEEKDAYS,
    r"(?:every|each) ?day": EVERY_DAY,
    r"(?:every |each |on |at )?weekends?": frozenset({5, 6}),
}
_RANGE = re.compile(rf"\b(?P<first>{_DAY})\s*(?:-|–|to|until)\s*(?P<last>{_DAY})\b")
_LIST = re.compile(rf"\b(?:on |every |each )?{_DAY}(?:(?:\s*(?:,|and|&|\+)\s*|\s+)(?:and )?{_DAY})*\b")

_MONTHS = "|".join(f"{name[:3].lower()}(?:{name[3:].lower()})?" for name in MONTH_NAMES)
_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>\d{4}|\d{2}))?"),
    re.compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<name>{_MONTHS})\b(?:,? (?P<year>\d{{4}}))?"),
    re.compile(rf"(?P<name>{_MONTHS})\b (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>\d{{4}}))?"),
)
_BEFORE_DATE = re.compile(rf"(?:on )?(?:(?P<weekday>{_DAY}),? )?(?:the )?(?=\S*\d|{_MONTHS})")
_COUNT = r"(?:the next )?(?P<count>\d{1,3})|an?|the next"
_SPAN = re.compile(rf"(?:for )?(?:{_COUNT}) ?(?P<unit>day|week|fortnight|month)s?")
_UNITS = {"day": 1, "week": 7, "fortnight": 14, "month": 30}


def find_weekdays(text: str) -> tuple[frozenset[int], tuple[int, int]] | None:
    """Return the days of the week in lower-case text, with their span as (start, end)."""
    for words, days in _SETS.items():
        if found := re.search(rf"\b{words}\b", text):
            return days, found.span()
    if found := _RANGE.search(text):
        first, last = _read_weekday(found["first"]), _read_weekday(found["last"])
        return frozenset((first + n) % 7 for n in range((last - first) % 7 + 1)), found.span()
    if found := _LIST.search(text):
        return frozenset(_read_weekday(day) for day in re.findall(_DAY, found.group())), found.span()
    return None


def _read_weekday(day: str) -> int:
    return next(number for number, name in enumerate(DAY_NAMES) if name.lower().startswith(day[:3]))


def find_end_of_pause(text: str, today: date) -> date | None:
    """Return the first day on which tips come again, from lower-case text with numbers in figures.

    Parameters
    ----------
    text
        What follows the word “pause”.
    today
        The local date of the place.

    Returns
    -------
    date or None
        None when the text is empty: a pause without an end.

    Raises
    ------
    NotUnderstoodError
        When no date can be read, when there is no such date, or when it has passed.
    """
    words = text.strip().removeprefix("until").removeprefix("till").strip()
    if not words:
        return None
    end = _read_span(words, today) or _read_named_day(words, today) or _read_date(words, today)
    if end is None:
        raise NotUnderstoodError(
            "I could not read that date; please try “daily pause until 3 March” or “for two weeks”."
        )
    check_end_of_pause(end, today)
    return end


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


def _read_span(words: str, today: date) -> date | None:
    found = _SPAN.fullmatch(words)
    if not found:
        return None
    count = int(found["count"] or 1)
    return today + timedelta(days=count * _UNITS[found["unit"]])


def _read_named_day(words: str, today: date) -> date | None:
    if words == "tomorrow":
        return today + timedelta(days=1)
    if words == "next week":
        return today + timedelta(days=7 - today.weekday())
    if re.fullmatch(rf"(?:next )?{_DAY}", words):
        ahead = (_read_weekday(words.removeprefix("next ")) - today.weekday()) % 7 or 7
        return today + timedelta(days=ahead)
    return None


def _read_date(words: str, today: date) -> date | None:
    before = _BEFORE_DATE.match(words)
    rest = words[before.end() :] if before else words
    found = next((match for pattern in _DATES if (match := pattern.fullmatch(rest))), None)
    if not found:
        return None
    day = _read_calendar_day(found.groupdict(), today)
    if before and before["weekday"] and _read_weekday(before["weekday"]) != day.weekday():
        named = DAY_NAMES[_read_weekday(before["weekday"])]
        raise NotUnderstoodError(f"The date you give is {format_date(day)}, not a {named}; please check it.")
    return day


def _read_calendar_day(groups: dict[str, Any], today: date) -> date:
    year, day = groups.get("year"), int(groups["day"])
    month = int(groups["month"]) if groups.get("month") else _read_month(groups["name"])
    if year:
        return _build_date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this_year = _build_date(today.year, month, day, or_next_year=True)
    return this_year if this_year > today else _build_date(today.year + 1, month, day)


def _read_month(name: str) -> int:
    return next(number for number, month in enumerate(MONTH_NAMES, 1) if month.lower().startswith(name[:3]))


def _build_date(year: int, month: int, day: int, or_next_year: bool = False) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        if or_next_year:  # 29 February may still come
            return _build_date(year + 1, month, day)
        named = f"{day} {MONTH_NAMES[month - 1]}" if 1 <= month <= len(MONTH_NAMES) else f"{day}/{month}"
        raise NotUnderstoodError(f"There is no {named} in {year}; please check the date.") from None


def format_date(day: date) -> str:
    """Return a date as “Tuesday 3 March 2026”."""
    return f"{DAY_NAMES[day.weekday()]} {day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def abbreviate_weekday(weekday: int) -> str:
    """Return a day of the week (Monday is 0) as “mon”, which `find_weekdays` reads back."""
    return DAY_NAMES[weekday][:3].lower()


def format_weekdays(days: frozenset[int]) -> str:
    """Return days of the week as “Monday to Friday”, “every day” or “Monday, Wednesday and Friday”."""
    if days == EVERY_DAY:
        return "every day"
    ordered = sorted(days)
    names = [DAY_NAMES[day] for day in ordered]
    if len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"{names[0]} to {names[-1]}"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

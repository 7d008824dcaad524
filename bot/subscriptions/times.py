"""A time of day as people write it: 9, 9am, 09.00, half past eight, noon. Pure."""

import re
from collections.abc import Callable
from datetime import time


class NotUnderstoodError(ValueError):
    """The text has an impossible or ambiguous value; the message is one kind sentence for its writer."""


_WORDS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_NUMBERS = {word: number for number, word in enumerate(_WORDS, 1)} | {"thirty": 30, "forty": 40, "fifty": 50}
_TENS = ("twenty", "thirty", "forty", "fifty")
_ONES = "|".join(_WORDS[:9])
_NUMBER_WORD = re.compile(rf"\b(?:({'|'.join(_TENS)})[ -]({_ONES})|({'|'.join(_NUMBERS)}))\b")

_HALF_OF_DAY = (
    r"(?:\s*(?P<half>a\.?m\b\.?|p\.?m\b\.?)"
    r"|\s+(?P<half_words>in the (?:morning|afternoon|evening)|at night))?"
)
_FREE = r"(?<![\w:./-])"  # not inside a word, a date or a longer number
_END = r"(?![\w:/-]|\.\d)"
_NEAR_DATE = (
    r"(?!\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b)(?!\s*(?:days?|weeks?|months?|minutes?)\b)"
)
_AM_PM_HOURS = 12
_OTHER_HALF = {"am": "pm", "pm": "am"}
_EARLY = 6  # "at 5" may be five in the morning or in the afternoon; "at 8" is the morning at work


def replace_number_words(text: str) -> str:
    """Return the text with number words as figures: “half past eight” becomes “half past 8”."""

    def figure(found: re.Match[str]) -> str:
        tens, ones, alone = found.groups()
        return str(_NUMBERS[tens] + _NUMBERS[ones] if tens else _NUMBERS[alone])

    return _NUMBER_WORD.sub(figure, text)


def find_time(text: str) -> tuple[time, tuple[int, int]] | None:
    """Return the time of day in a text whose numbers are figures (see `replace_number_words`).

    Returns
    -------
    tuple or None
        The time, and its span as (start, end).

    Raises
    ------
    NotUnderstoodError
        When the day has no such time, or when it may be one of two.
    """
    for pattern, read in _FORMS:
        if found := pattern.search(text):
            return read(found), found.span()
    return None


def _read_noon(found: re.Match[str]) -> time:
    return time(0 if found["name"] == "midnight" else 12)


def _read_fraction(found: re.Match[str]) -> time:
    """Read “half past 8”, “quarter to 9”, “10 past 9”, “25 to 10”."""
    minutes = {"half": 30, "quarter": 15, "a quarter": 15}.get(found["minutes"]) or int(found["minutes"].split()[0])
    hour = int(found["hour"])
    half = _read_half_of_day(found)
    if found["direction"] == "to":
        if hour == _AM_PM_HOURS and half in _OTHER_HALF:  # noon is 12pm, and a quarter to it is in the morning
            half = _OTHER_HALF[half]
        hour, minutes = (hour - 1 or 12 if hour <= _AM_PM_HOURS else hour - 1), 60 - minutes
    return _build_time(hour, minutes, found, exact=False, half=half)


def _read_clock(found: re.Match[str]) -> time:
    """Read “8:30”, “08.30”, “8h30”."""
    return _build_time(int(found["hour"]), int(found["minute"]), found, exact=True)


def _read_military(found: re.Match[str]) -> time:
    """Read “0830”, “1430 hours”."""
    return _build_time(int(found["hour"]), int(found["minute"]), found, exact=True)


def _read_bare_hour(found: re.Match[str]) -> time:
    """Read “9”, “9am”, “9 o'clock”, and “9 30” from “nine thirty”."""
    return _build_time(int(found["hour"]), int(found["minute"] or 0), found, exact=found["hour"].startswith("0"))


def _read_half_of_day(found: re.Match[str]) -> str:
    groups = found.groupdict()
    return (groups.get("half") or groups.get("half_words") or "").replace(".", "")


def _build_time(hour: int, minute: int, found: re.Match[str], exact: bool, half: str | None = None) -> time:
    half = _read_half_of_day(found) if half is None else half
    written = " ".join(found.group().split())
    if half and 1 <= hour <= _AM_PM_HOURS:
        afternoon = half == "pm" or any(word in half for word in ("afternoon", "evening", "night"))
        hour = hour % _AM_PM_HOURS + (_AM_PM_HOURS if afternoon else 0)
    elif not half and not exact and 1 <= hour < _EARLY:
        raise NotUnderstoodError(
            f"Do you mean {hour:02}:{minute:02} or {hour + 12}:{minute:02}? Please write it like one of these."
        )
    try:
        return time(hour, minute)
    except ValueError:
        raise NotUnderstoodError(
            f"I know no time of day called “{written}”; please try one such as 9:00 or half past eight."
        ) from None


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], time]], ...] = (
    (re.compile(r"\b(?:12\s*)?(?P<name>noon|midday|midnight)\b"), _read_noon),
    (
        re.compile(
            rf"{_FREE}(?P<minutes>half|a quarter|quarter|\d{{1,2}}(?: minutes?)?) (?P<direction>past|to) "
            rf"(?P<hour>\d{{1,2}})(?: ?o'?clock)?{_HALF_OF_DAY}{_END}"
        ),
        _read_fraction,
    ),
    (re.compile(rf"{_FREE}(?P<hour>\d{{1,2}})[:.h](?P<minute>\d{{2}})(?::00)?{_HALF_OF_DAY}{_END}"), _read_clock),
    (re.compile(rf"{_FREE}(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?: ?(?:hours|hrs))?{_END}"), _read_military),
    (
        re.compile(
            rf"{_FREE}(?P<hour>\d{{1,2}})(?: (?P<minute>\d{{2}}))?(?: ?o'?clock)?{_NEAR_DATE}{_HALF_OF_DAY}{_END}"
        ),
        _read_bare_hour,
    ),
)

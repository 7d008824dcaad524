"""A time of day as people write it: 9, 9am, 09.00, half eight, quarter to nine, 9hrs, 12 noon. Pure."""

import re
from collections.abc import Callable, Sequence
from datetime import time

from bot.actions import Command
from bot.subscriptions.marks import Clock
from bot.subscriptions.words import NUMBER, NUMBER_WORD, read_number


class NotUnderstoodError(ValueError):
    """The text has an impossible, ambiguous or unplaced value; the message is one kind sentence for its writer.

    Parameters
    ----------
    offers
        What the writer may have meant, for buttons.
    """

    def __init__(self, sentence: str, offers: Sequence[Command] = ()) -> None:
        super().__init__(sentence)
        self.offers = tuple(offers)


_HALF_OF_DAY = (
    r"(?:\s*(?P<half>a\.?\s?m\b\.?|p\.?\s?m\b\.?)"
    r"|\s+(?P<half_words>in the (?:morning|afternoon|evening)|at night|this (?:morning|afternoon|evening)))?"
)
_CLOCK_WORD = r"(?:\s?o'?\s?clock)?"
_END = r"(?![\w/]|[:.]\d|'?s\b)"
_NO_COUNT = (
    r"(?!(?:st|nd|rd|th)\b)(?!\s*(?:days?|weeks?|fortnights?|months?|years?|minutes?|mins?|people|staff|colleagues)\b)"
    r"(?!\s+(?:of|times?|tips?)\b)(?!\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b)"
)
_MINUTES_IN_WORDS = rf"(?:twenty[- ]five|twenty|ten|five|{NUMBER_WORD}(?= minutes?))"
_AM_PM_HOURS = 12
_OTHER_HALF = {"am": "pm", "pm": "am"}
_EARLY = 6  # "at 5" may be five in the morning or in the afternoon; "at 8" is the morning at work


def read_clock(text: str, start: int) -> tuple[Clock, int] | None:
    """Return the longest time of day that begins at a position of a normalised text, and its end; None without one."""
    found = [
        (match.end(), read(match)) for pattern, read in _FORMS if (match := pattern.match(text, start)) is not None
    ]
    if not found:
        return None
    end, clock = max(found, key=lambda one: one[0])
    return clock, end


def _read_noon(found: re.Match[str]) -> Clock:
    return Clock(time(0 if found["name"] == "midnight" else 12))


def _read_fraction(found: re.Match[str]) -> Clock:
    """Read “half past 8”, “quarter to 9”, “10 past 9”, “25 to 10”."""
    minutes = {"half": 30, "quarter": 15, "a quarter": 15}.get(found["minutes"])
    minutes = minutes or read_number(found["minutes"].removesuffix("s").removesuffix(" minute"))
    hour = read_number(found["hour"])
    half = _read_half_of_day(found)
    if found["direction"] == "to":
        if hour == _AM_PM_HOURS and half in _OTHER_HALF:  # noon is 12pm, and a quarter to it is in the morning
            half = _OTHER_HALF[half]
        hour, minutes = (hour - 1 or 12 if hour <= _AM_PM_HOURS else hour - 1), 60 - minutes
    return _build_clock(hour, minutes, found, exact=False, half=half)


def _read_half_hour(found: re.Match[str]) -> Clock:
    """Read “half eight”, which is half past eight."""
    return _build_clock(read_number(found["hour"]), 30, found, exact=False)


def _read_exact(found: re.Match[str]) -> Clock:
    """Read “08:30”, “8.30”, “8h30”, “0830”, “1430 hours”."""
    return _build_clock(int(found["hour"]), int(found["minute"]), found, exact=len(found["hour"]) > 1)


def _read_hour(found: re.Match[str]) -> Clock:
    """Read “9”, “9am”, “9 o'clock”, “9hrs”, “9ish”, and “nine thirty”."""
    minute = read_number(found["minute"].strip(" -")) if found["minute"] else 0
    bare = found.group().strip() == found["hour"]
    exact = found["hour"].startswith("0")
    return _build_clock(read_number(found["hour"]), minute, found, exact=exact, bare=bare)


def _read_half_of_day(found: re.Match[str]) -> str:
    groups = found.groupdict()
    return re.sub(r"[.\s]", "", groups.get("half") or "") or groups.get("half_words") or ""


def _build_clock(
    hour: int, minute: int, found: re.Match[str], *, exact: bool, half: str | None = None, bare: bool = False
) -> Clock:
    half = _read_half_of_day(found) if half is None else half
    if half and 1 <= hour <= _AM_PM_HOURS:
        afternoon = half == "pm" or any(word in half for word in ("afternoon", "evening", "night"))
        hour = hour % _AM_PM_HOURS + (_AM_PM_HOURS if afternoon else 0)
    either = not half and not exact and 1 <= hour < _AM_PM_HOURS
    try:
        at = time(hour, minute)
        later = time(hour + _AM_PM_HOURS, minute) if either else None
    except ValueError:
        written = " ".join(found.group().split())
        problem = f"I know no time of day called “{written}”; please try one such as 9:00 or half past eight."
        return Clock(None, problem, bare)
    if later and hour < _EARLY:
        problem = f"Do you mean {at:%H:%M} or {later:%H:%M}? Please write it like one of these."
        return Clock(None, problem, bare, later)
    return Clock(at, bare=bare, afternoon=later)


def _build_forms() -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Clock]], ...]:
    """Return the forms of a time.

    “9 to 10” in figures is no form but a range; “ten to nine” in words is one unless “from” stands before it.
    """
    hour = rf"(?P<hour>{NUMBER}){_CLOCK_WORD}{_HALF_OF_DAY}{_END}"
    minutes = rf"half|a quarter|quarter|{_MINUTES_IN_WORDS}(?: minutes?)?|\d{{1,2}} minutes?"
    forms: tuple[tuple[str, Callable[[re.Match[str]], Clock]], ...] = (
        (r"(?:(?:12(?:[:.]?00)?|twelve)\s*)?(?P<name>noon|midday|midnight)\b", _read_noon),
        (rf"(?<!from )(?<!between )(?P<minutes>{minutes})[ -](?P<direction>past|to)[ -]{hour}", _read_fraction),
        (rf"(?P<minutes>\d{{1,2}}) (?P<direction>past) {hour}", _read_fraction),
        (rf"(?P<minutes>20|25) (?P<direction>to) {hour}", _read_fraction),
        (rf"(?P<minutes>10) (?P<direction>to) (?=[1-9](?!\d)){hour}", _read_fraction),
        (rf"half[ -](?P<hour>{NUMBER}){_CLOCK_WORD}{_HALF_OF_DAY}{_END}", _read_half_hour),
        (
            rf"(?P<hour>\d{{1,2}})[:.h](?P<minute>\d{{2}})(?::00)?(?:\s?(?:hours|hrs|h)\b)?{_HALF_OF_DAY}{_END}",
            _read_exact,
        ),
        (rf"(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?:\s?(?:hours|hrs|h)\b)?{_END}", _read_exact),
        (
            rf"(?P<hour>{NUMBER})"
            r"(?P<minute>(?<=\d) [0-5]\d|[ -](?:(?:twenty|thirty|forty|fifty)(?:[- ]five)?|ten|fifteen))?"
            rf"(?:{_CLOCK_WORD}|\s?(?:hours|hrs|h)\b|[ -]?ish\b){_NO_COUNT}{_HALF_OF_DAY}{_END}",
            _read_hour,
        ),
    )
    return tuple((re.compile(pattern), read) for pattern, read in forms)


_FORMS = _build_forms()

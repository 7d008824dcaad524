"""The day that somebody names when they ask to be reminded (pure)."""

import re
from datetime import date, timedelta
from typing import Literal

from bot.conversation.wording import fold

Day = date | Literal["week", "never"]
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = re.compile(r"\b(mon|tue|tues|wed|weds|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?s?\b")
_IN_DAYS = re.compile(r"\bin (?:a |about )?(\d|one|two|three|four|five|six|seven|couple of|few) days?\b")
_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "couple of": 2, "few": 3}
_WEEK = re.compile(r"\b(?:this week|next week|in a week|within the week|end of (?:the )?week|later)\b")
_NEVER = re.compile(r"\b(?:never|no reminder|dont (?:ask|remind)(?: me)?|do not (?:ask|remind)|no need|not ask)\b")
_MOMENT = re.compile(
    r"(?:when|whenever|after|before|once|as soon as|during|straight after|right after|at (?:my|our|the next|tomorrow))"
    r"\b\W*\w+\W+\w+",
    re.IGNORECASE,
)
_WILL = re.compile(r"\bi(?:['’]ll| will)\b", re.IGNORECASE)
_FEW_WORDS = 10
_TODAY = re.compile(r"\b(?:today|this afternoon|tonight|this evening|now)\b")


def names_a_moment(text: str, *, is_problem: bool) -> bool:
    """Return whether a turn names a moment in a person's own words: “after Tuesday’s huddle”, “when it is quiet”.

    Parameters
    ----------
    is_problem
        Whether the turn by itself asks for a lesson: then only one that goes on with “I will” names a moment.
    """
    if "?" in text or not _MOMENT.match(text.strip()):
        return False
    return bool(_WILL.search(text)) or (not is_problem and len(text.split()) <= _FEW_WORDS)


def read_day(text: str, today: date) -> Day | None:
    """Return the day that a turn names, or “week” or “never”; None where it names none.

    Parameters
    ----------
    today
        The local date.
    """
    folded = fold(text)
    if _NEVER.search(folded):
        return "never"
    if found := _DAY.search(folded):
        ahead = (_NAMES.index(found[1][:3]) - today.weekday()) % 7 or 7
        return today + timedelta(days=ahead)
    if found := _IN_DAYS.search(folded):
        return today + timedelta(days=_COUNTS.get(found[1]) or int(found[1]))
    if re.search(r"\btomorrow\b", folded):
        return today + timedelta(days=1)
    if _TODAY.search(folded):
        return today
    return "week" if _WEEK.search(folded) else None

"""Cues of promises: the moment that a small step is tied to, and the day that follows from it. Pure."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta

from bot.actions import CueKind
from bot.subscriptions.dates import DAY_NAMES
from bot.subscriptions.day_forms import read_ahead, read_days
from bot.subscriptions.marks import Days, Length, Weekdays
from bot.subscriptions.words import normalise

AFTERNOON = time(15)  # local time of the question on the day of a huddle
LONGEST_OWN = 120  # characters of a cue in a person's own words that are kept
_ASKING = frozenset(
    {"a", "about", "again", "ask", "at", "can", "could", "do", "for", "how", "in", "it", "maybe", "me", "morning", "ok"}
    | {"nudge", "on", "please", "remind", "reminder", "say", "send", "set", "so", "step", "that", "the", "then", "this"}
    | {"to", "us", "will", "yes", "you"}
)
_WILL = re.compile(r",?\s*\bi(?:'ll| will)\b.*$", re.IGNORECASE)


def describe_cue(kind: CueKind, day: date | None, own: str = "") -> str:
    """Return a cue as a moment: “after Tuesday’s huddle”, or a person's own words."""
    match kind:
        case "own":
            return f"“{own}”"
        case "huddle":
            return f"after {f'{DAY_NAMES[day.weekday()]}’s' if day else 'your next'} huddle"
        case "meeting":
            return f"at your {f'team meeting on {DAY_NAMES[day.weekday()]}' if day else 'next team meeting'}"
        case "one-to-one":
            return f"at your {f'one-to-one on {DAY_NAMES[day.weekday()]}' if day else 'next one-to-one'}"


def cut_own_words(text: str) -> str:
    """Return the moment of “When the huddle ends, I will ask two people”, cut to what is kept."""
    moment = _WILL.sub("", " ".join(text.replace("’", "'").split())).strip(" .,;!“”\"'")
    return moment[:LONGEST_OWN]


def find_date(text: str, today: date) -> date | None:
    """Return the date for which a text asks and nothing else: “remind me on the 10th, please”; None for any other.

    Parameters
    ----------
    today
        The person's local date.
    """
    plain = normalise(text)
    for meaning, start, end in _list_days(plain, today):
        if isinstance(meaning, Days) and not meaning.problem and meaning.first == meaning.last:
            beside = re.findall(r"[\w']+", f"{plain[:start]} {plain[end:]}")
            return meaning.first if _ASKING.issuperset(beside) else None
    return None


def find_day_of(text: str, today: date) -> date | None:
    """Return the day that a cue in a person's own words names; None where no day follows from it.

    Parameters
    ----------
    today
        The person's local date.
    """
    for meaning, _, _ in _list_days(normalise(text), today):
        if isinstance(meaning, Days) and not meaning.problem and meaning.first == meaning.last:
            return meaning.first
        if isinstance(meaning, Weekdays) and len(meaning.days) == 1:
            (weekday,) = meaning.days
            return today + timedelta(days=(weekday - today.weekday()) % 7)
    return None


def _list_days(text: str, today: date) -> Iterator[tuple[Days | Weekdays | Length, int, int]]:
    """Yield what each word of a normalised text begins of dates, days and lengths, with its beginning and end."""
    for word in re.finditer(r"(?<!\S)\S", text):
        if found := read_ahead(text, word.start(), today) or read_days(text, word.start(), today):
            yield found[0], word.start(), found[1]

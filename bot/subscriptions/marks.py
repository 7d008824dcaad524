"""What a stretch of a request says. Every word stands in one mark; `Unplaced` are the words to ask about."""

from dataclasses import dataclass
from datetime import date, time
from typing import Literal

from bot.actions import Every, Nation

LinkKind = Literal["from", "to", "until", "through", "between", "and", "or", "not", "instead", "for", "on"]
ActKind = Literal["off", "pause", "on", "skip", "move", "send", "status", "preview", "test", "without pause"]


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day; None with a sentence about the problem where the time is impossible or one of two.

    Parameters
    ----------
    bare
        Whether it is a number and nothing else, so that it might count something other than hours.
    afternoon
        The same time after noon, where nothing in its own words says which half of the day is meant.
    """

    at: time | None
    problem: str = ""
    bare: bool = False
    afternoon: time | None = None


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Days of the week; Monday is 0.

    Parameters
    ----------
    recurring
        Whether they are meant each week (“Fridays”, “every Friday”), rather than the next one (“Friday”).
    """

    days: frozenset[int]
    recurring: bool


@dataclass(frozen=True, slots=True)
class Days:
    """Dates, both ends included; `problem` is a sentence about a date that there is not."""

    first: date
    last: date
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time, in days or calendar months."""

    count: int
    months: bool = False


@dataclass(frozen=True, slots=True)
class Often:
    """How often a tip comes: each week, each fortnight or in the first week of each month."""

    every: Every


@dataclass(frozen=True, slots=True)
class TimesAWeek:
    """How many tips come in a week."""

    count: int


@dataclass(frozen=True, slots=True)
class Impossible:
    """A rhythm that there is not, with the nearest that there is.

    Parameters
    ----------
    days
        The days of the nearest; None for those that are named elsewhere in the request.
    every
        How often the nearest comes.
    """

    days: frozenset[int] | None
    every: Every | None = None


@dataclass(frozen=True, slots=True)
class Themes:
    """Themes by their ids; empty for every theme."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone by its IANA name."""

    name: str


@dataclass(frozen=True, slots=True)
class Holidays:
    """Whose bank holidays are left out; empty for nobody's, None where the request does not say whose."""

    nation: Nation | Literal[""] | None


@dataclass(frozen=True, slots=True)
class Link:
    """A small word that joins others, or that takes away."""

    kind: LinkKind


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be done with the tip."""

    kind: ActKind


@dataclass(frozen=True, slots=True)
class Shaped:
    """A week with a shape: a small step, a story and a question."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Whether a place sees how many small steps were taken in it."""

    shown: bool


@dataclass(frozen=True, slots=True)
class Holding:
    """A theme that is to be stayed with."""


@dataclass(frozen=True, slots=True)
class TipNoun:
    """The daily tip, by its name."""


@dataclass(frozen=True, slots=True)
class ForNow:
    """That something is not meant for good: a tip that is stopped for now is paused."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Words that are known to change nothing."""


@dataclass(frozen=True, slots=True)
class Vague:
    """A time or a period without figures, such as “first thing” or “over Christmas”: it is asked when that is."""

    kind: Literal["time", "period"]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A word that nobody has placed: the request is not acted on."""


Meaning = (
    Clock
    | Weekdays
    | Days
    | Length
    | Often
    | TimesAWeek
    | Impossible
    | Themes
    | Zone
    | Holidays
    | Link
    | Act
    | Shaped
    | Holding
    | Progress
    | TipNoun
    | ForNow
    | Nothing
    | Vague
    | Unplaced
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a text and what it says.

    Parameters
    ----------
    text
        As it was typed.
    start, end
        Its span in the text.
    """

    meaning: Meaning
    text: str
    start: int
    end: int

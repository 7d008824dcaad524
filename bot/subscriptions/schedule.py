"""The schedule of tips: due times by the wall clock of the place, with zoneinfo alone. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.actions import Every

WEEKDAYS = frozenset(range(5))  # Monday is 0
EVERY_DAY = frozenset(range(7))
SHAPED_WEEK = frozenset({0, 2, 4})  # a small step, a story, the question what happened
CATCH_UP = timedelta(hours=3)  # a tip later than this is not posted any more
_DAY = timedelta(days=1)
_DAYS_OF_WEEK, _FORTNIGHT = 7, 14
_A_MONDAY = date(2026, 1, 5)  # fortnights are counted from here where no first day is known


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The days and the time of day at which a place gets its tip.

    Parameters
    ----------
    at
        Local time of day, to the minute.
    zone
        IANA name of the zone in which `at` is read.
    weekdays
        Monday is 0; at least one.
    every
        Each week, each fortnight, or the first such day of each month.
    starts_on
        First local date; a fortnight is counted from its week.
    ends_on
        Last local date; None without an end.
    """

    at: time
    zone: str
    weekdays: frozenset[int] = WEEKDAYS
    every: Every = "week"
    starts_on: date | None = None
    ends_on: date | None = None

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= EVERY_DAY:
            raise ValueError("a rhythm needs at least one day of the week, from 0 to 6")

    def includes(self, day: date) -> bool:
        """Return whether a local date is one of its days."""
        if day.weekday() not in self.weekdays:
            return False
        if (self.starts_on and day < self.starts_on) or (self.ends_on and day > self.ends_on):
            return False
        if self.every == "month":
            return day.day <= _DAYS_OF_WEEK
        first = self.starts_on or _A_MONDAY
        return self.every == "week" or (_monday_of(day) - _monday_of(first)).days % _FORTNIGHT == 0


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One tip that is due.

    Parameters
    ----------
    at
        The instant, in UTC.
    day
        The local date it belongs to. A place gets at most one tip for each.
    """

    at: datetime
    day: date


def resolve_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the instant of a local date and time.

    Returns
    -------
    datetime
        In UTC. A time that the clocks jump over is moved forward by the gap; one that comes twice
        is taken at its first coming.
    """
    # With fold=0 zoneinfo reads both by PEP 495: with the offset before the change.
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


def iterate_dues(rhythm: Rhythm, after: datetime, first_day: date | None = None) -> Iterator[Due]:
    """Yield every due tip, in order, without end but that of the rhythm.

    Parameters
    ----------
    after
        Only instants later than this one (aware).
    first_day
        Local date before which nothing is due, for a pause.
    """
    zone = ZoneInfo(rhythm.zone)
    day = max(filter(None, (after.astimezone(zone).date() - _DAY, first_day, rhythm.starts_on)))
    while day < date.max - _DAY:
        if rhythm.ends_on is not None and day > rhythm.ends_on:
            return
        if rhythm.includes(day) and _has_date(day, zone):
            due = Due(resolve_instant(day, rhythm.at, zone), day)
            if due.at > after:
                yield due
        day += _DAY


def find_next_due(rhythm: Rhythm, after: datetime, first_day: date | None = None) -> Due | None:
    """Return the first due tip after an instant; None when none comes any more. See `iterate_dues`."""
    return next(iterate_dues(rhythm, after, first_day), None)


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def is_too_late(due: datetime, now: datetime) -> bool:
    """Return whether a tip is more than three hours late, and so must not be posted any more."""
    return now - due > CATCH_UP


def _has_date(day: date, zone: ZoneInfo) -> bool:
    """Return whether a zone has a date at all: a zone that moves across the date line omits one."""
    noon = datetime.combine(day, time(12), tzinfo=zone)
    return noon.astimezone(UTC).astimezone(zone).date() == day

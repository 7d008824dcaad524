"""When the digest of a month comes, and which month it is about. Pure."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.subscriptions.bank_holidays import find_bank_holiday
from bot.subscriptions.schedule import resolve_instant

_AT = time(10)  # local time of day
_DAY = timedelta(days=1)
_SATURDAY = 5


def find_next_digest(zone: str, nation: str, after: datetime) -> datetime:
    """Return 10:00 on the first working day of a month, the first one after an instant, in UTC.

    Parameters
    ----------
    zone
        IANA name of the place's zone.
    nation
        On whose bank holidays nothing is posted; empty for nobody's.
    """
    first = after.astimezone(ZoneInfo(zone)).date().replace(day=1)
    due = resolve_instant(_find_working_day(first, nation), _AT, ZoneInfo(zone))
    if due > after:
        return due
    return resolve_instant(_find_working_day(_next_month(first), nation), _AT, ZoneInfo(zone))


def find_month_before(due: datetime, zone: str) -> tuple[date, datetime, datetime]:
    """Return the month that a digest is about: its first day, and the instants between which it lies."""
    after = due.astimezone(ZoneInfo(zone)).date().replace(day=1)
    first = (after - _DAY).replace(day=1)
    midnight = time()
    return first, resolve_instant(first, midnight, ZoneInfo(zone)), resolve_instant(after, midnight, ZoneInfo(zone))


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _find_working_day(day: date, nation: str) -> date:
    while day.weekday() >= _SATURDAY or find_bank_holiday(nation, day):
        day += _DAY
    return day

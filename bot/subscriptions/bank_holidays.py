"""Bank holidays of the four nations, offline."""

from datetime import date
from functools import cache
from typing import Any

_SUBDIVISIONS = {"England": "ENG", "Wales": "WLS", "Scotland": "SCT", "Northern Ireland": "NIR"}


def find_bank_holiday(nation: str, day: date) -> str | None:
    """Return the name of the bank holiday of a nation on a date; None on other days and for an empty nation."""
    return _load_calendar(nation).get(day) if nation else None


@cache
def _load_calendar(nation: str) -> Any:
    from holidays import country_holidays  # its import takes 0.1 s

    return country_holidays("GB", subdiv=_SUBDIVISIONS[nation], language="en_GB")

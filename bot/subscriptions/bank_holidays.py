"""Bank holidays of the four nations, offline."""

from datetime import date
from functools import cache
from typing import Any

_SUBDIVISIONS = {"England": "ENG", "Wales": "WLS", "Scotland": "SCT", "Northern Ireland": "NIR"}


def find_bank_holiday(nation: str, day: date) -> str | None:
    """Name the bank holiday of a nation on a date; None when it is none, or when the nation is empty."""
    return _load_calendar(nation).get(day) if nation else None


@cache
def _load_calendar(nation: str) -> Any:
    from holidays import country_holidays  # a tenth of a second to import

    return country_holidays("GB", subdiv=_SUBDIVISIONS[nation], language="en_GB")

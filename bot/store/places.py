"""The columns of a row that hold a place."""

from typing import Any, cast

from sqlalchemy import Row

from bot.message import Place, Platform


def build_place_columns(place: Place) -> dict[str, Any]:
    """Return the columns of a place."""
    return {
        "place": place.key,
        "platform": place.platform,
        "team": place.team,
        "channel": place.channel,
        "private": place.private,
    }


def read_place(row: Row[Any]) -> Place:
    """Return the place of a row that has those columns."""
    return Place(cast(Platform, row.platform), row.team, row.channel, row.private)

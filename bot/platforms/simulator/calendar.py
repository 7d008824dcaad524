"""The calendar view: the next 30 days of tips for a channel that is only described.

Everything is worked out by the functions that post real tips: `bot.subscriptions.schedule` for the instants,
`bot.subscriptions.calendar` for the days left out, `Knowledge.tips` for the order.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.message import Place
from bot.platforms.simulator.looks import Json
from bot.platforms.simulator.requests import Channel, RequestError, parse
from bot.store.subscriptions import Subscription
from bot.subscriptions.calendar import left_out, rhythm_of
from bot.subscriptions.schedule import Due, coming, instant

if TYPE_CHECKING:
    from knowledge import Knowledge, Selection

SHOWN = timedelta(days=30)
_DAY = timedelta(days=1)


class Calendar:
    """Shows the tips that a channel would get.

    Parameters
    ----------
    knowledge
        Gives the knowledge as it is now.
    now
        Gives the present instant.
    """

    def __init__(self, knowledge: "Callable[[], Knowledge]", now: Callable[[], datetime]) -> None:
        self._knowledge = knowledge
        self._now = now

    async def days(self, request: web.Request) -> Json:
        """Show each of the next 30 days.

        Raises
        ------
        RequestError
            For a theme that there is not.
        """
        channel = parse(Channel, await request.read())
        knowledge = self._knowledge()
        if unknown := [theme for theme in channel.themes if theme not in knowledge.themes]:
            raise RequestError(f"There is no theme called “{unknown[0]}”.", "themes")
        zone = ZoneInfo(channel.zone)
        first, dues = _dues(channel, zone, self._now())
        reasons = {day: _reason(channel, day) for day in dues}
        posted = [day for day in dues if not reasons[day]]
        selections = await asyncio.to_thread(knowledge.choose_tips, first, posted, themes=channel.themes)
        tips = dict(zip(posted, selections, strict=True))
        days = [first + number * _DAY for number in range(SHOWN.days)]
        return {
            "tips": len(posted),
            "days": [_shown(day, zone, channel.at, dues.get(day), reasons.get(day), tips.get(day)) for day in days],
        }


def _dues(channel: Channel, zone: ZoneInfo, now: datetime) -> tuple[date, dict[date, Due]]:
    """Give the first day shown, and what is due on the days shown."""
    today = now.astimezone(zone).date()
    first = channel.start or today
    # A day that has begun has only what is still to come; any other day is shown whole.
    after = now if first == today else instant(first, time(), zone) - timedelta(microseconds=1)
    dues = coming(rhythm_of(_subscription(channel)), after, first)
    return first, {due.day: due for due in takewhile(lambda due: due.day < first + SHOWN, dues)}


def _reason(channel: Channel, day: date) -> str | None:
    subscription = _subscription(channel)
    return left_out(replace(subscription, skip_day=day if day in channel.skip else None), day)


def _subscription(channel: Channel) -> Subscription:
    return Subscription(
        id="described",
        place=Place("simulator", "", "described"),
        owner="",
        at=channel.at,
        zone=channel.zone,
        weekdays=channel.weekdays,
        themes=channel.themes,
        nation=channel.nation,
        state="on",
        paused_until=channel.paused_until,
    )


def _shown(day: date, zone: ZoneInfo, at: time, due: Due | None, reason: str | None, tip: "Selection | None") -> Json:
    local = due.at.astimezone(zone) if due else None
    return {
        "day": day.isoformat(),
        "local": f"{local:%H:%M}" if local else "",
        "utc": f"{due.at.astimezone(UTC):%H:%M}" if due else "",
        "offset": _offset(day, zone),
        "left_out": reason or "",
        "notes": list(_notes(day, zone, at, local)),
        "tip": _tip(tip) if tip else None,
    }


def _notes(day: date, zone: ZoneInfo, at: time, local: datetime | None) -> Iterable[str]:
    """Say what daylight saving does on a day."""
    change = _at_noon(day, zone) - _at_noon(day - _DAY, zone) - _DAY
    if change:
        minutes = abs(round(change.total_seconds() / 60))
        length = {60: "one hour", 30: "half an hour"}.get(minutes, f"{minutes} minutes")
        yield f"The clocks go {'back' if change > timedelta() else 'forward'} {length}."
    if local and (local.hour, local.minute) != (at.hour, at.minute):
        yield f"There is no {at:%H:%M} on this day, so the tip comes at {local:%H:%M}."


def _at_noon(day: date, zone: ZoneInfo) -> datetime:
    return instant(day, time(12), zone)


def _offset(day: date, zone: ZoneInfo) -> str:
    """Name the zone's difference from UTC at noon: “BST”, or “UTC+05:30” where it has no name."""
    noon = datetime.combine(day, time(12), tzinfo=zone)
    name = f"{noon:%Z}"
    return f"UTC{noon.isoformat()[-6:]}" if name[:1] in "+-" else name


def _tip(tip: "Selection") -> Json:
    return {
        "theme": tip.theme.title,
        "title": tip.lesson.title,
        "step": tip.nudge.text,
        "source": tip.source.attribution,
        "satire": tip.source.kind == "satire",
    }

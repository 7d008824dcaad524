"""The calendar view: the next 30 days of tips for a channel that is only described.

Everything is worked out by the functions that post real tips: `bot.subscriptions.schedule` for the instants,
`bot.subscriptions.calendar` for the days left out, `bot.conversation.moments` for the order.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.conversation.moments import choose_days
from bot.message import ComingTip, Place, describe_experience
from bot.platforms.simulator.looks import Json
from bot.platforms.simulator.requests import CalendarRequest, RequestError, parse_request
from bot.store.subscriptions import Subscription
from bot.subscriptions.calendar import build_rhythm, find_skip_reason
from bot.subscriptions.calendar_file import write_calendar
from bot.subscriptions.schedule import Due, iterate_dues, resolve_instant

if TYPE_CHECKING:
    from knowledge import Knowledge, Selection

SHOWN = timedelta(days=30)
_DAY = timedelta(days=1)


class CalendarView:
    """The tips that a channel would get.

    Parameters
    ----------
    knowledge
        Returns the current knowledge.
    now
        Returns the present instant.
    """

    def __init__(self, knowledge: "Callable[[], Knowledge]", now: Callable[[], datetime]) -> None:
        self._knowledge = knowledge
        self._now = now

    async def list_days(self, request: web.Request) -> Json:
        """Return each of the next 30 days, with its tip, and the tips as a calendar file.

        Raises
        ------
        RequestError
            For an unknown theme.
        """
        channel = parse_request(CalendarRequest, await request.read())
        knowledge = self._knowledge()
        if unknown := [theme for theme in channel.themes if theme not in knowledge.themes]:
            raise RequestError(f"There is no theme called “{unknown[0]}”.", "themes")
        zone = ZoneInfo(channel.zone)
        first, dues = _list_dues(channel, zone, self._now())
        reasons = {day: _reason_left_out(channel, day) for day in dues}
        posted = [day for day in dues if not reasons[day]]
        selections = await asyncio.to_thread(choose_days, knowledge, posted, channel.themes)
        tips = dict(zip(posted, selections, strict=True))
        days = [first + number * _DAY for number in range(SHOWN.days)]
        coming = [
            (dues[day], ComingTip(day, tip.theme.title, tip.lesson.title)) for day, tip in tips.items() if day in dues
        ]
        return {
            "tips": len(posted),
            "file": await asyncio.to_thread(write_calendar, "described", coming, self._now()),
            "days": [
                _describe_day(day, zone, channel.at, dues.get(day), reasons.get(day), tips.get(day)) for day in days
            ],
        }


def _list_dues(channel: CalendarRequest, zone: ZoneInfo, now: datetime) -> tuple[date, dict[date, Due]]:
    """Return the first day shown, and what is due on each day shown."""
    today = now.astimezone(zone).date()
    first = channel.start or today
    # Of today only what is still to come is shown; any other day is shown whole.
    after = now if first == today else resolve_instant(first, time(), zone) - timedelta(microseconds=1)
    dues = iterate_dues(build_rhythm(_subscription_of(channel)), after, first)
    return first, {due.day: due for due in takewhile(lambda due: due.day < first + SHOWN, dues)}


def _reason_left_out(channel: CalendarRequest, day: date) -> str | None:
    subscription = _subscription_of(channel)
    return find_skip_reason(replace(subscription, skip_day=day if day in channel.skip else None), day)


def _subscription_of(channel: CalendarRequest) -> Subscription:
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


def _describe_day(
    day: date, zone: ZoneInfo, at: time, due: Due | None, reason: str | None, tip: "Selection | None"
) -> Json:
    local = due.at.astimezone(zone) if due else None
    return {
        "day": day.isoformat(),
        "local": f"{local:%H:%M}" if local else "",
        "utc": f"{due.at.astimezone(UTC):%H:%M}" if due else "",
        "offset": _offset_name(day, zone),
        "left_out": reason or "",
        "notes": list(_daylight_saving_notes(day, zone, at, local)),
        "tip": _describe_tip(tip) if tip else None,
    }


def _daylight_saving_notes(day: date, zone: ZoneInfo, at: time, local: datetime | None) -> Iterable[str]:
    """Return sentences about the effect of daylight saving on a day."""
    change = _at_noon(day, zone) - _at_noon(day - _DAY, zone) - _DAY
    if change:
        minutes = abs(round(change.total_seconds() / 60))
        length = {60: "one hour", 30: "half an hour"}.get(minutes, f"{minutes} minutes")
        yield f"The clocks go {'back' if change > timedelta() else 'forward'} {length}."
    if local and (local.hour, local.minute) != (at.hour, at.minute):
        yield f"There is no {at:%H:%M} on this day, so the tip comes at {local:%H:%M}."


def _at_noon(day: date, zone: ZoneInfo) -> datetime:
    return resolve_instant(day, time(12), zone)


def _offset_name(day: date, zone: ZoneInfo) -> str:
    """Return the zone's offset from UTC at noon by its name, such as “BST”; “UTC+05:30” where it has none."""
    noon = datetime.combine(day, time(12), tzinfo=zone)
    name = f"{noon:%Z}"
    return f"UTC{noon.isoformat()[-6:]}" if name[:1] in "+-" else name


def _describe_tip(tip: "Selection") -> Json:
    return {
        "theme": tip.theme.title,
        "title": tip.lesson.title,
        "step": tip.nudge.text,
        "source": tip.source.attribution if tip.source else describe_experience(tip.lesson.experience or ""),
        "satire": tip.source is not None and tip.source.kind == "satire",
    }

"""The coming tips of a place as a calendar file that can be taken away (.ics)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.message import ComingTip
from bot.subscriptions.schedule import Due

_LENGTH = timedelta(minutes=10)  # in the calendar of whoever takes the file away


def write_calendar(subscription: str, coming: Sequence[tuple[Due, ComingTip]], now: datetime) -> str:
    """Return an iCalendar file of the coming tips, each at its instant in UTC.

    Parameters
    ----------
    subscription
        Id that makes each event's id its own, so that a later file replaces an earlier one.
    now
        When the file is written.
    """
    from icalendar import Calendar, Event  # a tenth of a second to import, and only needed here

    calendar = Calendar()
    calendar.add("prodid", "-//Small Steps//Tips//EN")
    calendar.add("version", "2.0")
    for due, tip in coming:
        event = Event()
        event.add("uid", f"{subscription}-{due.day.isoformat()}@small-steps")
        event.add("dtstamp", now)
        event.add("dtstart", due.at)
        event.add("dtend", due.at + _LENGTH)
        event.add("summary", f"Small step: {tip.title}")
        event.add("description", tip.theme_title)
        calendar.add_component(event)
    return str(calendar.to_ical().decode())

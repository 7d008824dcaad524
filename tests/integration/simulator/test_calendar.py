"""The calendar against the functions that post real tips."""

from datetime import UTC, datetime, time
from itertools import islice
from typing import Any

from icalendar import Calendar

from bot.app import App
from bot.conversation.moments import choose_days
from bot.subscriptions.schedule import Rhythm, iterate_dues
from tests.integration.simulator.conftest import API, Client

PLAIN = {"at": "09:00", "zone": "Europe/London", "start": "2026-06-01"}


async def days(client: Client, **channel: Any) -> dict[str, dict[str, Any]]:
    response = await client.post(API + "calendar", json=PLAIN | channel)
    assert response.status == 200, await response.text()
    return {day["day"]: day for day in (await response.json())["days"]}


async def test_days_and_tips_are_those_of_the_engine(client: Client, app: App):
    shown = await days(client)
    due = list(islice(iterate_dues(Rhythm(time(9), "Europe/London"), datetime(2026, 5, 31, 23, tzinfo=UTC)), 22))
    tipped = {name: day["tip"]["title"] for name, day in shown.items() if day["tip"]}
    tips = choose_days(app.knowledge(), [one.day for one in due])
    assert tipped == {one.day.isoformat(): tip.lesson.title for one, tip in zip(due, tips, strict=True)}
    assert len(shown) == 30


async def test_the_clocks_go_back_and_the_tip_stays_at_its_time(client: Client):
    shown = await days(client, start="2026-10-20")
    assert (shown["2026-10-23"]["local"], shown["2026-10-23"]["utc"]) == ("09:00", "08:00")
    assert shown["2026-10-25"]["notes"] == ["The clocks go back one hour."]
    assert (shown["2026-10-26"]["local"], shown["2026-10-26"]["utc"]) == ("09:00", "09:00")


async def test_a_time_that_the_clocks_jump_over_is_said_to_move(client: Client):
    shown = await days(client, start="2026-03-20", at="01:30", weekdays=list(range(7)))
    assert shown["2026-03-29"]["local"] == "02:30"
    assert "There is no 01:30 on this day, so the tip comes at 02:30." in shown["2026-03-29"]["notes"]


async def test_pauses_skips_and_bank_holidays_say_why(client: Client):
    shown = await days(
        client, start="2026-12-14", paused_until="2026-12-16", skip=["2026-12-17", "2026-12-18"], nation="England"
    )
    assert shown["2026-12-15"]["tip"] is None
    assert {shown[f"2026-12-{day}"]["left_out"] for day in (17, 18)} == {"asked to be left out"}
    assert shown["2026-12-25"]["left_out"] == "bank holiday: Christmas Day"
    assert shown["2026-12-16"]["tip"]


async def test_the_tips_are_taken_away_as_a_calendar_file_holidays_left_out(client: Client):
    channel = {"start": "2026-12-14", "nation": "England", "skip": ["2026-12-17"]}
    shown = await days(client, **channel)
    answer = await (await client.post(API + "calendar", json=PLAIN | channel)).json()
    events = Calendar.from_ical(answer["file"]).walk("VEVENT")

    tipped = [(day, one["utc"], one["tip"]["title"]) for day, one in shown.items() if one["tip"]]
    taken = [
        (f"{one.decoded('dtstart'):%Y-%m-%d}", f"{one.decoded('dtstart'):%H:%M}", one["summary"]) for one in events
    ]
    assert taken == [(day, at, f"Small step: {title}") for day, at, title in tipped]
    assert not {"2026-12-17", "2026-12-25", "2026-12-28"} & {day for day, _, _ in taken}


async def test_themes_narrow_the_choice(client: Client):
    shown = await days(client, themes=["listening"])
    assert {day["tip"]["theme"] for day in shown.values() if day["tip"]} == {"Listening"}

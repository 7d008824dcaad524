"""What people type about the daily tip: any form that people use, and one kind sentence for what cannot be."""

from datetime import date, time, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.actions import NATIONS, BareCommand, ChangeDaily, PauseDaily
from bot.subscriptions import commands
from bot.subscriptions.dates import format_date
from bot.subscriptions.schedule import EVERY_DAY, WEEKDAYS
from bot.subscriptions.times import NotUnderstoodError

TODAY = date(2026, 2, 2)  # a Monday
KNOWN = ("listening", "learning", "quality-and-cost", "staff-buy-in")


def theme_id(name: str) -> str | None:
    return next((known for known in KNOWN if known == name.replace(" ", "-")), None)


def parse(text: str):
    return commands.parse_command(f"daily {text}", TODAY, theme_id)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("9", time(9)),
        ("9am", time(9)),
        ("9 a.m.", time(9)),
        ("09.00", time(9)),
        ("0900", time(9)),
        ("09:00:00", time(9)),
        ("at nine", time(9)),
        ("nine o’clock", time(9)),
        ("half past eight", time(8, 30)),
        ("quarter to nine", time(8, 45)),
        ("a quarter past 7", time(7, 15)),
        ("ten past nine", time(9, 10)),
        ("twenty-five to ten", time(9, 35)),
        ("twenty five to ten", time(9, 35)),
        ("8h30", time(8, 30)),
        ("8:30pm", time(20, 30)),
        ("half past two in the afternoon", time(14, 30)),
        ("2pm", time(14)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("quarter to 1pm", time(12, 45)),
        ("quarter to 12pm", time(11, 45)),
        ("ten to twelve am", time(23, 50)),
        ("quarter to 12 in the morning", time(11, 45)),
        ("quarter to 1am", time(0, 45)),
        ("noon", time(12)),
        ("midnight", time(0)),
        ("14:30", time(14, 30)),
        ("1430 hours", time(14, 30)),
        ("02:00", time(2)),
        ("eight thirty", time(8, 30)),
        ("7 in the morning", time(7)),
    ],
)
def test_a_time_in_any_form_people_type(text, at):
    assert parse(text) == ChangeDaily(at=at)


@pytest.mark.parametrize("text", ["25:00", "9:75", "24:00", "half past 31", "90", "25"])
def test_an_impossible_time_gets_one_kind_sentence(text):
    with pytest.raises(NotUnderstoodError) as caught:
        parse(text)

    assert str(caught.value).count(". ") == 0
    assert "such as 9:00" in str(caught.value)


def test_an_hour_that_may_be_night_or_afternoon_is_asked_about():
    with pytest.raises(NotUnderstoodError, match="02:00 or 14:00"):
        parse("2")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("weekdays 8:30", ChangeDaily(time(8, 30), WEEKDAYS)),
        ("every day at 9", ChangeDaily(time(9), EVERY_DAY)),
        ("mon, wed and fri 9am", ChangeDaily(time(9), frozenset({0, 2, 4}))),
        ("mon-thu 10:15", ChangeDaily(time(10, 15), frozenset({0, 1, 2, 3}))),
        ("Monday to Friday 09:00", ChangeDaily(time(9), WEEKDAYS)),
        ("fri-mon 09:00", ChangeDaily(time(9), frozenset({4, 5, 6, 0}))),
        ("tuesdays 9", ChangeDaily(time(9), frozenset({1}))),
        ("weekends 10:00", ChangeDaily(time(10), frozenset({5, 6}))),
        (
            "weekdays 8:30 theme listening, learning",
            ChangeDaily(time(8, 30), WEEKDAYS, ("listening", "learning")),
        ),
        ("theme quality and cost at 9:00", ChangeDaily(time(9), themes=("quality-and-cost",))),
        ("theme quality & cost at 9:00", ChangeDaily(time(9), themes=("quality-and-cost",))),
        ("themes listening & learning", ChangeDaily(themes=("listening", "learning"))),
        ("themes listening and learning", ChangeDaily(themes=("listening", "learning"))),
        ("theme all", ChangeDaily(themes=())),
        ("9:00 in Europe/Paris", ChangeDaily(time(9), zone="Europe/Paris")),
        ("9:00 america/argentina/buenos_aires", ChangeDaily(time(9), zone="America/Argentina/Buenos_Aires")),
        ("holidays Northern Ireland", ChangeDaily(nation="Northern Ireland")),
        ("9:00 except bank holidays in Wales", ChangeDaily(time(9), nation="Wales")),
        ("holidays off", ChangeDaily(nation="")),
        ("on", ChangeDaily()),
        ("resume", ChangeDaily()),
        ("off", BareCommand("off")),
        ("stop", BareCommand("off")),
        ("skip", BareCommand("skip")),
        ("status", BareCommand("status")),
        ("", BareCommand("status")),
        ("preview", BareCommand("preview")),
        ("test", BareCommand("test")),
        ("pause", PauseDaily(None)),
        ("pause until 3 March", PauseDaily(date(2026, 3, 3))),
        ("pause until March 3rd", PauseDaily(date(2026, 3, 3))),
        ("pause until 3/3", PauseDaily(date(2026, 3, 3))),
        ("pause until 2026-03-03", PauseDaily(date(2026, 3, 3))),
        ("pause until 1 Feb", PauseDaily(date(2027, 2, 1))),
        ("pause until Thursday", PauseDaily(date(2026, 2, 5))),
        ("pause until monday", PauseDaily(date(2026, 2, 9))),
        ("pause until next week", PauseDaily(date(2026, 2, 9))),
        ("pause until tomorrow", PauseDaily(date(2026, 2, 3))),
        ("pause for two weeks", PauseDaily(date(2026, 2, 16))),
        ("pause for a fortnight", PauseDaily(date(2026, 2, 16))),
        ("pause for the next two weeks", PauseDaily(date(2026, 2, 16))),
        ("pause two weeks", PauseDaily(date(2026, 2, 16))),
        ("pause for the next week", PauseDaily(date(2026, 2, 9))),
        ("pause until Monday 9 March", PauseDaily(date(2026, 3, 9))),
        ("pause until Mon, 9 March 2026", PauseDaily(date(2026, 3, 9))),
        ("pause until the 9th of March", PauseDaily(date(2026, 3, 9))),
        ("pause until Monday the 9th of March", PauseDaily(date(2026, 3, 9))),
        ("pause until on 9 March", PauseDaily(date(2026, 3, 9))),
        ("skip tomorrow", BareCommand("skip tomorrow")),
    ],
)
def test_commands(text, expected):
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("pause until 31 February", "There is no 31 February"),
        ("pause until 29 Feb 2026", "There is no 29 February"),
        ("pause until 3 March 2020", "has passed"),
        ("pause until 3 March 2031", "more than a year"),
        ("pause until the cows come home", "could not read that date"),
        ("pause until Tuesday 9 March", "Monday 9 March 2026, not a Tuesday"),
        ("9:00 theme knitting", "no theme called “knitting”"),
        ("9:00 in Europe/Lodnon", "no time zone called"),
        ("9:00 holidays", "Whose bank holidays"),
        ("9:00 sharpish", "did not understand “sharpish”"),
    ],
)
def test_what_cannot_be_meant_gets_one_kind_sentence(text, says):
    with pytest.raises(NotUnderstoodError, match=says) as caught:
        parse(text)

    assert "\n" not in str(caught.value)
    assert "!" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "daily huddles are not working",
        "daily 8am huddles are a complete waste of time for everyone",
        "our consultants cross their arms",
        "daily on the ward people shout at each other",
        "dailyish",
        "",
    ],
)
def test_a_sentence_about_something_else_is_no_command(text):
    assert commands.parse_command(text, TODAY, theme_id) is None


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("can you post a tip here every morning at nine?", ChangeDaily(time(9), WEEKDAYS)),
        ("please give us a tip every weekday at half past eight", ChangeDaily(time(8, 30), WEEKDAYS)),
        ("I would like daily tips on Mondays and Thursdays", ChangeDaily(weekdays=frozenset({0, 3}))),
        ("send us tips", ChangeDaily()),
    ],
)
def test_what_is_said_in_a_sentence_is_heard(text, heard):
    assert commands.read_sentence(text, TODAY, theme_id) == heard


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("please stop the tips", BareCommand("off")),
        ("can you pause the tips until 3 March", PauseDaily(date(2026, 3, 3))),
        ("pause it for two weeks please", PauseDaily(date(2026, 2, 16))),
        ("pause it for the next two weeks please", PauseDaily(date(2026, 2, 16))),
        ("take a break from the tips", PauseDaily(None)),
    ],
)
def test_an_end_is_heard_in_a_sentence(text, heard):
    assert commands.read_sentence(text, TODAY, theme_id) == heard


ZONES = ["UTC", *sorted(name for name in available_timezones() if "/" in name)]
CHANGES = st.builds(
    ChangeDaily,
    at=st.none() | st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    weekdays=st.none() | st.frozensets(st.integers(0, 6), min_size=1),
    themes=st.none() | st.lists(st.sampled_from(KNOWN), unique=True).map(tuple),
    zone=st.none() | st.sampled_from(ZONES),
    nation=st.none() | st.sampled_from(["", *NATIONS]),
)


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("9:00 pause until 2026-03-03", ChangeDaily(at=time(9), paused_until=date(2026, 3, 3))),
        ("9:00 pause until 3 March", ChangeDaily(at=time(9), paused_until=date(2026, 3, 3))),
        ("9:00 pause until Tuesday 3 March 2026", ChangeDaily(at=time(9), paused_until=date(2026, 3, 3))),
        ("9:00 theme listening without pause", ChangeDaily(at=time(9), themes=("listening",), paused_until="no-date")),
    ],
)
def test_a_change_may_bring_a_pause_or_end_it(text, change):
    assert parse(text) == change
    assert parse(commands.write_command(change)) == change


@given(st.dates(TODAY + timedelta(days=1), TODAY + timedelta(days=366)))
def test_a_date_is_read_back_as_it_is_said(day):
    assert parse(f"pause until {format_date(day)}") == PauseDaily(day)


@given(CHANGES)
@settings(max_examples=300)
def test_what_is_written_is_read_back(change):
    assert parse(commands.write_command(change)) == change


def told(read) -> str:
    """The kind sentence that reading ends in; empty when it is understood."""
    try:
        read()
    except NotUnderstoodError as error:
        return str(error)
    return ""


@given(st.text(max_size=80))
@settings(max_examples=400)
def test_nothing_that_is_typed_breaks_it(text):
    for read in (
        lambda: parse(text),
        lambda: commands.read_sentence(text, TODAY, theme_id),
        lambda: commands.read_time(text),
    ):
        assert "\n" not in told(read)


OWN_WORDS = (
    "9",
    "half",
    "past",
    "to",
    "until",
    "for",
    "pause",
    "at",
    "31",
    "feb",
    "/",
    ":",
    "-",
    "march",
    "mon",
    "theme",
)


@given(st.lists(st.sampled_from(OWN_WORDS)))
@settings(max_examples=400)
def test_no_mixture_of_its_own_words_breaks_it(words):
    assert "\n" not in told(lambda: parse(" ".join(words)))

"""Requests about the daily tip, read whole: what people say, and what each must come to (requests.yaml)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.actions import NATIONS, BareCommand, ChangeDaily, Command, Hold, PauseDaily
from bot.message import Place
from bot.store.subscriptions import Subscription
from bot.subscriptions.applying import apply_change
from bot.subscriptions.commands import parse_command, read_sentence, write_command
from bot.subscriptions.responses import confirm, confirm_end, describe_subscription
from bot.subscriptions.schedule import SHAPED_WEEK, WEEKDAYS
from bot.subscriptions.times import NotUnderstoodError
from tests.cases import for_each
from tests.packaged import packaged_pack

TODAY = date(2026, 11, 29)  # a Sunday
NOW = datetime(2026, 11, 29, 10, tzinfo=UTC)
TITLES = {"listening": "Listening", "learning": "Learning", "quality-and-cost": "Quality and cost"}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TABLE = yaml.safe_load((Path(__file__).parent / "requests.yaml").read_text("utf-8"))
ROWS = [(str(said), str(wanted)) for rows in TABLE.values() for said, wanted in rows]
BASE = Subscription("s1", Place("slack", "T1", "C1"), "U1", time(7), "Europe/London", WEEKDAYS, (), "", "on")


def theme_id(name: str) -> str | None:
    return next((known for known in TITLES if known == name.lower().strip().replace(" ", "-")), None)


def read(text: str) -> Command | None:
    return read_sentence(text, TODAY, theme_id)


def _days(days: frozenset[int]) -> str:
    return ",".join(DAYS[day] for day in sorted(days))


def _write_change(change: ChangeDaily) -> str:
    words = [f"{change.at:%H:%M}"] if change.at else []
    words += [("first " if change.every == "month" else "") + _days(change.weekdays)] if change.weekdays else []
    words += [f"not {_days(change.without)}"] if change.without else []
    words += ["every 2 weeks"] if change.every == "fortnight" else []
    words += [f"from {change.starts_on}"] if change.starts_on else []
    words += [f"until {change.ends_on}"] if change.ends_on else []
    words += [f"theme {','.join(change.themes)}"] if change.themes else []
    words += [f"zone {change.zone}"] if change.zone else []
    words += ["holidays on"] if change.nation is not None else []
    return " ".join(["set", *words])


def heard(text: str) -> str:
    """What a text comes to, in the notation of the table; a question as “? …”."""
    try:
        command = read(text)
    except NotUnderstoodError as error:
        return f"? {error}"
    match command:
        case None:
            return "leave"
        case BareCommand(what="skip tomorrow"):
            return "pause 2026-11-30..2026-11-30"
        case BareCommand(what=what):
            return {"off": "stop", "status": "show"}.get(what, what)
        case PauseDaily(until=until, start=start):
            return f"pause {start or TODAY}..{until - timedelta(days=1) if until else ''}"
        case ChangeDaily():
            return "resume" if command == ChangeDaily() else _write_change(command)


@for_each([(said, {"said": said, "wanted": wanted}) for said, wanted in ROWS])
def test_each_request_is_read_whole_or_asked_about(said, wanted):
    came = heard(said)

    kind, _, words = wanted.partition(" ")
    if wanted.startswith("ask day-or-night"):
        assert came.startswith("? Do you mean 0")
    elif wanted == "ask time":  # nothing says when, so the place is asked: see test_service.py
        assert came == "resume" or (came.startswith("set") and ":" not in came)
    elif kind == "ask":
        assert came.startswith("? ")
        assert words.lower() in came.lower()
    elif kind == "cannot":
        assert came.startswith("? ")
        assert "cannot" in came
    else:
        assert came == wanted


@pytest.mark.parametrize(
    ("said", "nearest"),
    [
        ("a tip every other day at 9", ChangeDaily(time(9), frozenset({0, 2, 4}))),
        ("a tip twice a day at 9", ChangeDaily(time(9), WEEKDAYS)),
        ("a tip on the last Friday of the month at 9", ChangeDaily(time(9), frozenset({4}), every="month")),
        ("a tip every three weeks on Monday at 9", ChangeDaily(time(9), frozenset({0}), every="fortnight")),
        ("a tip once a week at 9", ChangeDaily(time(9), frozenset({1}))),
    ],
)
def test_what_cannot_be_done_comes_with_the_nearest_that_can(said, nearest):
    with pytest.raises(NotUnderstoodError) as caught:
        read(said)

    assert caught.value.offers[0] == nearest


@pytest.mark.parametrize(
    "said", ["tip", "give me a tip", "tips please", "a tip about listening", "tips for a huddle at 9"]
)
def test_a_tip_that_is_asked_for_now_is_no_request_about_the_daily_tip(said):
    """Before anything else has shown what is meant, a sentence must name the tip and when, or what to do with it."""
    try:
        command = read_sentence(said, TODAY, theme_id, named=True)
    except NotUnderstoodError:
        command = None

    assert command is None


MADE_UP = st.from_regex(r"[bcdfghjklmnpqrstvwxz]{2}[aeiou][bcdfgklmprt]{2}[aeiou]x", fullmatch=True)
CLEAR = [said for said, wanted in ROWS if wanted.split()[0] in ("set", "pause", "stop", "resume", "show")]


@given(st.sampled_from(CLEAR), st.integers(0, 12), MADE_UP)
@settings(max_examples=300, deadline=None)
def test_no_request_is_changed_by_a_word_that_was_dropped(said, at, word):
    """An unknown word, put anywhere, leads to a question that names it, or away from the tip; never to an act."""
    words = said.split()
    place = min(max(at, 1), len(words))
    came = heard(" ".join([*words[:place], word, *words[place:]]))

    assert came == "leave" or (came.startswith("? ") and word in came)


COURTESY = ("please", "thanks", "just", "hiya", "kindly", "then", "so", "team", "everyone", "good morning")


@given(st.sampled_from(CLEAR), st.sampled_from(COURTESY), st.booleans())
@settings(max_examples=300, deadline=None)
def test_a_word_that_is_known_to_carry_nothing_changes_no_request(said, word, early):
    """Behind the first word or at the end it leaves the request as it was, or leads to a question; never elsewhere."""
    first, *rest = said.split()
    came = heard(" ".join([first, word, *rest] if early else [first, *rest, word]))

    assert came in (heard(said), "leave") or came.startswith("? ")


@pytest.mark.parametrize("word", ["also", "not", "except", "every other", "until", "no", "without", "add Sunday"])
def test_no_word_that_carries_something_is_dropped(word):
    for said in ("a tip at 9 every weekday", "move the tip to Tuesdays", "a tip on Mondays and Fridays at 10"):
        assert heard(f"{said} {word}") != heard(said)


ZONES = st.sampled_from(["Europe/London", "Europe/Paris", "America/New_York", "UTC"])
SUBSCRIPTIONS = st.builds(
    Subscription,
    id=st.just("s1"),
    place=st.just(BASE.place),
    owner=st.just("U1"),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    zone=ZONES,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    themes=st.lists(st.sampled_from(sorted(TITLES)), unique=True, max_size=2).map(tuple),
    nation=st.sampled_from(["", *NATIONS]),
    state=st.just("on"),
    every=st.just("week"),
    starts_on=st.none() | st.dates(TODAY + timedelta(days=2), TODAY + timedelta(days=90)),
    ends_on=st.none() | st.dates(TODAY + timedelta(days=100), TODAY + timedelta(days=190)),
) | st.builds(
    Subscription,
    id=st.just("s1"),
    place=st.just(BASE.place),
    owner=st.just("U1"),
    at=st.just(time(9)),
    zone=st.just("Europe/London"),
    weekdays=st.integers(0, 6).map(lambda day: frozenset({day})),
    themes=st.just(()),
    nation=st.just("Wales"),
    state=st.just("on"),
    every=st.sampled_from(["fortnight", "month"]),
    starts_on=st.dates(TODAY + timedelta(days=2), TODAY + timedelta(days=90)),
)


@given(SUBSCRIPTIONS)
@settings(max_examples=300, deadline=None)
def test_what_is_confirmed_in_words_is_read_back_as_the_same_subscription(wanted):
    said = describe_subscription(wanted, [TITLES[name] for name in wanted.themes], TODAY)
    command = read(f"Shall I post a small tip here {said}?")

    assert isinstance(command, ChangeDaily)
    assert apply_change(BASE, command, "U1", NOW) == wanted


@given(
    st.none() | st.dates(TODAY + timedelta(days=1), TODAY + timedelta(days=100)),
    st.none() | st.dates(TODAY + timedelta(days=101), TODAY + timedelta(days=360)),
)
def test_a_pause_is_read_back_as_it_is_confirmed_and_as_it_is_written(start, until):
    pause = PauseDaily(until, start)
    question = confirm_end(pause).paragraphs[0]

    assert read(question) == pause
    assert read(f"daily {write_command(pause)}") == pause


@given(st.dates(TODAY + timedelta(days=2), TODAY + timedelta(days=360)))
def test_one_day_left_out_is_read_back_as_it_is_confirmed(day):
    pause = PauseDaily(day + timedelta(days=1), day)

    assert read(confirm_end(pause).paragraphs[0]) == pause


OURS = {name: theme.title for name, theme in packaged_pack().themes.items()}
DAYS_OF_WEEK = st.frozensets(st.integers(0, 6), min_size=1)
MINUTES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
SOME_THEMES = st.lists(st.sampled_from(sorted(OURS)), unique=True, max_size=3).map(tuple)
FAR = st.dates(TODAY + timedelta(days=100), TODAY + timedelta(days=190))


def _find_ours(name: str) -> str | None:
    return next((known for known, title in OURS.items() if name.lower() in (known, title.lower())), None)


@st.composite
def bases(draw) -> Subscription:
    """A tip that is set up: on days, each fortnight, on a day of each month, or with a shape."""
    every = draw(st.sampled_from(["week", "fortnight", "month"]))
    days = draw(st.integers(0, 6).map(lambda day: frozenset({day})) if every == "month" else DAYS_OF_WEEK)
    shaped = every == "week" and draw(st.booleans())
    begun = TODAY - timedelta(days=60) if every == "fortnight" else None
    return replace(
        BASE,
        at=draw(MINUTES),
        zone=draw(ZONES),
        weekdays=SHAPED_WEEK if shaped else days,
        shape="week" if shaped else "days",
        every=every,
        starts_on=draw(st.just(begun) | st.dates(TODAY + timedelta(days=2), TODAY + timedelta(days=90))),
        ends_on=draw(st.none() | FAR),
        themes=draw(SOME_THEMES),
        nation=draw(st.sampled_from(["", *NATIONS])),
        progress=draw(st.booleans()),
    )


@st.composite
def changes(draw) -> ChangeDaily:
    """A change of anything that a sentence can change."""
    days = draw(st.none() | DAYS_OF_WEEK)
    every = draw(st.sampled_from([None, "fortnight", *(["month"] if len(days) == 1 else [])])) if days else None
    return ChangeDaily(
        at=draw(st.none() | MINUTES),
        weekdays=days,
        every=every,
        without=None if days else draw(st.none() | st.frozensets(st.integers(0, 6), min_size=1, max_size=2)),
        themes=draw(st.none() | SOME_THEMES),
        zone=draw(st.none() | ZONES),
        nation=draw(st.none() | st.sampled_from(["", *NATIONS])),
        starts_on=draw(st.none() | st.dates(TODAY + timedelta(days=2), TODAY + timedelta(days=90))),
        ends_on=draw(st.none() | FAR),
        shape=None if days else draw(st.sampled_from([None, "week"])),
        hold=draw(st.none() | st.builds(Hold, st.sampled_from(sorted(OURS)), st.integers(2, 4))),
        progress=draw(st.none() | st.booleans()),
        paused_until=draw(st.none() | st.dates(TODAY + timedelta(days=1), TODAY + timedelta(days=90))),
    )


@given(bases(), changes())
@settings(max_examples=300, deadline=None)
def test_a_change_that_is_confirmed_in_words_is_read_back_as_the_same_subscription(base, change):
    """Nothing that a change brings is left out of the question: who reads it and types it gets what “yes” gives."""
    try:
        wanted = apply_change(base, change, "U1", NOW)
    except NotUnderstoodError:
        return  # it leaves no day
    titles = [OURS[name] for name in wanted.themes]
    asked = confirm(wanted, change, titles, TODAY, OURS.get(wanted.held_theme or "", "")).paragraphs[0]
    command = read_sentence(asked, TODAY, _find_ours)

    assert isinstance(command, ChangeDaily)
    assert apply_change(base, command, "U1", NOW) == wanted


@given(changes())
@settings(max_examples=300, deadline=None)
def test_a_change_is_read_back_as_it_is_written(change):
    """Where a button cannot be pressed, its command is typed; a zone of one word stays the one that it was."""
    if change.shape == "week" and (change.without or change.weekdays):
        return  # refused: a week with a shape has its own days
    bounds = {name: getattr(change, name) for name in ("paused_until", "starts_on", "ends_on", "without")}
    if change.paused_until and change == ChangeDaily(**bounds):
        return  # where a pause comes first, it is a pause and no change
    assert parse_command(f"daily {write_command(change)}", TODAY, _find_ours) == change


@pytest.mark.parametrize("said", ["move the tips to 10:00", "daily theme learning", "no tips on Fridays please"])
def test_a_change_leaves_an_end_that_it_does_not_name(said):
    ends = replace(BASE, ends_on=TODAY + timedelta(days=19))
    change = read(said)

    assert isinstance(change, ChangeDaily)
    assert apply_change(ends, change, "U1", NOW).ends_on == ends.ends_on
    assert apply_change(ends, ChangeDaily(), "U1", NOW).ends_on == ends.ends_on
    assert apply_change(replace(ends, ends_on=TODAY - timedelta(days=1)), change, "U1", NOW).ends_on is None

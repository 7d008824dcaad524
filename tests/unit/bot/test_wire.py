"""What is pressed travels to a platform and back as it was, and what a former release posted is still understood."""

from datetime import date, time
from typing import get_args
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import actions
from bot.actions import (
    NATIONS,
    PARTS,
    AboutWork,
    BareCommand,
    Button,
    CancelDaily,
    ChangeDaily,
    ConfirmDaily,
    Hold,
    NameMe,
    PauseDaily,
    PickCue,
    PickTheme,
    PlanPromise,
    Rate,
    RememberReader,
    Settle,
    ShowCare,
    ShowPart,
    TakeOn,
    TookStep,
    Withdraw,
)
from bot.message import Choice
from bot.platforms import wire
from bot.platforms.slack.views import actions as slack
from bot.platforms.teams.api import payloads
from bot.platforms.teams.cards.elements import choice_button
from bot.subscriptions.schedule import WEEKDAYS

IDS = st.from_regex(r"[a-z0-9-]{1,40}", fullmatch=True)
CHANGES = st.builds(
    ChangeDaily,
    at=st.none() | st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    weekdays=st.none() | st.frozensets(st.integers(0, 6), min_size=1),
    themes=st.none() | st.lists(IDS, unique=True, max_size=3).map(tuple),
    zone=st.none() | st.sampled_from(sorted(available_timezones())),
    nation=st.none() | st.sampled_from(["", *NATIONS]),
    paused_until=st.none() | st.just("no-date") | st.dates(),
    every=st.sampled_from([None, "week", "fortnight", "month"]),
    without=st.none() | st.frozensets(st.integers(0, 6), min_size=1),
    starts_on=st.none() | st.dates(),
    ends_on=st.none() | st.dates(),
    shape=st.sampled_from([None, "week", "days"]),
    hold=st.none() | st.builds(Hold, IDS, st.integers(2, 4)),
)
COMMANDS = CHANGES | st.builds(PauseDaily, st.none() | st.dates(), st.none() | st.dates()) | st.from_type(BareCommand)
ROLES = st.from_regex(r"[a-z-]{0,16}", fullmatch=True)
SPECIAL = {
    ShowPart: st.builds(ShowPart, IDS, st.sampled_from(PARTS)),
    RememberReader: st.builds(RememberReader, ROLES, st.none() | st.integers(0, 999)),
    PlanPromise: st.builds(PlanPromise, IDS, st.sampled_from(["week", "never"]) | st.dates()),
    TookStep: st.builds(TookStep, IDS, st.sampled_from(["done", "not-yet", "not-for-me"])),
    PickCue: st.builds(
        PickCue, IDS, st.sampled_from(["huddle", "meeting", "one-to-one", "own"]), st.none() | st.dates()
    ),
    Settle: st.builds(Settle, IDS, st.sampled_from(["done", "not-yet", "not-for-me"])),
    Rate: st.builds(Rate, IDS, helpful=st.booleans()),
    ConfirmDaily: st.builds(ConfirmDaily, COMMANDS),
    NameMe: st.builds(NameMe, IDS, named=st.booleans()),
    ShowCare: st.from_type(ShowCare),
    AboutWork: st.builds(AboutWork, st.lists(IDS, max_size=3).map(tuple)),
}


def of(kind: type) -> st.SearchStrategy[Button]:
    """Make actions of a kind: those without a strategy of their own hold nothing, or one id."""
    return SPECIAL[kind] if kind in SPECIAL else st.builds(kind, *[IDS for _ in kind.__dataclass_fields__])


@given(st.one_of(*map(of, get_args(Button))))
def test_what_is_pressed_comes_back_as_it_went(action):
    """Over every kind there is, by itself, in a button of Slack and in one of Teams."""
    choice = Choice(action, "Label")

    assert wire.read_button(*wire.write_button(action)) == action
    assert payloads.read_button(choice_button(choice)["data"]) == action
    if not isinstance(action, Rate):
        (row,) = slack.build_actions([choice])
        assert slack.read_action(row["elements"][0]) == slack.PressedElement(action, in_place=False)


@given(IDS)
def test_a_verdict_comes_back_from_slacks_own_kind_of_buttons(answer):
    choices = [Choice(Rate(answer, helpful=helpful), "Label") for helpful in (True, False)]
    (block,) = slack.build_feedback(choices, "message")
    (element,) = block["elements"]

    for name, helpful in (("positive_button", True), ("negative_button", False)):
        pressed = slack.read_action({"action_id": element["action_id"], "value": element[name]["value"]})
        assert pressed == slack.PressedElement(Rate(answer, helpful=helpful), in_place=False)


@pytest.mark.parametrize(
    ("name", "value", "action"),
    [
        ("another", "a1", actions.Another("a1")),
        ("another", "", actions.Another()),
        ("why", "a1", actions.Why("a1")),
        ("helpful", "a1", Rate("a1", helpful=True)),
        ("not-helpful", "a1", Rate("a1", helpful=False)),
        ("theme", "listening", PickTheme("listening")),
        ("none-of-these", "", actions.NoneOfThese()),
        ("themes", "", actions.ShowThemes()),
        ("tip", "", actions.GiveTip()),
        ("help", "", actions.ShowHelp()),
        ("sources", "", actions.ShowSources()),
        ("share", "a1", actions.Share("a1")),
        ("promise", "a1", TakeOn("a1")),
        ("promise", "p1:week", PlanPromise("p1", "week")),
        ("promise", "p1:never", PlanPromise("p1", "never")),
        ("promise", "p1:2026-03-03", PlanPromise("p1", date(2026, 3, 3))),
        ("done", "p1", Settle("p1", "done")),
        ("not-yet", "p1", Settle("p1", "not-yet")),
        ("not-for-me", "p1", Settle("p1", "not-for-me")),
        ("withdraw", "p1", Withdraw("p1")),
        ("daily-cancel", "", CancelDaily()),
        ("daily-confirm", "weekdays 08:30", ConfirmDaily(ChangeDaily(time(8, 30), WEEKDAYS))),
        (
            "daily-confirm",
            "mon,wed 09:00 Europe/Paris holidays off",
            ConfirmDaily(ChangeDaily(time(9), frozenset({0, 2}), None, "Europe/Paris", "")),
        ),
        ("daily-confirm", "on", ConfirmDaily(ChangeDaily())),
        ("daily-confirm", "off", ConfirmDaily(BareCommand("off"))),
        ("daily-confirm", "status", ConfirmDaily(BareCommand("status"))),
        ("daily-confirm", "pause", ConfirmDaily(PauseDaily(None))),
        ("daily-confirm", "pause until 2026-03-03", ConfirmDaily(PauseDaily(date(2026, 3, 3)))),
    ],
)
def test_what_the_former_release_posted_is_understood(name, value, action):
    """These values stand under messages that nobody takes down; a date that has passed is refused when pressed."""
    assert wire.read_button(name, value) == action


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("", ""),
        ("destroy", "a1"),
        ("promise", "p1:someday"),
        ("daily-confirm", "x"),
        ("daily-confirm", "25:00"),
        ("daily-confirm", "pause until 2026-02-31"),
        ("daily-confirm", "{"),
        ("daily-confirm", '{"at": "25:00"}'),
        ("daily-confirm", '{"at": "09:00Z"}'),
        ("daily-confirm", '{"weekdays": [7]}'),
        ("daily-confirm", '{"weekdays": []}'),
        ("daily-confirm", '{"zone": "../../etc/passwd"}'),
        ("daily-confirm", '{"nation": "Narnia"}'),
    ],
)
def test_what_was_never_written_is_nothing(name, value):
    assert wire.read_button(name, value) is None


@given(st.text(max_size=20) | st.sampled_from(["promise", "daily-confirm", "theme"]), st.text(max_size=60))
def test_nothing_forged_breaks_it(name, value):
    found = wire.read_button(name, value)

    assert found is None or wire.read_button(*wire.write_button(found)) == found

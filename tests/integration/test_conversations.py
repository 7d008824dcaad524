"""Dialogues written as data, played to the real bot on a fresh database each."""

import re
from typing import Any, get_args, get_type_hints

import pytest

from bot.app import App
from bot.message import Reply
from tests.dialogues import EVERYWHERE, FOLDER, OF_KIND, DialoguePlayer, check_expectation, read_dialogues

DIALOGUES = read_dialogues()


@pytest.mark.parametrize("turns", [d[1] for d in DIALOGUES], ids=[d[0] for d in DIALOGUES])
async def test_a_dialogue_goes_as_written(app: App, turns: list[dict[str, Any]]):
    await DialoguePlayer(app.conversation).play(turns)


def test_there_are_at_least_forty_dialogues():
    assert len(DIALOGUES) >= 40


@pytest.mark.parametrize(
    "expect",
    [
        {"kind": "lesson", "intent": "listening"},
        {"kind": "handover", "theme": "listening"},
        {"kind": ["lesson", "clarify"], "topic": "wellbeing"},
        {"kind": "text", "sais": "hello"},
        {"kind": "lessn"},
    ],
    ids=str,
)
def test_what_a_reply_cannot_have_is_refused_and_never_passed_over(expect: dict[str, Any]):
    with pytest.raises(AssertionError, match="a dialogue cannot expect"):
        check_expectation(expect)


async def test_an_expectation_that_is_not_met_fails(app: App):
    for said, wrong in (
        ("listening", {"kind": "theme", "theme": "vision"}),
        ("hello", {"kind": "text", "intent": "thanks"}),
        ("hello", {"kind": "text", "offers": "no-such-theme"}),
        ("I've had chest pain since lunch", {"kind": "handover", "topic": "wellbeing"}),
        ("listening", {"kind": "theme", "says": "words that are nowhere"}),
    ):
        with pytest.raises(AssertionError):
            await DialoguePlayer(app.conversation).play([{"say": said, "expect": wrong}])


def test_every_kind_of_reply_can_be_expected():
    kinds = {kind for reply in get_args(Reply) for kind in get_args(get_type_hints(reply)["kind"])}
    assert kinds == set(OF_KIND)


def test_the_guide_for_editors_names_just_what_can_be_expected():
    guide = (FOLDER / "README.md").read_text("utf-8")
    keys = re.findall(r"^\| `(\w+)` \|", guide, re.MULTILINE)
    kinds = re.search(r"the kind of the reply: ([\w, ]+) \(", guide)

    assert set(keys) == EVERYWHERE.union(*OF_KIND.values())
    assert len(keys) == len(set(keys))
    assert kinds is not None
    assert set(kinds[1].split(", ")) == set(OF_KIND)
    for turn in ("say", "press", "pick"):
        assert f"`{turn}:`" in guide

"""A command is told as it is typed where it is read."""

import json

import pytest

from bot.message import Place, TextReply
from bot.platforms.abilities import ABILITIES
from bot.platforms.slack.views.reply import render_reply
from bot.subscriptions.responses import prefix_commands, refused

SAID = TextReply("daily", ("Type “daily” or “daily off”; I did not understand “sharpish”.", "See “promises”."))


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (Place("slack", "T1", "C1"), "Type “/steps daily” or “/steps daily off”"),
        (Place("slack", "T1", "U1", private=True), "Type “daily” or “daily off”"),
        (Place("teams", "T1", "19:x"), "Type “@Small Steps daily” or “@Small Steps daily off”"),
        (Place("teams", "T1", "a:x", private=True), "Type “daily” or “daily off”"),
        (Place("simulator", "", "session"), "Type “daily” or “daily off”"),
    ],
)
def test_a_command_is_told_as_it_is_typed_there(place, told):
    first, _ = prefix_commands(SAID, place, ABILITIES[place.platform]).paragraphs

    assert first == f"{told}; I did not understand “sharpish”."


def test_the_owner_of_a_tip_that_stopped_learns_what_to_type_there():
    """It is said in private about a channel, so it is the channel's way that counts."""
    told = refused(Place("slack", "T1", "C1"), "the channel is archived", ABILITIES["slack"])

    assert "type “/steps daily on” there" in " ".join(told.paragraphs)


def test_the_owner_learns_which_tip_stopped_and_in_slack_which_channel():
    """Somebody may have set up several."""
    channel = Place("slack", "T1", "C1")
    told = refused(channel, "the channel is archived", ABILITIES["slack"], "on Mondays at 09:00 (Europe/London)")

    assert "the daily tip that comes on Mondays at 09:00 (Europe/London) in one of the places" in told.paragraphs[0]
    assert '{"type": "channel", "channel_id": "C1"}' in json.dumps(render_reply(told).blocks)
    assert refused(Place("slack", "T1", "U1", private=True), "it is closed", ABILITIES["slack"]).concerns is None

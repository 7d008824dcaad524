"""What arrives is read by pure functions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.slack.api.payloads import read_message, read_surface, remove_mentions
from bot.platforms.slack.listeners.command_parser import (
    FreeText,
    NearMiss,
    SlashSubcommand,
    ThemeRequest,
    parse_command,
)
from bot.platforms.slack.transport import signature
from bot.platforms.slack.transport.deduplication import build_event_key
from bot.platforms.slack.views import actions

TITLES = {"listening": "Listening", "learning": "Learning", "staff-buy-in": "Staff buy-in", "ends": "Means & ends"}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("type", "subtype", "user", "text", "channel", "ts", "thread_ts", "bot_id", "hidden", "channel_type")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", SlashSubcommand("help")),
        ("  HELP ", SlashSubcommand("help")),
        ("why", SlashSubcommand("why")),
        ("share", SlashSubcommand("share")),
        ("Listening", ThemeRequest("listening")),
        ("staff-buy-in", ThemeRequest("staff-buy-in")),
        ("Staff buy in", ThemeRequest("staff-buy-in")),
        ("means and ends", ThemeRequest("ends")),
        ("lisening", NearMiss(("listening",))),
        ("staf buyin", NearMiss(("staff-buy-in",))),
        ("leaving", FreeText("leaving")),
        ("daily at 9 on weekdays", FreeText("daily at 9 on weekdays")),
        ("means &amp; ends", ThemeRequest("ends")),
        ("*Listening*", ThemeRequest("listening")),
        ("`daily off`", FreeText("daily off")),
        ("nobody is listening to us any more", FreeText("nobody is listening to us any more")),
    ],
)
def test_what_stands_after_the_command(text: str, expected: object):
    assert parse_command(text, TITLES) == expected


@given(st.text(max_size=200))
def test_anything_can_be_typed_after_the_command(text: str):
    parse_command(text, TITLES)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<@U0BOT> hello", "hello"),
        ("<@U0BOT|steps>, hello", ", hello"),
        ("hello <@U0BOT>", "hello"),
        ("<@U0ANN> said <@U0BOT> no", "<@U0ANN> said  no"),
        ("<@U0BOT>", ""),
        ("line one\nline two", "line one\nline two"),
    ],
)
def test_the_mention_of_the_bot_goes_and_others_stay(text: str, left: str):
    assert remove_mentions(text, "U0BOT") == left


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, ANYTHING)))
def test_no_event_breaks_the_reading(event: dict):
    read_message(event, "U0BOT")


@given(st.dictionaries(st.sampled_from(("view", "container", "message", "channel", "response_url")), ANYTHING))
def test_no_interaction_breaks_the_reading(body: dict):
    read_surface(body)


@given(st.dictionaries(st.sampled_from(("action_id", "value", "selected_option")), ANYTHING))
def test_no_action_breaks_the_reading(action: dict):
    actions.read_action(action)


def test_a_key_has_the_workspace_the_id_and_the_type():
    """A message and a mention that share an id have different keys."""
    body = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": {"type": "message"}}

    assert build_event_key(body) == ("T1", "Ev1", "message")
    assert build_event_key(body | {"event": {"type": "app_mention"}}) == ("T1", "Ev1", "app_mention")
    assert build_event_key({"type": "block_actions", "team": {"id": "T1"}, "trigger_id": "1.2"}) == (
        "T1",
        "1.2",
        "block_actions",
    )
    assert build_event_key({"command": "/steps", "team_id": "T1", "trigger_id": "1.2"}) == ("T1", "1.2", "/steps")
    assert build_event_key({"type": "url_verification"}) is None


def test_a_signature_is_that_of_slacks_own_example():
    """The example of https://docs.slack.dev/authentication/verifying-requests-from-slack."""
    secret, timestamp = "8f742231b10e8888abcd99yyyzzz85a5", "1531420618"
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    expected = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"

    assert signature.is_genuine(secret, timestamp, body, expected)
    assert not signature.is_genuine(secret, timestamp, body + b"&", expected)
    assert signature.is_fresh(timestamp, 1531420618 + 299)
    assert not signature.is_fresh(timestamp, 1531420618 + 301)

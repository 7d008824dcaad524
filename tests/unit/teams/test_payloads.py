"""Activities are read with suspicion."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms import wire
from bot.platforms.teams.api import payloads
from bot.platforms.teams.api.payloads import ActivityError, read_activity
from bot.platforms.teams.handlers import card_actions

CHANNEL = "19:abc@thread.tacv2"


def activity(**changed):
    base = {
        "type": "message",
        "id": "1",
        "text": "nobody listens",
        "serviceUrl": "https://smba.trafficmanager.net/uk/",
        "from": {"id": "29:jane"},
        "recipient": {"id": "28:bot"},
        "conversation": {"id": "a:1", "conversationType": "personal", "tenantId": "t"},
    }
    return base | changed


def test_a_thread_belongs_to_its_channel_and_keeps_its_own_conversation():
    found = read_activity(
        activity(
            conversation={"id": f"{CHANNEL};messageid=17", "conversationType": "channel", "isGroup": True},
            channelData={"tenant": {"id": "tenant"}, "team": {"id": "19:team"}, "channel": {"id": CHANNEL}},
        )
    )

    assert (found.scope, found.place.channel, found.place.team) == ("channel", CHANNEL, "tenant")
    assert found.conversation == f"{CHANNEL};messageid=17"
    assert found.team == "19:team"
    assert not found.place.private


@pytest.mark.parametrize(
    ("conversation", "scope"),
    [
        ({"id": "a:1", "conversationType": "personal"}, "personal"),
        ({"id": "a:1"}, "personal"),
        ({"id": "19:x", "conversationType": "groupChat"}, "groupChat"),
        ({"id": "19:x", "isGroup": True}, "groupChat"),
    ],
)
def test_the_scope_is_told_apart(conversation, scope):
    found = read_activity(activity(conversation=conversation))

    assert found.scope == scope
    assert found.place.private is (scope == "personal")


@pytest.mark.parametrize("missing", ["type", "serviceUrl", "from", "conversation"])
@pytest.mark.parametrize("instead", [None, "", {}, [], 3])
def test_what_every_activity_has_must_be_there(missing, instead):
    with pytest.raises(ActivityError):
        read_activity(activity(**{missing: instead}))


def test_keys_fit_their_columns_whatever_is_sent():
    found = read_activity(activity(conversation={"id": "a" * 5000, "tenantId": "t" * 500}))

    assert len(found.place.key) <= 255
    assert len(found.place.team) <= 64


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("ask nobody listens", "nobody listens"),
        ("Ask: nobody listens", "nobody listens"),
        ("asking is hard", "asking is hard"),
        ("ask", "help"),
        ("", ""),
        ("themes", "themes"),
    ],
)
def test_the_command_ask_is_only_a_way_to_begin(text, asked):
    assert payloads.read_message(read_activity(activity(text=text))).text == asked


def test_the_time_zone_is_kept_when_it_is_one():
    assert payloads.read_message(read_activity(activity(localTimezone="Europe/London"))).time_zone == "Europe/London"
    assert payloads.read_message(read_activity(activity(localTimezone="Mars/Olympus"))).time_zone is None


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"action": "destroy"},
        {"action": ["another"]},
        {"action": "another", "value": {}},
        {"verb": "x", "action": "why"},
    ],
)
def test_data_that_is_none_of_our_buttons_is_no_press(data):
    assert card_actions.read_press(read_activity(activity()), data) is None


def test_a_press_carries_what_is_looked_up_later():
    found = card_actions.read_press(read_activity(activity()), {"verb": "steps", "action": "why", "value": "answer-1"})

    assert found is not None
    assert (*wire.write_button(found.action), found.person) == ("why", "answer-1", "29:jane")


def test_the_same_event_has_the_same_name_and_another_has_another():
    same = {payloads.build_event_key(read_activity(activity())) for _ in range(2)}
    others = {
        payloads.build_event_key(read_activity(activity(**changed)))
        for changed in ({"id": "2"}, {"type": "invoke"}, {"conversation": {"id": "a:2", "tenantId": "t"}})
    }

    assert len(same) == 1
    assert len(same | others) == 4


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
KEYS = ["text", "entities", "attachments", "channelData", "value", "recipient", "localTimezone", "name", "id"]


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(KEYS), json_values))
def test_nothing_in_an_activity_breaks_it(changed):
    found = read_activity(activity(**changed))
    payloads.read_message(found)
    card_actions.read_press(found, payloads.read_execute_data(found))
    payloads.has_attachments(found)
    payloads.build_event_key(found)

"""Delivery: acknowledged at once, once only, nothing lost, nothing twice, and nothing but one line in the log."""

import asyncio
import json
import logging
import time

import pytest

from bot.app import build_app
from tests.contract.slack.fake_slack import FakeSlack
from tests.contract.slack.workspace import DIRECT, OURS, RequestSender

HOUR_AGO = str(int(time.time()) - 3600)


async def test_an_event_is_acknowledged_before_it_is_answered(sender: RequestSender, slack: FakeSlack):
    """Slack hears back at once, however long the answer takes."""
    slack.hold_calls()

    status, _ = await sender.send_event(sender.build_mention("listening"))

    assert status == 200
    assert not slack.list_posts(OURS)
    slack.release_calls()
    await slack.wait_until(lambda: slack.list_posts(OURS))


async def test_retries_are_answered_once(start, slack: FakeSlack):
    """Slack repeats an event with the same id; the person sees one answer."""
    async with start() as sender:
        event = sender.build_mention("listening")
        statuses = await asyncio.gather(
            *(sender.send_event(event, event_id="Ev1", **{"X-Slack-Retry-Num": str(number)}) for number in range(6))
        )
        await sender.send_event(sender.build_mention("tip"))
        await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 2)
    assert [status for status, _ in statuses] == [200] * 6
    assert len(slack.list_posts(OURS)) == 2


async def test_two_replicas_answer_once(start, slack: FakeSlack):
    """The key lies in the database, so it holds for every replica."""
    async with start() as one, start() as other:
        event = one.build_mention("listening")
        await asyncio.gather(*(replica.send_event(event, event_id="Ev1") for replica in (one, other, one, other)))
        await other.send_event(other.build_mention("tip"))
        await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 2)
    assert len(slack.list_posts(OURS)) == 2


async def test_a_message_and_a_mention_with_one_id_are_told_apart(start, slack: FakeSlack):
    """The two events of one utterance may share an id; whichever comes first, the mention is answered, once."""
    async with start() as sender:
        for order in (0, 1):
            mention = sender.build_mention("listening")
            both = [mention | {"type": "message", "channel_type": "channel"}, mention]
            for event in both if order else reversed(both):
                await sender.send_event(event, event_id=f"Ev{order}")
            await slack.wait_until(lambda: len(slack.list_posts(OURS)) == order + 1)  # noqa: B023
    assert len(slack.list_posts(OURS)) == 2


async def test_a_command_that_is_sent_twice_is_answered_once(start, slack: FakeSlack):
    async with start() as sender:
        await sender.send_command("listening", trigger_id="1.2.3")
        await sender.send_command("listening", trigger_id="1.2.3")
        await sender.send_command("tip")
        await slack.wait_until(lambda: len(slack.responses) == 2)
    assert len(slack.responses) == 2
    assert len({number for number, _ in slack.responses}) == 2


async def test_while_the_database_is_away_a_request_is_acknowledged_and_answered_later(
    start, slack: FakeSlack, settings, caplog
):
    """Nothing is lost, and a repeat is answered no second time, though no claim could be made when it came."""
    async with start() as sender, build_app(settings) as app:
        event = sender.build_mention("listening")
        async with app.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE slack_events RENAME TO away")
        for _ in range(2):
            assert (await sender.send_event(event, event_id="Ev1"))[0] == 200
        async with app.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE away RENAME TO slack_events")
        await slack.wait_until(lambda: slack.list_posts(OURS))
    assert len(slack.list_posts(OURS)) == 1
    assert "Traceback" not in caplog.text


async def test_while_slack_cannot_say_who_the_bot_is_a_request_is_attempted_again(start, slack: FakeSlack, caplog):
    """Authorising may fail at the start and at the first event, which is answered as soon as Slack can say it."""
    slack.fail_next("auth.test", *["500"] * 6)  # each asks three times
    async with start() as sender:
        event = sender.build_mention("listening")
        assert (await sender.send_event(event, event_id="Ev1"))[0] == 200
        await slack.wait_until(lambda: slack.list_posts(OURS))
        await sender.send_event(event, event_id="Ev1")
        await sender.send_event(sender.build_mention("tip"))
        await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 2)
    assert len(slack.list_posts(OURS)) == 2
    assert "Traceback" not in caplog.text


async def test_a_handover_is_given_though_nothing_can_be_remembered(start, slack: FakeSlack, settings, caplog):
    """Who spoke in a thread is remembered beside the answer: whoever is in distress does not wait for that."""
    async with start() as sender, build_app(settings) as app:
        async with app.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE slack_threads RENAME TO away")
        await sender.send_event(sender.build_mention("I want to hurt myself"))
        await slack.wait_until(lambda: slack.list_posts(OURS) or slack.list_calls("chat.postEphemeral"))
    (answer,) = [*slack.list_posts(OURS), *slack.list_calls("chat.postEphemeral")]
    assert "116 123" in answer["text"]
    assert "could not be remembered" in caplog.text


@pytest.mark.parametrize(
    ("faults", "calls"),
    [
        (["500"], 1),
        (["html"], 1),
        (["drop"], 1),
        (["429"], 1),
        (["500 after posting"], 1),
        (["drop after posting"], 1),
        (["500", "500 after posting"], 1),
    ],
    ids=str,
)
async def test_one_answer_though_slack_fails(start, slack: FakeSlack, caplog, faults: list, calls: int):
    """Whether Slack failed before it posted or after, people see the answer, and see it once."""
    async with start() as sender:
        slack.fail_next("chat.postMessage", *faults)
        await sender.send_event(sender.build_mention("listening"))
        await slack.wait_until(lambda: slack.list_posts(OURS) and not slack.faults["chat.postMessage"])
        await sender.send_event(sender.build_mention("tip"))
        await slack.wait_until(lambda: len(slack.list_posts(OURS)) == calls + 1)
    assert len(slack.list_posts(OURS)) == calls + 1
    assert "Traceback" not in caplog.text


async def test_a_slack_that_keeps_failing_is_one_line_in_the_log(sender: RequestSender, slack: FakeSlack, caplog):
    slack.fail_next("chat.postMessage", *["500"] * 3)

    await sender.send_event(sender.build_mention("listening"))

    await slack.wait_until(lambda: "Slack refused a call" in caplog.text)
    assert "Traceback" not in caplog.text


async def test_a_token_revoked_in_the_middle_is_said_to_the_operators(sender: RequestSender, slack: FakeSlack, caplog):
    """The sentence says how to mend it; no text of a message is in the log."""
    for token in slack.tokens.values():
        token.revoked = True

    await sender.send_event(sender.build_mention("a very private matter about listening"))

    await slack.wait_until(lambda: "token_revoked" in caplog.text)
    assert "Install the app in the workspace again" in caplog.text
    assert "private matter" not in caplog.text
    assert "Traceback" not in caplog.text


async def test_more_than_can_be_done_at_once_is_declined_politely(start, slack: FakeSlack):
    """Work in flight is bounded; who comes too many is asked to come back."""
    slack.delay = 0.5
    async with start(slack_most_at_once=2) as sender:
        for _ in range(4):
            await sender.send_event(sender.build_mention("listening"))
        await slack.wait_until(
            lambda: len(slack.list_posts(OURS)) == 2 and len(slack.list_calls("chat.postEphemeral")) == 2
        )

    assert all("in a minute" in call["text"] for call in slack.list_calls("chat.postEphemeral"))


async def test_answers_under_way_are_finished_when_the_server_stops(start, slack: FakeSlack):
    slack.delay = 0.3
    async with start() as sender:
        await sender.send_event(sender.build_mention("listening"))

    assert len(slack.list_posts(OURS)) == 1


async def test_no_text_is_logged_even_when_everything_is(start, slack: FakeSlack, caplog):
    """At DEBUG too, what people write stays out of the log."""
    caplog.set_level(logging.DEBUG)
    async with start(log_level="DEBUG") as sender:
        await sender.send_event(sender.build_mention("a very private matter about listening"))
        await sender.send_event(sender.build_mention("a very private matter") | {"type": "unheard_of"})
        await slack.wait_until(lambda: slack.list_posts(OURS))

    assert "private matter" not in caplog.text


async def test_long_and_wild_texts_are_answered(sender: RequestSender, slack: FakeSlack):
    """Anything that can be typed gets an answer that Slack takes."""
    wild = ["listening " * 4_000, "\u202e\u200b\x07", "<!channel> & <https://x.example|listening>", "🙂" * 300, "*_~`>"]
    for text in wild:
        await sender.send_event(sender.build_message(text, channel=DIRECT))

    await slack.wait_until(lambda: len(slack.list_posts(DIRECT)) == len(wild))
    assert not slack.refused


# Forged, stale, malformed, too large


async def test_unsigned_and_stale_requests_are_refused_before_they_are_parsed(sender: RequestSender, slack: FakeSlack):
    body = json.dumps(sender.build_envelope(sender.build_mention("listening"))).encode()
    asked = len(slack.calls)

    assert (await sender.post(body, secret="another"))[0] == 401
    assert (await sender.post(body, timestamp=HOUR_AGO))[0] == 401
    assert (await sender.post(b"{not json", secret="another"))[0] == 401
    for signature in ("", "v0=", "v1=abc", "v0=é", "x" * 5_000):
        assert (await sender.post(body, **{"X-Slack-Signature": signature}))[0] == 401
    for timestamp in ("", "soon", "-1", "9" * 40, "١٢٣"):
        assert (await sender.post(body, **{"X-Slack-Request-Timestamp": timestamp}))[0] == 401
    async with sender.session.post(sender.url + "/slack/events", data=body) as answer:
        assert answer.status == 401
    assert len(slack.calls) == asked


async def test_a_body_over_one_mebibyte_is_refused(sender: RequestSender):
    assert (await sender.post(b" " * (1024 * 1024 + 1)))[0] == 413

    async def in_pieces():
        for _ in range(20):
            yield b" " * 65_536

    timestamp = str(int(time.time()))
    headers = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": "v0=" + "0" * 64}
    async with sender.session.post(sender.url + "/slack/events", data=in_pieces(), headers=headers) as answer:
        assert answer.status == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b'"text"',
        b"\xff\xfe",
        b'{"type": "event_callback", "event": "listening"}',
        b'{"type": "event_callback", "event": []}',
        b'{"type": "block_actions", "actions": "steps:why"}',
        b'{"type": "block_actions", "actions": ["steps:why"]}',
        b'{"type": "view_submission", "view": 7}',
        b"payload=%7Bnot+json",
        b"payload=7",
    ],
)
async def test_malformed_requests_are_refused_quietly(sender: RequestSender, slack: FakeSlack, caplog, body: bytes):
    """Signed nonsense is no reason for a traceback, nor for Slack to send it again."""
    for content_type in ("application/json", "application/x-www-form-urlencoded"):
        status, _ = await sender.post(body, content_type)
        assert status in (200, 400)
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        {"type": "event_callback", "event": {}},
        {"type": "event_callback", "event": {"type": "message"}},
        {"type": "event_callback", "event": {"type": "app_mention", "user": 7, "channel": [], "ts": {}}},
        {"type": "event_callback", "team_id": {}, "event": {"type": "message", "text": None}},
        {"type": "event_callback", "authorizations": [], "event": {"type": "message"}},
        {"type": "event_callback", "authorizations": ["x"], "event": {"type": "message"}},
        {"type": "block_actions", "user": "U0ANN", "actions": [{"action_id": "steps:why"}]},
        {"type": "block_actions", "team": 7, "user": {}, "channel": 7, "actions": []},
        {"type": "view_submission", "view": {"callback_id": "steps:ask"}},
        {"type": "view_submission", "view": {"callback_id": "steps:share", "state": {"values": {}}}},
        {"type": "message_action", "callback_id": "steps:help-here", "channel": "C0OURS"},
        {"type": "something_new"},
        {"no": "type"},
    ],
    ids=str,
)
async def test_odd_shapes_do_no_harm(sender: RequestSender, slack: FakeSlack, caplog, body: dict):
    """Whatever a signed request lacks, the next one is answered."""
    status, _ = await sender.post(json.dumps(body).encode())

    assert status in (200, 400)
    await sender.send_event(sender.build_mention("listening"))
    await slack.wait_until(lambda: slack.list_posts(OURS))
    assert "Traceback" not in caplog.text


async def test_the_address_is_verified_for_slack(sender: RequestSender):
    status, body = await sender.post(b'{"type": "url_verification", "challenge": "abc", "token": "t"}')

    assert (status, json.loads(body)["challenge"]) == (200, "abc")

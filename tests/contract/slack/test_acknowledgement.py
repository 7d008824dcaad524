"""Acknowledge first: Slack hears back at once, whatever the database and Slack's own API are doing."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.app import build_app
from bot.store.database import open_engine
from bot.store.slack import SlackEvents
from tests.contract.slack.fake_slack import APP_TOKEN, FakeSlack
from tests.contract.slack.workspace import DIRECT, OURS, Body, RequestSender, collect_text, find_button

QUESTION = "our consultants just cross their arms in every workshop, what do I do?"
VALUES = {"question": {"question": {"type": "plain_text_input", "value": QUESTION}}}
SORRY = "out of reach"


def submission(view: str) -> Body:
    values = {"id": view, "type": "modal", "callback_id": "steps:ask", "state": {"values": VALUES}}
    return {"type": "view_submission", "view": values}


@asynccontextmanager
async def locked(folder: Path) -> AsyncIterator[None]:
    """Hold SQLite's write lock, as another process might, once the bot has written what it writes at its start."""
    holder = sqlite3.connect(folder / "bot.sqlite", isolation_level=None, timeout=0)
    try:
        while True:
            try:
                holder.execute("BEGIN EXCLUSIVE")
                break
            except sqlite3.OperationalError:
                await asyncio.sleep(0.05)  # the bot is in the middle of a transaction, on this very loop
        yield
        holder.execute("ROLLBACK")
    finally:
        holder.close()


@asynccontextmanager
async def away(settings) -> AsyncIterator[None]:
    """Take away the tables that a request needs first, and put them back."""
    async with build_app(settings) as app:
        async with app.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE slack_events RENAME TO away")
        yield
        async with app.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE away RENAME TO slack_events")


async def test_everything_is_acknowledged_while_the_database_is_locked(start, slack: FakeSlack, tmp_path: Path):
    """Events, direct messages, commands, presses, shortcuts and submissions; each is answered after the lock."""
    async with start() as sender:
        await sender.send_interaction({"type": "shortcut", "callback_id": "steps:ask"})
        await slack.wait_until(lambda: slack.views)
        (view,) = slack.views
        async with locked(tmp_path):
            assert (await sender.send_event(sender.build_mention(QUESTION)))[0] == 200
            assert (await sender.send_event(sender.build_message("tip", channel=DIRECT)))[0] == 200
            assert (await sender.send_command("listening"))[:2] == (200, "")
            pressed = {"action_id": "steps:theme:1", "type": "button", "value": "listening"}
            assert (await sender.press_element(pressed, **sender.on_ephemeral()))[0] == 200
            assert (await sender.send_interaction({"type": "shortcut", "callback_id": "steps:ask"}))[0] == 200
            status, body = await sender.send_interaction(submission(view))
            assert (status, '"response_action": "update"' in body) == (200, True)
            assert not slack.list_posts(OURS)
            assert not slack.responses
        await slack.wait_until(
            lambda: slack.list_posts(OURS) and slack.list_posts(DIRECT) and len(slack.responses) == 2
        )
        await slack.wait_until(lambda: "One small step" in collect_text(slack.views[view]["blocks"]))


async def test_an_envelope_is_acknowledged_while_the_database_is_locked(start, slack: FakeSlack, tmp_path: Path):
    """In Socket Mode too."""
    async with start(slack_signing_secret=None, slack_app_token=APP_TOKEN) as sender:
        await slack.wait_until(lambda: slack.sockets)
        async with locked(tmp_path):
            event = sender.build_envelope(sender.build_mention("listening"))
            await slack.send_envelope({"type": "events_api", "envelope_id": "e1", "payload": event})
            await slack.wait_until(lambda: slack.acknowledged)
            assert not slack.list_posts(OURS)
        await slack.wait_until(lambda: slack.list_posts(OURS))


async def test_whoever_cannot_be_answered_for_long_is_told(
    start, slack: FakeSlack, settings, monkeypatch: pytest.MonkeyPatch, caplog
):
    """After the time for which an answer is attempted, one sentence is said on each way in; nobody waits in silence."""
    monkeypatch.setattr("bot.platforms.slack.component.PATIENCE", 0.5)
    async with start() as sender:
        await sender.send_interaction({"type": "shortcut", "callback_id": "steps:ask"})
        await slack.wait_until(lambda: slack.views)
        (view,) = slack.views
        async with away(settings):
            await sender.send_event(sender.build_mention(QUESTION))
            await sender.send_event(sender.build_message(QUESTION, channel=DIRECT))
            await sender.send_command("listening")
            await sender.send_interaction(submission(view))
            await slack.wait_until(
                lambda: slack.list_calls("chat.postEphemeral") and slack.list_posts(DIRECT) and slack.responses
            )
            await slack.wait_until(lambda: SORRY in collect_text(slack.views[view]["blocks"]))
    told = [*slack.list_calls("chat.postEphemeral"), *slack.list_posts(DIRECT), slack.responses[0][1]]
    assert [SORRY in one["text"] for one in told] == [True] * 3
    assert not slack.list_posts(OURS)
    assert "Traceback" not in caplog.text
    assert caplog.text.count("was put off") == 1  # at most one line a minute


@pytest.fixture
async def impatient(start, slack: FakeSlack, settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RequestSender]:
    """Requests to a bot that gives a request up after half a second, while no request can be claimed."""
    monkeypatch.setattr("bot.platforms.slack.component.PATIENCE", 0.5)
    async with start() as sender, away(settings):
        yield sender


async def test_a_press_in_the_home_that_is_given_up_is_told_as_a_message(impatient: RequestSender, slack: FakeSlack):
    """Its trigger has expired by then, so no window opens."""
    slack.fail_next("views.open", "expired_trigger_id")
    pressed = {"action_id": "steps:theme:1", "type": "button", "value": "listening"}
    await impatient.press_element(pressed, **impatient.on_view("V0HOME", "home"))
    await slack.wait_until(lambda: slack.list_posts(DIRECT))
    assert SORRY in slack.list_posts(DIRECT)[0]["text"]


async def test_a_shortcut_that_is_given_up_is_told_as_a_message(impatient: RequestSender, slack: FakeSlack):
    await impatient.send_interaction({"type": "shortcut", "callback_id": "steps:ask"})
    await slack.wait_until(lambda: slack.list_posts(DIRECT))
    assert SORRY in slack.list_posts(DIRECT)[0]["text"]


async def test_a_press_in_a_window_that_is_given_up_is_told_in_one(impatient: RequestSender, slack: FakeSlack):
    pressed = {"action_id": "steps:themes:1", "type": "button"}
    await impatient.press_element(pressed, **impatient.on_view("V0MODAL"))
    await slack.wait_until(lambda: slack.views)
    assert [SORRY in collect_text(view["blocks"]) for view in slack.views.values()] == [True]


@pytest.mark.parametrize("status", ["404", "500"])
async def test_a_notice_whose_response_address_fails_is_whispered(
    impatient: RequestSender, slack: FakeSlack, status: str
):
    """Of a command, and of a press under a message that only its reader sees."""
    slack.faults["response"].extend([status] * 2)
    await impatient.send_command("listening")
    pressed = {"action_id": "steps:theme:1", "type": "button", "value": "listening"}
    await impatient.press_element(pressed, **impatient.on_ephemeral())
    await slack.wait_until(lambda: len(slack.list_calls("chat.postEphemeral")) == 2)
    assert [SORRY in one["text"] for one in slack.list_calls("chat.postEphemeral")] == [True, True]


async def test_a_submission_that_is_given_up_and_whose_window_is_closed_is_told_as_a_message(
    impatient: RequestSender, slack: FakeSlack
):
    await impatient.send_interaction(submission("V0CLOSED"))
    await slack.wait_until(lambda: slack.list_posts(DIRECT))
    assert SORRY in slack.list_posts(DIRECT)[0]["text"]


async def test_an_answer_waits_for_a_database_that_leaves_after_the_claim(start, slack: FakeSlack, settings):
    """The history of the place is needed for an answer, and comes back."""
    async with start() as sender, build_app(settings) as app:
        async with app.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE answers RENAME TO away")
        await sender.send_event(sender.build_mention("listening"))
        await asyncio.sleep(0.2)
        async with app.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE away RENAME TO answers")
        await slack.wait_until(lambda: slack.list_posts(OURS))
    assert len(slack.list_posts(OURS)) == 1


async def test_an_answer_is_posted_only_once_it_is_on_record(start, slack: FakeSlack, settings):
    """A post cannot be taken back: without its row its buttons would say that it is gone, and it would come again."""
    async with start() as sender, build_app(settings) as app:

        async def run(statement: str) -> list[int]:
            async with app.engine.begin() as connection:
                found = await connection.exec_driver_sql(statement)
                return list(found.scalars()) if found.returns_rows else []

        # All can be read, and nothing can be recorded.
        await run("CREATE TRIGGER refuse BEFORE INSERT ON answers BEGIN SELECT RAISE(ABORT, 'no room'); END")
        await sender.send_event(sender.build_mention(QUESTION))
        await asyncio.sleep(1.0)  # in which it would have been posted
        assert not slack.list_posts(OURS)

        await run("DROP TRIGGER refuse")
        await slack.wait_until(lambda: slack.list_posts(OURS))
        assert await run("SELECT count(*) FROM answers WHERE nudge IS NOT NULL") == [1]
    (post,) = slack.list_posts(OURS)
    assert find_button(post["blocks"], "Why this?")


async def test_a_repeat_to_another_replica_is_answered_once_when_the_database_is_back(
    start, slack: FakeSlack, settings
):
    """The acknowledgement was lost, so Slack repeats the event; both replicas hold it and one may claim it."""
    async with start() as one, start() as other:
        event = one.build_mention("listening")
        async with away(settings):
            for replica in (one, other):
                assert (await replica.send_event(event, event_id="Ev1"))[0] == 200
        await slack.wait_until(lambda: slack.list_posts(OURS))
        await other.send_event(other.build_mention("tip"))
        await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 2)
    assert len(slack.list_posts(OURS)) == 2


async def test_a_claim_whose_answer_was_lost_is_ours(settings):
    """The same attempt finds its own claim; a repeat, which came at another time, does not."""
    from datetime import UTC, datetime, timedelta

    engine = open_engine(settings.database_url.get_secret_value())
    events, at = SlackEvents(engine), datetime.now(UTC)
    assert [await events.claim("T", "Ev1", "app_mention", at) for _ in range(2)] == [True, True]
    assert not await events.claim("T", "Ev1", "app_mention", at + timedelta(seconds=1))
    assert not await events.claim("T", "Ev1", "app_mention")
    await engine.dispose()


async def test_talk_that_is_not_for_the_bot_is_dropped_unread(start, slack: FakeSlack, settings):
    """No claim is made for it, no workspace looked up, nothing kept."""
    async with start() as sender, build_app(settings) as app:
        await sender.send_event(sender.build_message(QUESTION))
        await sender.send_event(sender.build_mention("listening"))
        await slack.wait_until(lambda: slack.list_posts(OURS))
        async with app.engine.connect() as connection:
            claims = (await connection.exec_driver_sql("SELECT kind FROM slack_events")).scalars().all()
    assert claims == ["app_mention"]


@pytest.mark.parametrize("many", [300])
async def test_a_crowd_is_acknowledged_whole(start, slack: FakeSlack, many: int):
    """Mentions and presses at once: every one is acknowledged, and every one that was taken on is answered."""
    async with start(slack_most_at_once=1_000) as sender:
        mentions = [sender.send_event(sender.build_mention("listening")) for _ in range(many // 3)]
        pressed = {"action_id": "steps:themes:1", "type": "button"}
        presses = [sender.press_element(pressed, **sender.on_ephemeral()) for _ in range(many - many // 3)]
        statuses = [status for status, _ in await asyncio.gather(*mentions, *presses)]
        assert statuses == [200] * many
        await slack.wait_until(
            lambda: len(slack.list_posts(OURS)) == many // 3 and len(slack.responses) == many - many // 3
        )

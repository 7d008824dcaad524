"""Nothing stands between a person in danger and the numbers, and only that person sees them."""

import sqlite3
from pathlib import Path

import pytest

from bot.app import build_app
from tests.contract.slack.fake_slack import APP_TOKEN, FakeSlack
from tests.contract.slack.test_acknowledgement import away, locked
from tests.contract.slack.test_workspaces import MANY, OAuthGrant, install
from tests.contract.slack.workspace import ANN, BEN, DIRECT, OURS, Body, RequestSender, collect_text

CRISIS = "I want to kill myself"
NUMBER = "116 123"
THREAD = "1700000000.000100"


def whispers(slack: FakeSlack) -> list[Body]:
    return [call for call in slack.list_calls("chat.postEphemeral") if NUMBER in call["text"]]


def cards(slack: FakeSlack, channel: str = DIRECT) -> list[Body]:
    return [posted for posted in slack.list_posts(channel) if NUMBER in posted["text"]]


async def count_handovers(folder: Path) -> int:
    with sqlite3.connect(folder / "bot.sqlite") as database:
        return int(database.execute("SELECT count(*) FROM answers WHERE kind = 'handover'").fetchone()[0])


async def wait_for_counts(slack: FakeSlack, folder: Path, wanted: int) -> None:
    for _ in range(600):
        if await count_handovers(folder) == wanted:
            return
        await slack.pause()
    raise AssertionError("the handover was not counted")


@pytest.mark.parametrize("thread", ["", THREAD], ids=["no thread yet", "in a thread"])
async def test_the_card_goes_to_the_person_alone(sender: RequestSender, slack: FakeSlack, tmp_path: Path, thread: str):
    """As a direct message, and as an ephemeral in the channel; in the thread only where the thread exists."""
    await sender.send_event(sender.build_mention(CRISIS, thread=thread))

    await slack.wait_until(lambda: whispers(slack) and cards(slack))
    assert [(one["user"], one.get("thread_ts", "")) for one in whispers(slack)] == [(ANN, thread)]
    assert len(cards(slack)) == 1
    assert not slack.list_posts(OURS)
    await wait_for_counts(slack, tmp_path, 1)


async def test_the_card_waits_for_no_database(start, slack: FakeSlack, settings, tmp_path: Path):
    """By mention, direct message and command; each is counted once when the database is back."""
    async with start() as sender:
        async with away(settings):
            await sender.send_event(sender.build_mention(CRISIS))
            await slack.wait_until(lambda: whispers(slack) and len(cards(slack)) == 1)
            await sender.send_event(sender.build_message(CRISIS, channel=DIRECT))
            await slack.wait_until(lambda: len(cards(slack)) == 2)
            await sender.send_command(f"listening {CRISIS}")
            await slack.wait_until(lambda: slack.responses and len(cards(slack)) == 3)
            assert await count_handovers(tmp_path) == 0
        assert NUMBER in slack.responses[0][1]["text"]
        await wait_for_counts(slack, tmp_path, 3)
    assert (len(whispers(slack)), len(cards(slack)), len(slack.responses)) == (1, 3, 1)


@pytest.mark.parametrize("socket", [False, True], ids=["http", "socket"])
async def test_the_card_waits_for_no_lock(start, slack: FakeSlack, tmp_path: Path, socket: bool):
    options = {"slack_signing_secret": None, "slack_app_token": APP_TOKEN} if socket else {}
    async with start(**options) as sender:
        async with locked(tmp_path):
            event = sender.build_mention(CRISIS)
            if socket:
                payload = sender.build_envelope(event)
                await slack.send_envelope({"type": "events_api", "envelope_id": "e1", "payload": payload})
            else:
                await sender.send_event(event)
            await slack.wait_until(lambda: whispers(slack) and cards(slack))
        await wait_for_counts(slack, tmp_path, 1)


async def test_a_full_queue_and_a_closed_channel_change_nothing(start, slack: FakeSlack, settings):
    """With an answer under way that takes the only slot, in a channel where the bot may not speak."""
    async with start(slack_most_at_once=1, slack_channels=("C0OTHER",)) as sender, build_app(settings) as app:
        async with app.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE answers RENAME TO away")
        await sender.send_command("listening")
        await slack.pause()
        await sender.send_event(sender.build_mention(CRISIS))
        await slack.wait_until(lambda: whispers(slack) and cards(slack))
        async with app.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE away RENAME TO answers")
        await slack.wait_until(lambda: slack.responses)
    assert not slack.list_posts(OURS)


async def test_two_replicas_may_give_two_cards_and_count_one(start, slack: FakeSlack, settings, tmp_path: Path):
    """A repeat of a lost acknowledgement, to another replica, while the database is away."""
    async with start() as one, start() as other:
        event = one.build_mention(CRISIS)
        async with away(settings):
            for replica in (one, other):
                await replica.send_event(event, event_id="Ev1")
            await slack.wait_until(lambda: len(cards(slack)) == 2)
        await wait_for_counts(slack, tmp_path, 1)
        await one.send_event(one.build_message("tip", channel=DIRECT))
        await slack.wait_until(lambda: len(slack.list_posts(DIRECT)) == 3)
    assert await count_handovers(tmp_path) == 1


async def test_who_did_not_speak_to_the_bot_gets_the_card_only_in_a_thread_of_the_bot(
    sender: RequestSender, slack: FakeSlack
):
    """A colleague in a thread that the bot is in is told privately; in any other thread nothing is read."""
    first = sender.build_mention("listening", person=BEN)
    await sender.send_event(first)
    await slack.wait_until(lambda: slack.list_posts(OURS))

    await sender.send_event(sender.build_message(CRISIS, thread=THREAD))
    await sender.send_event(sender.build_message(CRISIS))
    await sender.send_event(sender.build_message(CRISIS, thread=first["ts"]))

    await slack.wait_until(lambda: whispers(slack) and cards(slack))
    assert [one["thread_ts"] for one in whispers(slack)] == [first["ts"]]
    assert len(slack.list_posts(OURS)) == 1


async def test_whoever_passes_words_on_is_answered_and_their_author_is_not(sender: RequestSender, slack: FakeSlack):
    """The message shortcut, and a message that is forwarded to the bot, whose words stand in an attachment."""
    message = {"type": "message", "user": BEN, "text": CRISIS, "ts": THREAD}
    where = {"channel": {"id": OURS, "name": "ours"}, "response_url": slack.issue_response_url(), "message": message}
    await sender.send_interaction({"type": "message_action", "callback_id": "steps:help-here", **where})
    await slack.wait_until(lambda: slack.responses and len(cards(slack)) == 1)
    assert NUMBER in slack.responses[0][1]["text"]

    forwarded = [{"is_share": True, "is_msg_unfurl": True, "author_id": BEN, "text": CRISIS, "fallback": CRISIS}]
    await sender.send_event(sender.build_message("what do I say to this?", channel=DIRECT, attachments=forwarded))
    await slack.wait_until(lambda: len(cards(slack)) == 2)
    assert not slack.list_posts(OURS)
    assert not whispers(slack)
    assert {call["channel"] for call in slack.list_calls("chat.postMessage")} == {ANN, DIRECT}


async def test_a_crisis_in_a_window_is_answered_there(sender: RequestSender, slack: FakeSlack):
    """It takes the place of the answer."""
    await sender.send_interaction({"type": "shortcut", "callback_id": "steps:ask"})
    await slack.wait_until(lambda: slack.views)
    (view,) = slack.views
    values = {"question": {"question": {"type": "plain_text_input", "value": CRISIS}}}
    asked = {"id": view, "type": "modal", "callback_id": "steps:ask", "state": {"values": values}}
    await sender.send_interaction({"type": "view_submission", "view": asked})
    await slack.wait_until(lambda: NUMBER in collect_text(slack.views[view]["blocks"]))


async def test_without_the_workspace_a_command_is_answered_by_its_address(start, slack: FakeSlack, settings, caplog):
    """Nothing is known since the start, and the installation cannot be read; a mention is a line in the log at last."""
    async with start(**MANY) as sender:
        await install(sender, slack, OAuthGrant("T0ONE", "xoxb-one"))
    async with start(**MANY) as sender, build_app(settings) as app:
        async with app.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE slack_installations RENAME TO away")
        await sender.send_command(CRISIS, team_id="T0ONE")
        await slack.wait_until(lambda: slack.responses)
        assert NUMBER in slack.responses[0][1]["text"]
        await sender.send_event(sender.build_mention(CRISIS), team="T0ONE")
        async with app.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE away RENAME TO slack_installations")
        await slack.wait_until(lambda: whispers(slack))  # as soon as the workspace is known
    assert CRISIS not in caplog.text


async def test_a_workspace_that_was_used_is_answered_without_its_installation(start, slack: FakeSlack, settings):
    async with start(**MANY) as sender, build_app(settings) as app:
        await install(sender, slack, OAuthGrant("T0ONE", "xoxb-one"))
        await sender.send_event(sender.build_mention("listening"), team="T0ONE")
        await slack.wait_until(lambda: slack.list_posts(OURS))
        async with app.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE slack_installations RENAME TO away")
        await sender.send_event(sender.build_mention(CRISIS), team="T0ONE")
        await slack.wait_until(lambda: whispers(slack) and cards(slack))
        async with app.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE away RENAME TO slack_installations")


async def test_a_crowd_that_waits_delays_no_card(start, slack: FakeSlack, tmp_path: Path):
    """A hundred questions wait for a locked database, and the card comes all the same."""
    async with start() as sender, locked(tmp_path):
        for _ in range(120):
            await sender.send_event(sender.build_mention("our board wants a plan by Friday"))
        await sender.send_event(sender.build_mention(CRISIS))
        await slack.wait_until(lambda: whispers(slack) and cards(slack))


async def test_only_when_every_private_way_is_refused_are_numbers_for_anybody_posted(
    sender: RequestSender, slack: FakeSlack
):
    """They say nothing of who wrote, and stand in the thread; who did not address the bot gets nothing in public."""
    slack.direct.clear()
    slack.fail_next("chat.postEphemeral", *["user_not_in_channel"] * 2)
    await sender.send_event(sender.build_mention(CRISIS))

    await slack.wait_until(lambda: slack.list_posts(OURS))
    (card,) = slack.list_posts(OURS)
    assert card["thread_ts"]
    assert "999" in card["text"]
    assert ANN not in card["text"]
    assert "sorry that it is this hard" not in card["text"]

    await sender.send_event(sender.build_message(CRISIS, person=BEN, thread=card["thread_ts"]))
    await sender.send_event(sender.build_mention("tip"))
    await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 2)
    assert slack.list_posts(OURS)[1]["thread_ts"] != card["thread_ts"]

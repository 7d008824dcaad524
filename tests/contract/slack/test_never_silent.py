"""Nobody is left in silence, and nothing is said twice, whatever Slack answers to a call of ours."""

import pytest

from bot.app import build_app
from bot.platforms.slack.api.scopes import OPTIONAL_SCOPES
from tests.contract.slack.fake_slack import TEAM, TOKEN, FakeSlack
from tests.contract.slack.test_presses import asked
from tests.contract.slack.workspace import ANN, DIRECT, OURS, RequestSender, collect_text, find_button

QUESTION = "our consultants just cross their arms in every workshop, what do I do?"
STEP = "One small step"


@pytest.mark.parametrize(
    "faults",
    [
        ["internal_error"],
        ["fatal_error"],
        ["service_unavailable"],
        ["ratelimited"],
        ["page"],
        ["words"],
        ["internal_error after posting"],
        ["page after posting"],
        ["words after posting"],
        ["500", "internal_error after posting"],
    ],
    ids=str,
)
async def test_an_answer_is_posted_once_whatever_slack_said(sender: RequestSender, slack: FakeSlack, faults: list[str]):
    """Codes with status 200 that leave open what happened are judged as a 500 is."""
    slack.fail_next("chat.postMessage", *faults)
    await sender.send_event(sender.build_mention("listening"))
    await slack.wait_until(lambda: slack.list_posts(OURS) and not slack.faults["chat.postMessage"])
    await sender.send_event(sender.build_mention("tip"))
    await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 2)
    assert len(slack.list_posts(OURS)) == 2


@pytest.mark.parametrize("code", ["restricted_action", "is_archived", "msg_blocked_by_policy", "never_heard_of"])
async def test_what_cannot_be_posted_in_the_thread_is_whispered(sender: RequestSender, slack: FakeSlack, code: str):
    slack.fail_next("chat.postMessage", code)
    await sender.send_event(sender.build_mention(QUESTION))
    await slack.wait_until(lambda: slack.list_calls("chat.postEphemeral"))
    (whisper,) = slack.list_calls("chat.postEphemeral")
    assert whisper["user"] == ANN
    assert STEP in whisper["text"]
    assert not slack.list_calls("conversations.replies")  # nothing is looked for after a sure refusal


async def test_what_cannot_be_whispered_either_comes_as_a_direct_message(sender: RequestSender, slack: FakeSlack):
    slack.fail_next("chat.postMessage", "restricted_action")
    slack.fail_next("chat.postEphemeral", "user_not_in_channel")
    await sender.send_event(sender.build_mention(QUESTION))
    await slack.wait_until(lambda: slack.list_posts(DIRECT))
    assert STEP in slack.list_posts(DIRECT)[0]["text"]


async def test_a_doubt_that_may_not_be_looked_into_is_whispered_and_not_posted_blindly(
    sender: RequestSender, slack: FakeSlack
):
    """The post is there, its answer was lost, and the scope to look for it is missing."""
    slack.tokens[TOKEN].scopes.discard("channels:history")
    slack.fail_next("chat.postMessage", "500 after posting")
    await sender.send_event(sender.build_mention(QUESTION))
    await slack.wait_until(lambda: slack.list_calls("chat.postEphemeral"))
    assert len(slack.list_posts(OURS)) == 1


async def test_doubts_that_cannot_be_settled_in_time_are_flagged_and_never_posted_blindly(
    sender: RequestSender, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch, caplog
):
    """Where Slack allows one look a minute, who waits in vain for a look gets the answer alone, and the log a line."""
    monkeypatch.setattr("bot.platforms.slack.posting.messenger._SEARCH_PATIENCE", 0.5)
    slack.limit_reads(1)
    slack.fail_next("chat.postMessage", *["500 after posting"] * 3)
    for _ in range(3):
        await sender.send_event(sender.build_mention(QUESTION))
    await slack.wait_until(lambda: len(slack.list_calls("chat.postEphemeral")) == 2)
    assert len(slack.list_posts(OURS)) == 3
    assert len(slack.list_calls("conversations.replies")) <= 2  # the one that was allowed, and one that was refused
    assert "it was not repeated" in caplog.text
    assert "consultants" not in caplog.text


async def test_in_a_long_thread_an_answer_is_found_again(sender: RequestSender, slack: FakeSlack):
    """Replies come the oldest first; only those since the attempt are asked for."""
    first = sender.build_mention("listening")
    for number in range(61):
        slack.messages[OURS].append({"ts": f"170000{number:04}.000100", "thread_ts": first["ts"], "text": "earlier"})
    slack.fail_next("chat.postMessage", "500 after posting")
    await sender.send_event(first)
    await slack.wait_until(lambda: slack.list_calls("conversations.replies"))
    await sender.send_event(sender.build_mention("tip"))
    await slack.wait_until(lambda: len(slack.list_posts(OURS)) == 63)
    assert len(slack.list_posts(OURS)) == 63
    (looked,) = slack.list_calls("conversations.replies")
    assert float(looked["latest"]) - float(looked["oldest"]) < 60
    assert int(looked["limit"]) <= 15


@pytest.mark.parametrize("status", ["404", "500"])
async def test_a_response_address_that_fails_is_not_the_end(sender: RequestSender, slack: FakeSlack, status: str):
    slack.faults["response"].append(status)
    await sender.send_command("listening")
    await slack.wait_until(lambda: slack.list_calls("chat.postEphemeral"))
    assert slack.list_calls("chat.postEphemeral")[0]["user"] == ANN


async def test_an_expired_trigger_is_a_message(sender: RequestSender, slack: FakeSlack):
    """The answer to a press in the Home comes as a direct message, and so does a word about a form."""
    slack.fail_next("views.open", "expired_trigger_id", "expired_trigger_id")
    pressed = {"action_id": "steps:theme:1", "type": "button", "value": "listening"}
    await sender.press_element(pressed, **sender.on_view("V0HOME", "home"))
    await slack.wait_until(lambda: slack.list_posts(DIRECT))
    assert slack.list_posts(DIRECT)[0]["text"].startswith("Listening")

    await sender.send_interaction({"type": "shortcut", "callback_id": "steps:ask"})
    await slack.wait_until(lambda: len(slack.list_posts(DIRECT)) == 2)
    assert "could not be opened in time" in slack.list_posts(DIRECT)[1]["text"]


async def test_a_window_that_takes_no_update_is_followed_by_a_message(sender: RequestSender, slack: FakeSlack):
    """It would stay at “One moment.”"""
    await sender.send_interaction({"type": "shortcut", "callback_id": "steps:ask"})
    await slack.wait_until(lambda: slack.views)
    (view,) = slack.views
    slack.fail_next("views.update", "not_found")
    values = {"question": {"question": {"type": "plain_text_input", "value": QUESTION}}}
    asked = {"id": view, "type": "modal", "callback_id": "steps:ask", "state": {"values": values}}
    await sender.send_interaction({"type": "view_submission", "view": asked})
    await slack.wait_until(lambda: slack.list_posts(DIRECT))
    assert STEP in slack.list_posts(DIRECT)[0]["text"]


async def test_the_fourth_window_takes_the_place_of_the_third(sender: RequestSender, slack: FakeSlack):
    """Slack holds three windows on top of each other."""
    await sender.send_interaction({"type": "shortcut", "callback_id": "steps:ask"})
    await slack.wait_until(lambda: slack.views)
    (view,) = slack.views
    values = {"question": {"question": {"type": "plain_text_input", "value": QUESTION}}}
    asked = {"id": view, "type": "modal", "callback_id": "steps:ask", "state": {"values": values}}
    await sender.send_interaction({"type": "view_submission", "view": asked})
    await slack.wait_until(lambda: STEP in collect_text(slack.views[view]["blocks"]))
    slack.fail_next("views.push", "push_limit_reached")

    await sender.press_element(find_button(slack.views[view]["blocks"], "why"), **sender.on_view(view))

    await slack.wait_until(lambda: "The words that counted" in collect_text(slack.views[view]["blocks"]))


async def test_a_message_that_cannot_be_replaced_is_answered_beside_it(
    sender: RequestSender, slack: FakeSlack, unclear: str
):
    question = await asked(sender, slack, unclear)
    slack.fail_next("chat.update", "cant_update_message")
    slack.faults["response"].append("500")
    picked = next(iter(question["blocks"][-1]["elements"]))
    await sender.press_element(picked, **sender.on_message(OURS, question))
    await slack.wait_until(lambda: slack.list_calls("chat.postEphemeral"))
    assert STEP in slack.list_calls("chat.postEphemeral")[0]["text"]


async def test_an_answer_is_whispered_in_a_thread_only_where_the_thread_exists(sender: RequestSender, slack: FakeSlack):
    """Slack shows nobody an ephemeral message in a thread without replies, as under a daily tip."""
    tip = {"ts": "1700000000.000500", "text": "tip", "blocks": []}
    pressed = {"action_id": "steps:why:1", "type": "button", "value": "x"}
    await sender.press_element(pressed, **sender.on_message(OURS, tip))
    await slack.wait_until(lambda: slack.list_calls("chat.postEphemeral"))
    assert "thread_ts" not in slack.list_calls("chat.postEphemeral")[0]


async def test_words_in_blocks_and_attachments_are_read(sender: RequestSender, slack: FakeSlack):
    """A message of an app under the shortcut, and rich text without a text in a direct message."""
    run = {"type": "rich_text_section", "elements": [{"type": "text", "text": "listening"}]}
    blocks = [{"type": "rich_text", "elements": [run]}]
    await sender.send_event(sender.build_message("", channel=DIRECT, blocks=blocks))
    await slack.wait_until(lambda: slack.list_posts(DIRECT))
    assert slack.list_posts(DIRECT)[0]["text"].startswith("Listening")

    for number, message in enumerate(
        (
            {"text": "", "attachments": [{"text": QUESTION, "fallback": "[no preview]"}]},
            {"text": "", "attachments": [{"fallback": QUESTION}]},
            {"text": "", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": QUESTION}}]},
        ),
        1,
    ):
        where = {"channel": {"id": OURS, "name": "ours"}, "response_url": slack.issue_response_url()}
        body = {"type": "message_action", "callback_id": "steps:help-here", "message": {"ts": "1.0", **message}}
        await sender.send_interaction(body | where)
        await slack.wait_until(lambda: len(slack.responses) == number)  # noqa: B023
        assert STEP in slack.responses[-1][1]["text"]
    assert slack.tokens[TOKEN].team == TEAM


@pytest.mark.parametrize("scope", OPTIONAL_SCOPES)
async def test_an_answer_does_without_an_optional_scope(start, slack: FakeSlack, caplog, scope: str):
    """And its absence is no warning."""
    slack.tokens[TOKEN].scopes.discard(scope)
    async with start() as sender:
        await sender.send_event(sender.build_mention("listening"))
        await slack.wait_until(lambda: slack.list_posts(OURS))
        await sender.send_command("daily 9:00")
        await slack.wait_until(lambda: slack.responses)
    assert "lacks the scope" not in caplog.text


async def test_a_missing_header_of_scopes_is_no_warning(start, slack: FakeSlack, caplog):
    slack.tokens[TOKEN].scopes.clear()  # the stand-in's header is empty then
    async with start():
        pass
    assert "lacks the scope" not in caplog.text


async def test_a_token_revoked_while_running_turns_readiness_red(sender: RequestSender, slack: FakeSlack):
    slack.tokens[TOKEN].revoked = True
    await sender.send_event(sender.build_mention("listening"))

    async def read_readiness() -> dict:
        async with sender.session.get(sender.url + "/readyz") as answer:
            return await answer.json()

    for _ in range(600):
        if "token_revoked" in (await read_readiness()).get("Slack", ""):
            break
        await slack.pause()
    assert "Install the app in the workspace again" in (await read_readiness())["Slack"]
    slack.tokens[TOKEN].revoked = False
    await sender.send_event(sender.build_mention("listening"))
    await slack.wait_until(lambda: slack.list_posts(OURS))
    assert "Slack" not in await read_readiness()


@pytest.mark.parametrize(("channel", "invited"), [("C0FOREIGN", True), (OURS, False)])
async def test_a_tip_that_is_set_up_where_the_bot_is_no_member_says_how_to_invite_it(
    sender: RequestSender, slack: FakeSlack, channel: str, invited: bool
):
    await sender.send_command("daily 9:00", channel=channel)
    await slack.wait_until(lambda: slack.responses)
    assert ("Type /invite here" in slack.responses[0][1]["text"]) is invited


async def test_a_window_whose_answer_is_given_up_says_so(
    start, slack: FakeSlack, settings, monkeypatch: pytest.MonkeyPatch
):
    """It would stay at “One moment.”, beside a message that says it."""
    monkeypatch.setattr("bot.platforms.slack.component.PATIENCE", 3.0)
    async with start() as sender:
        async with build_app(settings) as app, app.engine.begin() as connection:
            await connection.exec_driver_sql("DROP TABLE answers")
        pressed = {"action_id": "steps:theme:1", "type": "button", "value": "listening"}
        await sender.press_element(pressed, **sender.on_view("V0HOME", "home"))
        await slack.wait_until(lambda: slack.views)
        (view,) = slack.views
        await slack.wait_until(lambda: "One moment" not in collect_text(slack.views[view]["blocks"]))
    assert "could not answer you" in collect_text(slack.views[view]["blocks"])
    assert not slack.list_posts(DIRECT)


async def test_a_tip_that_cannot_be_paused_is_said_in_the_window(sender: RequestSender, slack: FakeSlack):
    """Slack does not say whether the person is still a member of the tip's channel."""
    await sender.send_command("daily 9:00")
    await slack.wait_until(lambda: slack.responses)
    await sender.send_event({"type": "app_home_opened", "user": ANN, "channel": DIRECT, "tab": "home"})
    await slack.wait_until(lambda: slack.homes)
    pause = find_button(slack.homes[ANN]["blocks"], "Pause")
    slack.fail_next("users.conversations", "fatal_error")
    await sender.press_element(pause, **sender.on_view("V0HOME", "home"))
    await slack.wait_until(lambda: slack.views)
    (view,) = slack.views
    await slack.wait_until(lambda: "One moment" not in collect_text(slack.views[view]["blocks"]))
    assert "Something went wrong" in collect_text(slack.views[view]["blocks"])
    assert not slack.list_posts(DIRECT)


async def test_whoever_goes_on_in_a_thread_without_a_mention_is_whispered_to(sender: RequestSender, slack: FakeSlack):
    """As whoever mentions the bot is, where the answer cannot be posted."""
    first = sender.build_mention(QUESTION)
    await sender.send_event(first)
    await slack.wait_until(lambda: slack.list_posts(OURS))
    slack.fail_next("chat.postMessage", "restricted_action")
    await sender.send_event(sender.build_message("another", thread=first["ts"]))
    await slack.wait_until(lambda: slack.list_calls("chat.postEphemeral"))
    (whisper,) = slack.list_calls("chat.postEphemeral")
    assert whisper["user"] == ANN
    assert whisper["thread_ts"] == first["ts"]
    assert STEP in whisper["text"]


async def test_whoever_comes_when_there_is_no_room_is_told_however_many_they_are(start, slack: FakeSlack, caplog):
    """Each hears that the bot is busy, and the log holds one line of it."""
    slack.hold_calls()
    async with start(slack_most_at_once=1) as sender:
        for _ in range(60):
            await sender.send_event(sender.build_mention("listening"))
        slack.release_calls()
        await slack.wait_until(lambda: len(slack.list_calls("chat.postEphemeral")) + len(slack.list_posts(OURS)) == 60)
    assert len(slack.list_calls("chat.postEphemeral")) >= 40
    assert caplog.text.count("are under way") == 1

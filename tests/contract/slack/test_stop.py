"""A stop that cannot wait any longer leaves nobody in silence, takes nothing back, and answers nobody twice."""

import asyncio
from pathlib import Path

import pytest

from bot.conversation.conversation import Conversation
from tests.contract.slack.fake_slack import APP_TOKEN, FakeSlack
from tests.contract.slack.test_acknowledgement import QUESTION, away, locked, submission
from tests.contract.slack.workspace import ANN, DIRECT, OURS, RequestSender, collect_text

SORRY = "could not answer you"
CRISIS = "I want to kill myself"
NUMBER = "116 123"
STEP = "One small step"
SECRET_WORDS = f"{QUESTION} my secret words"
THEME = {"action_id": "steps:theme:1", "type": "button", "value": "listening"}
LIMITED = ["429"] * 9  # each to be tried again a second later: a stop comes in between


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stop waits for hardly any time; what is said then may take its time, for the machine may be busy."""
    monkeypatch.setattr("bot.platforms.slack.component._FINISH_WITHIN", 0.1)
    monkeypatch.setattr("bot.platforms.slack.listeners.background_tasks.LAST_WORDS", 60.0)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was asked, and is never answered."""
    seen: list[object] = []

    async def wait_for_ever(_conversation, message, *_options):
        seen.append(message)
        await asyncio.Event().wait()

    monkeypatch.setattr(Conversation, "answer_message", wait_for_ever)
    monkeypatch.setattr(Conversation, "answer_press", wait_for_ever)
    return seen


async def open_question(sender: RequestSender, slack: FakeSlack) -> str:
    """Open the window with the question, and return its id."""
    await sender.send_interaction({"type": "shortcut", "callback_id": "steps:ask"})
    await slack.wait_until(lambda: slack.views)
    (view,) = slack.views
    return view


async def ask_everywhere(sender: RequestSender, view: str) -> None:
    await sender.send_event(sender.build_mention(SECRET_WORDS))
    await sender.send_event(sender.build_message(SECRET_WORDS, channel=DIRECT))
    await sender.send_command(SECRET_WORDS)
    await sender.press_element(THEME, **sender.on_ephemeral())
    await sender.send_interaction(submission(view))


def list_texts(slack: FakeSlack) -> list[str]:
    """Return every text that anybody was sent, windows aside."""
    sent = [*slack.list_calls("chat.postMessage"), *slack.list_calls("chat.postEphemeral")]
    return [str(one["text"]) for one in sent] + [str(body["text"]) for _, body in slack.responses]


def assert_all_were_told_once(slack: FakeSlack, view: str) -> None:
    (whisper,), (_direct,) = slack.list_calls("chat.postEphemeral"), slack.list_posts(DIRECT)
    assert whisper["user"] == ANN
    assert [SORRY in text for text in list_texts(slack)] == [True] * 4
    assert SORRY in collect_text(slack.views[view]["blocks"])
    assert len(slack.list_calls("views.update")) == 1


async def test_whoever_is_not_answered_before_the_end_is_told_so_once(start, slack: FakeSlack, asked, caplog):
    """On each way in, while the answer is under way."""
    async with start() as sender:
        view = await open_question(sender, slack)
        await ask_everywhere(sender, view)
        await slack.wait_until(lambda: len(asked) == 5)

    assert_all_were_told_once(slack, view)
    assert "5 answers were not done" in caplog.text
    assert "secret words" not in caplog.text


async def test_whoever_could_not_be_claimed_before_the_end_is_told_so_once(start, slack: FakeSlack, settings, caplog):
    """On each way in, while the database is away."""
    async with start() as sender:
        view = await open_question(sender, slack)
    async with away(settings), start() as sender:
        await ask_everywhere(sender, view)

    assert_all_were_told_once(slack, view)
    assert "secret words" not in caplog.text


async def test_a_locked_database_keeps_nobody_from_being_told(start, slack: FakeSlack, tmp_path: Path):
    """It holds up what is cancelled, and no last word."""
    bot = start()
    sender = await bot.__aenter__()
    async with locked(tmp_path):
        await sender.send_event(sender.build_mention(QUESTION))
        stopping = asyncio.create_task(bot.__aexit__(None, None, None))
        await slack.wait_until(lambda: list_texts(slack))
    await stopping
    (text,) = list_texts(slack)
    assert SORRY in text


async def test_in_socket_mode_too(start, slack: FakeSlack, asked):
    async with start(slack_signing_secret=None, slack_app_token=APP_TOKEN) as sender:
        await slack.wait_until(lambda: slack.sockets)
        event = sender.build_envelope(sender.build_mention(QUESTION))
        await slack.send_envelope({"type": "events_api", "envelope_id": "e1", "payload": event})
        await slack.wait_until(lambda: asked)

    (text,) = list_texts(slack)
    assert SORRY in text


async def test_a_window_does_not_stay_at_one_moment(start, slack: FakeSlack, asked):
    """A press in the Home opened it before the answer was looked for."""
    async with start() as sender:
        await sender.press_element(THEME, **sender.on_view("V0HOME", "home"))
        await slack.wait_until(lambda: asked)

    assert [SORRY in collect_text(view["blocks"]) for view in slack.views.values()] == [True]
    assert not list_texts(slack)


async def test_a_shortcut_whose_window_did_not_open_before_the_end_is_told_as_a_message(start, slack: FakeSlack):
    slack.fail_next("views.open", *LIMITED)
    async with start() as sender:
        await sender.send_interaction({"type": "shortcut", "callback_id": "steps:ask"})
        await slack.wait_until(lambda: len(slack.faults["views.open"]) < len(LIMITED))

    (text,) = list_texts(slack)
    assert SORRY in text


async def test_an_answer_that_slack_took_off_its_hands_for_later_is_told(start, slack: FakeSlack):
    """Slack asked to wait, so nothing was posted; the sentence comes another way."""
    slack.fail_next("chat.postMessage", *LIMITED)
    async with start() as sender:
        await sender.send_event(sender.build_mention(QUESTION))
        await slack.wait_until(lambda: len(slack.faults["chat.postMessage"]) < len(LIMITED))

    (text,) = list_texts(slack)
    assert SORRY in text


@pytest.mark.parametrize(("fault", "answers"), [("hang", 0), ("hang after posting", 1)])
async def test_an_answer_that_may_have_arrived_is_followed_by_no_excuse(
    start, slack: FakeSlack, fault: str, answers: int
):
    """Slack was sent it, and was silent; at most the answer is there."""
    slack.fail_next("chat.postMessage", fault)
    async with start() as sender:
        await sender.send_event(sender.build_mention(QUESTION))
        await slack.wait_until(lambda: not slack.faults["chat.postMessage"] and len(slack.list_posts(OURS)) == answers)

    assert [STEP in text for text in list_texts(slack)] == [True] * answers


async def test_an_answer_is_followed_by_no_excuse_where_what_comes_after_it_is_cut_off(
    start, slack: FakeSlack, asked, monkeypatch: pytest.MonkeyPatch
):
    """The window has the answer, and the Home is published anew after it."""
    monkeypatch.undo()
    monkeypatch.setattr("bot.platforms.slack.component._FINISH_WITHIN", 0.1)
    slack.fail_next("views.publish", "hang")
    async with start() as sender:
        await sender.press_element(THEME, **sender.on_view("V0HOME", "home"))
        await slack.wait_until(lambda: not slack.faults["views.publish"])

    assert [STEP in collect_text(view["blocks"]) for view in slack.views.values()] == [True]
    assert not list_texts(slack)


async def test_whoever_is_in_danger_gets_the_card_and_no_excuse(
    start, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
):
    """By the quick look, where the whole reading was not done before the end; whoever is not is told so."""
    decide, read = Conversation.decide_danger, []

    async def decide_slowly(conversation, message, *, quickly=False):
        if not quickly:
            read.append(message)
            await asyncio.Event().wait()
        return await decide(conversation, message, quickly=quickly)

    monkeypatch.setattr(Conversation, "decide_danger", decide_slowly)
    async with start() as sender:
        await sender.send_event(sender.build_mention(CRISIS))
        await sender.send_command(QUESTION)
        await slack.wait_until(lambda: len(read) == 2)

    (whisper,), (direct,) = slack.list_calls("chat.postEphemeral"), slack.list_posts(DIRECT)
    assert [NUMBER in one["text"] for one in (whisper, direct)] == [True, True]
    assert [SORRY in body["text"] for _, body in slack.responses] == [True]
    assert len(list_texts(slack)) == 3


async def test_whoever_waits_to_hear_that_the_bot_is_busy_still_hears_it(start, slack: FakeSlack, caplog):
    bot = start(slack_most_at_once=1)
    sender = await bot.__aenter__()
    slack.hold_calls()
    for _ in range(40):
        await sender.send_event(sender.build_mention("listening"))
    await slack.wait_until(lambda: "are under way" in caplog.text)
    stopping = asyncio.create_task(bot.__aexit__(None, None, None))
    await asyncio.sleep(1.0)  # beyond what the stop waits for answers
    slack.release_calls()
    await stopping

    told = [text for text in list_texts(slack) if "A lot of people" in text or SORRY in text]
    assert len(told) >= 39  # and one had an answer on its way, which may have arrived
    assert len(list_texts(slack)) <= 40

"""A refused question goes to the editors by a press, where the operator keeps questions: redacted, and shown first.

By the front doors: signed requests, activities and piped lines.
"""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from bot.actions import SendQuestion, ShowQuestion
from bot.app import build_app
from bot.message import Message, Place, Press, TextReply
from bot.settings import Settings
from bot.store.database import open_engine
from bot.store.questions import Question, Questions
from tests.contract.slack.fake_slack import FakeSlack
from tests.integration.teams.conftest import listen
from tests.integration.teams.standin import Microsoft, StandInSigningKey
from tests.integration.turns.stages import Seen, SlackStage, TeamsStage, Turn

REFUSED = "Can you tell me who won the match that Priya Chaudhary saw last night?"
TELL, SEND = "Tell the editors", "Send it"
HERE = Place("terminal", "", "ann", private=True)


@pytest.fixture
def keeping(settings: Settings) -> Settings:
    return settings.model_copy(update={"keep_questions_days": 30})


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack().serve() as fake:
        yield fake


@pytest.fixture(scope="module")
def signing_key() -> StandInSigningKey:
    return StandInSigningKey("key-kept")


@pytest.fixture
async def microsoft(signing_key: StandInSigningKey) -> AsyncIterator[Microsoft]:
    stand_in = Microsoft(signing_key)
    runner, stand_in.origin = await listen(stand_in.application())
    yield stand_in
    await runner.cleanup()


async def read_kept(settings: Settings) -> list[Question]:
    engine = open_engine(settings.database_url.get_secret_value())
    try:
        return await Questions(engine).all()
    finally:
        await engine.dispose()


async def send_from(stage: SlackStage | TeamsStage) -> list[Seen]:
    seen = []
    for turn in (Turn(REFUSED), Turn(press=TELL), Turn(press=SEND)):
        async with asyncio.timeout(60):
            found = await stage.play(turn, silent=False)
        assert found is not None
        seen.append(found)
    return seen


def check_shown_before_it_goes(shown: str, sent: str) -> None:
    assert "who won the match" in shown
    assert "Priya" not in shown
    assert "Nothing is sent until you press" in shown
    assert "with the editors" in sent


async def test_on_slack(keeping: Settings, slack: FakeSlack) -> None:
    stage = SlackStage(keeping, slack, direct=True)
    try:
        _, shown, sent = await send_from(stage)
    finally:
        await stage.close()
    check_shown_before_it_goes(shown.text, sent.text)
    assert slack.refused == []
    assert [one.decision for one in await read_kept(keeping)] == ["sent"]


async def test_in_a_channel_who_pressed_alone_sees_the_words(keeping: Settings, slack: FakeSlack) -> None:
    """And nothing is sent yet."""
    stage = SlackStage(keeping, slack, direct=False)
    try:
        await stage.play(Turn(REFUSED), silent=False)
        shown = await stage.play(Turn(press=TELL), silent=False)
    finally:
        await stage.close()
    assert shown is not None
    assert shown.private
    assert "who won the match" in shown.text
    assert [one.decision for one in await read_kept(keeping)] == ["out-of-scope"]


@pytest.mark.parametrize("scope", ["personal", "channel"])
async def test_on_teams(keeping: Settings, microsoft: Microsoft, signing_key: StandInSigningKey, scope: str) -> None:
    stage = TeamsStage(keeping, microsoft, signing_key, scope=scope)
    try:
        _, shown, sent = await send_from(stage)
    finally:
        await stage.close()
    check_shown_before_it_goes(shown.text, sent.text)
    assert microsoft.refused == []


def test_in_a_terminal(run, keeping: Settings) -> None:
    """By the words on the buttons, typed."""
    url = keeping.database_url.get_secret_value()
    answered = run(
        "chat",
        "--json",
        stdin="\n".join([REFUSED, TELL, SEND]),
        SMALL_STEPS_DATABASE_URL=url,
        SMALL_STEPS_KEEP_QUESTIONS_DAYS="30",
    )
    _, shown, sent = (" ".join(json.loads(line)["paragraphs"]) for line in answered.stdout.splitlines())
    check_shown_before_it_goes(shown, sent)


async def test_what_was_sent_or_is_held_no_more_is_said_to_be_gone(keeping: Settings) -> None:
    """A second press sends nothing, a made-up id finds nothing."""
    async with build_app(keeping) as app:
        refused = await app.conversation.answer_message(Message(REFUSED, "ann", HERE))
        assert isinstance(refused, TextReply)
        (tell,) = [one.action for one in refused.choices if isinstance(one.action, ShowQuestion)]
        send = SendQuestion(tell.question)
        for action in (tell, send):
            await app.conversation.answer_press(Press(action, "ann", HERE))
        for action in (tell, send, ShowQuestion("made-up"), SendQuestion("")):
            gone = await app.conversation.answer_press(Press(action, "ann", HERE))
            assert "no longer have those words" in " ".join(gone.paragraphs)
        assert len(await Questions(app.engine).all()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "I feel like giving up",
        "I cannot sleep for worry about all of this",
        "our registrar keeps prescribing the wrong dose and nobody listens",
        "should I double my warfarin tonight",
        "je veux mourir",
    ],
)
async def test_words_that_need_care_are_never_offered(keeping: Settings, text: str) -> None:
    """Whatever the band."""
    async with build_app(keeping) as app:
        reply = await app.conversation.answer_message(Message(text, "ann", HERE))
    assert not [one for one in getattr(reply, "choices", ()) if isinstance(one.action, ShowQuestion)]


async def test_nothing_is_offered_where_nothing_is_kept(settings: Settings) -> None:
    """Which is how it is unless an operator decides otherwise."""
    async with build_app(settings) as app:
        reply = await app.conversation.answer_message(Message(REFUSED, "ann", HERE))
        assert not [one for one in getattr(reply, "choices", ()) if isinstance(one.action, ShowQuestion)]
        gone = await app.conversation.answer_press(Press(SendQuestion("x"), "ann", HERE))
    assert "no longer have those words" in " ".join(getattr(gone, "paragraphs", ()))

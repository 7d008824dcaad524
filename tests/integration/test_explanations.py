"""“Why this?”: worked out when somebody asks, and never at the cost of those who did not."""

import asyncio
import threading

import pytest

from bot.actions import PickTheme, Why
from bot.app import App
from bot.message import ClarifyReply, LessonReply, Message, Place, Press, WhyReply
from intents import Explanation

HERE = Place("slack", "T1", "C1")
QUESTION = "third time we have advertised the band 6 post and not one applicant"

ENDS_ON_WHY = "The council has stopped coming to our partnership meetings since the new director arrived in April. Why?"


async def ask(app: App, text: str = QUESTION) -> LessonReply:
    reply = await app.conversation.answer_message(Message(text, "U1", HERE))
    assert isinstance(reply, LessonReply)
    return reply


@pytest.mark.parametrize("earlier", [False, True])
async def test_a_question_that_ends_on_why_is_answered_like_any_other(app: App, earlier: bool):
    if earlier:
        await ask(app, "listening")
    answered = await app.conversation.answer_message(Message(ENDS_ON_WHY, "U1", HERE))
    assert answered.kind in ("lesson", "clarify")


@pytest.mark.parametrize(
    "asked", ["why", "Why?", "why this one?", "Why did you say that?", "why did you tell me this", "*why*"]
)
async def test_why_is_understood_as_people_type_it(app: App, asked: str):
    answer = await ask(app)
    explained = await app.conversation.answer_message(Message(asked, "U1", HERE))
    assert isinstance(explained, WhyReply)
    assert answer.title in explained.lesson


async def ask_and_pick(app: App, text: str) -> LessonReply:
    """Return the lesson for a message; for the first theme on offer, where the bot asks back."""
    reply = await app.conversation.answer_message(Message(text, "U1", HERE))
    if isinstance(reply, ClarifyReply):
        reply = await app.conversation.answer_press(Press(reply.choices[0].action, "U1", HERE))
    assert isinstance(reply, LessonReply)
    return reply


async def why(app: App, answer: LessonReply) -> WhyReply:
    reply = await app.conversation.answer_press(Press(Why(answer.answer), "U1", HERE))
    assert isinstance(reply, WhyReply)
    return reply


@pytest.fixture
def explained(app: App, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that is explained, in order."""
    texts: list[str] = []

    def explain(text: str) -> Explanation:
        texts.append(text)
        return Explanation(("applicant",), ())

    monkeypatch.setattr(app.classifier, "explain", explain)
    return texts


async def test_an_explanation_is_worked_out_once_and_only_if_somebody_asks(app: App, explained: list[str]):
    answers = [await ask(app) for _ in range(3)]
    await asyncio.sleep(0.5)
    assert not explained

    for _ in range(2):
        assert (await why(app, answers[1])).words == ("applicant",)
    assert explained == [QUESTION]


async def test_an_explanation_that_takes_long_holds_no_answer_up(app: App, monkeypatch):
    answer = await ask(app)
    go_on = threading.Event()

    def explain(text: str) -> Explanation:
        go_on.wait(60)
        return Explanation(("applicant",), ())

    monkeypatch.setattr(app.classifier, "explain", explain)
    asking = asyncio.create_task(why(app, answer))
    await asyncio.sleep(0)
    try:
        async with asyncio.timeout(30):
            await ask(app)
        assert not asking.done()
    finally:
        go_on.set()
    assert (await asking).words == ("applicant",)


async def test_somebody_who_asked_and_went_away_spoils_it_for_nobody(app: App, explained: list[str]):
    answer = await ask(app)
    asking = asyncio.create_task(why(app, answer))
    await asyncio.sleep(0.01)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)

    assert (await why(app, answer)).words == ("applicant",)


async def test_an_explanation_that_failed_once_is_tried_again(app: App, monkeypatch):
    answer = await ask(app)
    outcomes = [RuntimeError("no memory"), Explanation(("applicant",), ())]

    def explain(text: str) -> Explanation:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(app.classifier, "explain", explain)
    with pytest.raises(RuntimeError):
        await why(app, answer)
    assert (await why(app, answer)).words == ("applicant",)


@pytest.mark.parametrize(
    "text",
    [
        QUESTION,
        "our consultants just cross their arms in every workshop, what do I do?",
        "the board wants a transformation plan by Friday and nobody has asked the wards",
        "nobody told the porters about the new rota and they are furious",
    ],
)
async def test_nothing_is_considered_that_rounds_to_nothing(app: App, text: str):
    """Nor offered: at most two other themes, each with a likelihood of its own; and only words that were written.

    Where the bot asks back, so for the theme that is picked: it was weighed with the others.
    """
    explained = await why(app, await ask_and_pick(app, text))
    likelihoods = [one.likelihood for one in explained.ranked]
    assert likelihoods
    assert "0%" not in likelihoods
    assert "100%" not in likelihoods
    offered = [one.action.theme for one in explained.choices if isinstance(one.action, PickTheme)]
    assert len(offered) <= 2
    assert set(offered) <= {one.id for one in explained.ranked}
    assert all(word in text.casefold() for word in explained.words)

"""Danger is decided before anything else, and nothing that fails stands between a person and the numbers."""

import logging

import pytest
from sqlalchemy import text

from bot.app import App
from bot.message import HandoverReply, Message, Place
from intents import Classifier

HERE = Place("slack", "T1", "C1")
CHANGE = "our consultants just cross their arms in every workshop"


def said(words: str) -> Message:
    return Message(words, "U1", HERE)


async def count_handovers(app: App) -> int:
    async with app.engine.connect() as connection:
        found = await connection.execute(text("SELECT count(*) FROM answers WHERE kind = 'handover'"))
    return found.scalar() or 0


@pytest.mark.parametrize("quickly", [False, True])
async def test_the_card_comes_without_the_database_and_is_counted_by_nobody_yet(app: App, quickly: bool):
    async with app.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE answers RENAME TO gone"))

    card = await app.conversation.decide_danger(said("I want to kill myself"), quickly=quickly)

    assert isinstance(card, HandoverReply)
    assert card.topic == "wellbeing"


@pytest.mark.parametrize("quickly", [False, True])
async def test_a_change_question_gets_no_card(app: App, quickly: bool):
    assert await app.conversation.decide_danger(said(CHANGE), quickly=quickly) is None


async def test_two_cards_for_one_event_are_counted_once_by_whoever_claimed_it(app: App):
    message = said("I want to kill myself")
    cards = [await app.conversation.decide_danger(message) for _ in range(2)]

    await app.conversation.count_handover(message.place, cards[0])

    assert all(cards)
    assert await count_handovers(app) == 1


async def test_a_message_is_read_once_for_the_decision_and_for_the_answer(app: App, monkeypatch: pytest.MonkeyPatch):
    read: list[str] = []
    classify = Classifier.classify

    def noting(self: Classifier, words: str, *others: object) -> object:
        read.append(words)
        return classify(self, words, *others)

    monkeypatch.setattr(Classifier, "classify", noting)
    await app.conversation.decide_danger(said(CHANGE))
    reply = await app.conversation.answer_message(said(CHANGE))

    assert reply.kind == "lesson"
    assert read == [CHANGE]


async def test_a_decision_that_fails_is_no_danger_and_logs_no_words(app: App, monkeypatch: pytest.MonkeyPatch, caplog):
    def fail(*_: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr(Classifier, "classify", fail)
    with caplog.at_level(logging.WARNING):
        assert await app.conversation.decide_danger(said(CHANGE)) is None

    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text

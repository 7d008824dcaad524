"""Danger is decided before anything else, and nothing that fails stands between a person and the numbers."""

import asyncio
import logging
import sqlite3
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.app import App
from bot.conversation import readings
from bot.message import HandoverReply, Message, Place
from intents import Classifier

HERE = Place("slack", "T1", "C1")
DISTRESS = "I want to kill myself"
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


@pytest.mark.parametrize("quickly", [False, True])
async def test_a_locked_database_keeps_nobody_waiting(app: App, tmp_path: Path, quickly: bool):
    await app.conversation.decide_danger(said(CHANGE))  # the model's first reading takes longer than any later one
    holder = sqlite3.connect(tmp_path / "bot.sqlite", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    begun = time.monotonic()

    card = await app.conversation.decide_danger(said(DISTRESS), quickly=quickly)

    took = time.monotonic() - begun
    holder.execute("ROLLBACK")
    holder.close()
    assert isinstance(card, HandoverReply)
    assert took < 1


async def test_with_a_hundred_answers_under_way_the_quick_decision_waits_for_none_of_them(app: App):
    await app.conversation.decide_danger(said(CHANGE))
    others = [asyncio.create_task(app.conversation.find_lessons(f"{CHANGE}, {number}")) for number in range(100)]
    await asyncio.sleep(0)

    card = await app.conversation.decide_danger(said("je veux mourir"), quickly=True)

    waited = sum(other.done() for other in others)
    await asyncio.gather(*others)
    assert isinstance(card, HandoverReply)
    assert card.support[0].startswith("S’il vous plaît")
    assert waited < 100


async def test_a_reading_that_no_answer_uses_is_forgotten(app: App, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(readings, "_HELD_SECONDS", 0.05)
    held = readings.Readings(app.classifier, dict)
    await held.decide_danger(CHANGE, quickly=False)
    assert len(held._ahead) == 1

    await asyncio.sleep(0.2)

    assert len(held._ahead) == 0


async def test_the_answer_reads_again_what_could_not_be_read_ahead(app: App, monkeypatch: pytest.MonkeyPatch):
    classify = Classifier.classify
    monkeypatch.setattr(Classifier, "classify", lambda *_: (_ for _ in ()).throw(RuntimeError))
    assert await app.conversation.decide_danger(said(CHANGE)) is None
    monkeypatch.setattr(Classifier, "classify", classify)

    assert (await app.conversation.answer_message(said(CHANGE))).kind == "lesson"


@pytest.mark.parametrize(
    "words",
    [
        "listening I want to kill myself",
        "daily 9:00 I want to kill myself",
        "I WANT TO KILL MYSELF.",
        "Hi all, hope you are well. I want to kill myself. Many thanks, Sam",
        "<I want to kill myself>",
        "i wnat to kill myslef",
        "chcę się zabić",
        "rydw i isio marw",
    ],
)
async def test_nothing_around_the_words_keeps_somebody_from_the_card(app: App, words: str):
    card = await app.conversation.decide_danger(said(words))
    assert isinstance(card, HandoverReply)
    assert card.topic == "wellbeing"

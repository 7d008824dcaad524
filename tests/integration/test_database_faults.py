"""What people get when something behind the bot fails or is slow."""

import asyncio
import logging
import sqlite3
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.app import App
from bot.message import Message, Place
from knowledge import Knowledge

HERE = Place("slack", "T1", "C1")
DISTRESS = Message("I want to kill myself", "U1", HERE)


async def test_a_handover_is_given_when_the_database_fails(app: App, caplog):
    async with app.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE answers RENAME TO gone"))

    with caplog.at_level(logging.WARNING):
        reply = await app.conversation.answer_message(DISTRESS)

    assert reply.kind == "handover"
    assert "could not be counted (OperationalError)" in caplog.text


async def test_a_handover_waits_no_longer_than_a_moment_for_a_busy_database(app: App, tmp_path: Path):
    await app.conversation.find_lessons("listening")  # the model's first reading takes longer than any later one
    holder = sqlite3.connect(tmp_path / "bot.sqlite", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    begun = time.monotonic()

    reply = await app.conversation.answer_message(DISTRESS)

    took = time.monotonic() - begun
    holder.execute("ROLLBACK")
    holder.close()
    assert reply.kind == "handover"
    assert took < 5


async def test_a_handover_that_was_slow_to_count_is_counted_after_all(app: App, tmp_path: Path):
    holder = sqlite3.connect(tmp_path / "bot.sqlite", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    await app.conversation.answer_message(DISTRESS)
    holder.execute("ROLLBACK")
    holder.close()

    counted = 0
    async with asyncio.timeout(20):
        while not counted:
            await asyncio.sleep(0.05)
            async with app.engine.connect() as connection:
                found = await connection.execute(text("SELECT count(*) FROM answers WHERE kind = 'handover'"))
                counted = found.scalar() or 0
    assert counted == 1


async def test_a_long_paste_is_cut_before_lessons_are_likened_to_it(app: App, monkeypatch: pytest.MonkeyPatch):
    likened: list[str] = []
    choose = Knowledge.choose

    def noting(self: Knowledge, theme_id: str, text: str = "", *others: object, **named: object) -> object:
        likened.append(text)
        return choose(self, theme_id, text, *others, **named)

    monkeypatch.setattr(Knowledge, "choose", noting)
    minutes = "Minutes of the meeting held in <b>room four</b>. Apologies were received. " * 500
    question = minutes + "Our consultants just cross their arms in every workshop, what do I do?"
    await app.conversation.answer_message(Message(question, "U1", HERE))
    await app.conversation.find_lessons(question)

    assert likened
    assert all(len(text) <= 4_000 and "<" not in text for text in likened)

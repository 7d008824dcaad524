"""A moment in somebody's own words: read for danger first, kept in that promise alone; and requests in free words."""

import sqlite3
from pathlib import Path

import pytest

from bot.actions import TakeOn
from bot.app import App
from bot.message import Message, Place, Press, Reply
from bot.store.promises import Promises
from bot.store.subscriptions import Subscriptions

HERE = Place("slack", "T1", "D1", private=True)
CHANNEL = Place("slack", "T1", "C1")


async def say(app: App, text: str, place: Place = HERE) -> Reply:
    return await app.conversation.answer_message(Message(text, "U1", place))


async def take_on(app: App) -> Reply:
    lesson = await say(app, "listening")
    return await app.conversation.answer_press(Press(TakeOn(lesson.answer), "U1", HERE))


async def mine(app: App):
    (promise,) = await Promises(app.engine).of("slack", "T1", "U1")
    return promise


@pytest.mark.parametrize(
    "text",
    ["after Tuesday’s huddle", "When the Tuesday huddle is over, I will ask two people", "at my next one-to-one"],
)
async def test_a_moment_typed_after_taking_a_step_on_is_kept_with_it(app: App, text: str):
    await take_on(app)
    reply = await say(app, text)

    assert reply.intent == "promise"
    assert (await mine(app)).cue == "own"
    assert (await mine(app)).cue_text


@pytest.mark.parametrize("text", ["when I am home tonight I will kill myself", "after work I want to end my life"])
async def test_a_moment_that_tells_of_danger_is_answered_by_people_and_kept_nowhere(app: App, text: str):
    await take_on(app)
    reply = await say(app, text)

    assert reply.kind == "handover"
    assert (await mine(app)).cue_text is None


async def test_a_problem_that_begins_like_a_moment_gets_its_lesson(app: App):
    await take_on(app)
    reply = await say(
        app, "when I go to the consultants with a change they all cross their arms and nobody will try it"
    )

    assert getattr(reply, "intent", "") != "promise"
    assert (await mine(app)).cue_text is None


async def test_own_words_stand_in_no_other_table(app: App, tmp_path: Path):
    await take_on(app)
    await say(app, "after the zebra meeting on Wednesday")
    url = app.engine.url.database
    assert url
    with sqlite3.connect(url) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        holding = [
            table
            for table in tables
            if "zebra" in str(database.execute(f"SELECT * FROM {table}").fetchall())  # noqa: S608
        ]

    assert holding == ["promises"]


@pytest.mark.parametrize(
    "text", ["we should stop this pilot", "call the workshop off", "can we pause the rollout until January"]
)
async def test_talk_that_only_sounds_like_a_request_changes_nothing(app: App, text: str):
    await say(app, "daily weekdays 9:00", CHANNEL)
    reply = await say(app, text, CHANNEL)

    assert "Shall I" not in " ".join(getattr(reply, "paragraphs", ()))
    (kept,) = await Subscriptions(app.engine).all()
    assert kept.state == "on"
    assert kept.paused_until is None


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("no tips on Fridays please", "Monday to Thursday at 09:00"),
        ("every morning at nine, not at weekends please, the tip", "Monday to Friday at 09:00"),
        ("pause the tips between 20 December and 4 January", "from "),
        ("move the tips from 9 to 10", "at 10:00"),
        ("there are 5 of us here, a tip at 9am each day", "every day at 09:00"),
    ],
)
async def test_a_request_in_free_words_is_asked_back_whole(app: App, text: str, asks: str):
    await say(app, "daily weekdays 9:00", CHANNEL)
    reply = await say(app, text, CHANNEL)

    assert "Shall I" in reply.paragraphs[0]
    assert asks in reply.paragraphs[0]

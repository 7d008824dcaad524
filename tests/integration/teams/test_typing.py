"""What a card's plain text says can be typed, typed: for whoever reads Teams where no cards are shown."""

import re

import pytest

from bot.app import App
from bot.conversation.starters import STARTERS
from bot.message import Choice, LessonReply, Message, Place, Press, Reply, TextReply
from bot.platforms.teams.cards import plain_text
from bot.platforms.teams.cards import reply as cards

HERE = Place("teams", "a tenant", "a chat", private=True)
ASKED = (
    "hello",
    "help",
    "who are you?",
    "listening",
    "why",
    "tip",
    "that missed the point",
    "people keep going to meetings",
    "who won the football on Saturday?",
    "daily",
    "can you post a tip here every morning?",
    "can you post a tip here every morning at nine?",
    "daily weekdays 8:30",
    "please stop the daily tip",
    "daily pause",
    "daily off",
)


def told(reply: Reply) -> tuple[object, ...]:
    """Tell what a reply is about, whichever of its lessons it gives, and whether or not it changed anything."""
    theme = reply.theme if isinstance(reply, LessonReply) and reply.kind != "tip" else ""
    return type(reply), theme, reply.intent.removesuffix("-changed") if isinstance(reply, TextReply) else ""


def listed(reply: Reply) -> list[str]:
    """Read the words that can be typed out of the text."""
    return re.findall("“([^”]+)”", str(cards.render_card(reply)["fallbackText"]).partition("You can type")[2])


def button(reply: Reply, word: str) -> Choice | None:
    """Find the choice that a word stands for."""
    return next((one for one in getattr(reply, "choices", ()) if plain_text.find_typed_text(one) == word), None)


@pytest.mark.parametrize("prompt", [starter.prompt for starter in STARTERS])
async def test_each_question_to_begin_with_gets_a_lesson(app: App, prompt: str):
    reply = await app.conversation.answer_message(Message(prompt, "Jane", HERE))

    assert isinstance(reply, LessonReply)
    assert reply.care.band == "none"


@pytest.mark.parametrize("asked", ASKED)
async def test_each_word_does_what_its_button_does(app: App, asked: str):
    async def type_(text: str) -> Reply:
        return await app.conversation.answer_message(Message(text, "Jane", HERE))

    if asked in ("why", "that missed the point"):
        await type_("listening")
    if asked in ("please stop the daily tip", "daily pause", "daily off"):
        await type_("daily weekdays 8:30")
    reply = await type_(asked)
    words = listed(reply)

    assert words
    for word in words:
        typed, choice = await type_(word), button(reply, word)
        if choice:
            pressed = await app.conversation.answer_press(Press(choice.action, "Jane", HERE))
            assert told(typed) == told(pressed), word
        else:
            assert told(typed) == (TextReply, "", "daily"), word

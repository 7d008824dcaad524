"""Whatever people paste, the bot answers; it never crashes and never shows mark-up."""

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.app import build_app
from bot.message import Message, Place, Reply
from bot.platforms.terminal import as_json, render
from bot.settings import Settings

HERE = Place("slack", "T1", "C1")
FRAGMENTS = [
    "<@U0123>", "<!channel>", "<https://x.example|label>", "&amp;", "&lt;", ":tada:", "*", "_", "~", "`", "```",
    "<at>Small Steps</at>", "&nbsp;", "<p>", "</div>", "<br/>", "\u200b", "\u202e", "\u2066", "\x00", "\x1b[31m",
    "\ud83d\ude42".encode("utf-16", "surrogatepass").decode("utf-16"), "👩🏽‍⚕️", "ﷺ", "̈" * 30, "\n", "\t", " ",
    "listening", "consultants", "chest pain", "daily 9am", "why",
]  # fmt: skip


@pytest.fixture(scope="module")
def say(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    url = f"sqlite:///{tmp_path_factory.mktemp('wild') / 'bot.sqlite'}"
    with asyncio.Runner() as runner:
        context = build_app(Settings(database_url=url))
        app = runner.run(context.__aenter__())
        yield lambda text: runner.run(app.conversation.answer_message(Message(text, "U1", HERE)))
        runner.run(context.__aexit__(None, None, None))


@hypothesis_settings(max_examples=60)
@given(text=st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=20), max_size=12).map("".join))
def test_any_text_gets_a_reply_that_can_be_shown(say, text):
    reply: Reply = say(text)

    assert reply.kind
    assert as_json(reply)
    assert render(reply)


@pytest.mark.parametrize(
    "text",
    ["", "   ", "\u200b\u200b", "\x00\x01", "🙂🙂🙂", "<@U1>", "&nbsp;", "...", "\u202e\u202d"],
    ids=["empty", "spaces", "zero width", "control", "emoji", "a mention", "a hard space", "dots", "direction marks"],
)
def test_a_message_without_words_gets_a_kind_word(say, text):
    assert say(text).intent == "notice"


@pytest.mark.parametrize("unit", ["listening to staff ", "a", "<", "<@U1> ", "&amp;", "((((", "é\u0301"])
def test_forty_thousand_characters_are_answered(say, unit):
    assert say((unit * 40_000)[:40_000]).kind


def test_the_question_inside_a_long_paste_is_found(say):
    padding = "Minutes of the meeting held in room four. Apologies were received. " * 40
    reply = say(padding + "Our consultants just cross their arms in every workshop, what do I do?")
    assert reply.kind in ("lesson", "clarify")

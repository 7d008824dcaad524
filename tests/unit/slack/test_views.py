"""Replies as blocks: whatever the words, Slack takes them, and reads nothing into them."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.actions import Another, NoneOfThese, PickTheme, Rate, TakeOn, Why
from bot.conversation import handover, responses
from bot.message import (
    SATIRE_WARNING,
    Choice,
    ClarifyReply,
    LessonReply,
    Quote,
    RankedTheme,
    Reply,
    TextReply,
    ThemeGroup,
    ThemesReply,
    WhyReply,
)
from bot.platforms.slack.views.elements import clip_text
from bot.platforms.slack.views.plain_text import escape_text
from bot.platforms.slack.views.reply import render_reply
from tests.cases import for_each
from tests.contract.replies import depth, odd_replies
from tests.contract.slack.blockkit import find_message_problems, find_view_problems
from tests.packaged import packaged_pack

FORGED = "<!channel> <https://evil.example|NHS> & <@U1> *bold*"
CHOICES = (
    Choice(Another("answer1"), "Another"),
    Choice(Why("answer1"), "Why this?"),
    Choice(TakeOn("answer1"), "I’ll do this"),
    Choice(Rate("answer1", helpful=True), "Helpful"),
    Choice(Rate("answer1", helpful=False), "Not helpful"),
)
QUOTE = Quote("Words.", "An Author", "A title", "A publisher", "May 2018", url="https://example.org/x")
LESSON = LessonReply("lesson", "answer1", "listening", "Listening", "Title", "A lesson.", QUOTE, "Go.", choices=CHOICES)


def replies(words: str) -> list[Reply]:
    """Make every kind of reply out of some words."""
    quote = Quote(words, words, words, words, words, satire=True, url="https://example.org/" + "x" * len(words))
    many = tuple(Choice(PickTheme("listening"), words) for _ in range(3))
    return [
        replace(
            LESSON, title=words, lesson=words, quote=quote, nudge=words, theme_title=words, about=words, also=words
        ),
        depth(title=words, heading=words, paragraphs=(words,) * 3, steps=(words,) * 5, quote=quote, choices=many * 4),
        ClarifyReply(words, (*many, Choice(NoneOfThese(), "None of these"))),
        ThemesReply(words, (ThemeGroup(words, (("listening", words),) * 3),), words),
        WhyReply(words, (words,) * 3, (RankedTheme("listening", words, 0.5),), words, words, many),
        handover.build_handover("wellbeing", [(words, words)]),
        TextReply("help", (words, words), (words,) * 3, many),
    ]


@pytest.mark.parametrize("surface", ["message", "modal", "home"])
@pytest.mark.parametrize("words", ["Words.", "", " ", "x" * 40_000, "word " * 8_000, FORGED, "🙂" * 5_000, "\n" * 9])
def test_slack_takes_every_reply_however_long(words: str, surface):
    for reply in replies(words):
        rendered = render_reply(reply, surface, share=True, shared_by="U0ANN")
        assert find_message_problems(rendered.blocks) == []
        assert 0 < len(rendered.text) < 40_000 or not words.strip()
        if surface == "modal":
            view = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": rendered.blocks}
            assert find_view_problems(view) == []


@for_each([(name, {"reply": reply}) for name, reply in odd_replies().items()])
def test_slack_takes_every_kind_of_reply(reply: Reply):
    assert find_message_problems(render_reply(reply, share=True).blocks) == []


@settings(max_examples=20)
@given(st.text(max_size=400))
def test_slack_takes_any_words(words: str):
    for reply in replies(words):
        assert find_message_problems(render_reply(reply).blocks) == []


def test_nobodys_words_become_a_mention_or_a_link():
    """In blocks they are never parsed; in the text they are escaped."""
    for reply in replies(FORGED):
        rendered = render_reply(reply)
        assert "mrkdwn" not in json.dumps(rendered.blocks)
        assert "<" not in rendered.text
        assert ">" not in rendered.text
    assert escape_text("<&>") == "&lt;&amp;&gt;"


def test_the_longest_lessons_that_we_have_stay_whole():
    """Nothing of our pack is cut, be it the longest lesson, quote or nudge."""
    lessons = [lesson for theme in packaged_pack().themes.values() for lesson in theme.lessons]
    measures = (lambda x: len(x.lesson), lambda x: len(x.quote.text), lambda x: max(len(n.text) for n in x.nudges))
    for longest in (max(lessons, key=measure) for measure in measures):
        for nudge in longest.nudges:
            quote = replace(QUOTE, text=longest.quote.text)
            reply = replace(LESSON, title=longest.title, lesson=longest.lesson, quote=quote, nudge=nudge.text)
            rendered = render_reply(reply, share=True)
            assert find_message_problems(rendered.blocks) == []
            shown = json.dumps(rendered.blocks, ensure_ascii=False)
            assert json.dumps(longest.lesson, ensure_ascii=False)[1:-1] in shown
            assert json.dumps(longest.quote.text.strip("“”"), ensure_ascii=False)[1:-1] in shown
            assert json.dumps(nudge.text, ensure_ascii=False)[1:-1] in shown


def test_satire_is_marked_in_words():
    rendered = render_reply(replace(LESSON, quote=replace(QUOTE, satire=True)))

    assert SATIRE_WARNING in rendered.text
    assert SATIRE_WARNING in json.dumps(rendered.blocks)
    assert SATIRE_WARNING not in json.dumps(render_reply(LESSON).blocks)


def test_a_promise_is_a_button_and_verdicts_have_their_own():
    blocks = render_reply(LESSON).blocks

    labels = [e["text"]["text"] for b in blocks if b["type"] == "actions" for e in b["elements"]]
    assert labels == ["I’ll do this", "Another", "Why this?"]
    assert [b["type"] for b in blocks][-1] == "context_actions"


def test_small_print_tells_theme_and_confidence_and_leaves_the_source_to_the_quote():
    (small_print,) = [b for b in render_reply(replace(LESSON, confidence="I think.")).blocks if b["type"] == "context"]

    said = [element["text"] for element in small_print["elements"]]
    assert said == ["Theme: Listening", "I think."]


@pytest.mark.parametrize(
    "reply",
    [responses.greeting(), responses.about(responses.retention_notice()), responses.no_words(), responses.gone()],
)
def test_what_the_bot_says_about_itself_fits(reply: TextReply):
    assert find_message_problems(render_reply(reply).blocks) == []


def test_a_cut_falls_at_the_end_of_a_word():
    assert clip_text("one two three", 20) == "one two three"
    assert clip_text("one two three", 10) == "one two…"
    assert clip_text("x" * 20, 10) == "x" * 9 + "…"

"""The same reply says the same things on every platform: lesson, quote, attribution, step, choices."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.message import (
    SATIRE_WARNING,
    ClarifyReply,
    DepthReply,
    HandoverReply,
    LessonReply,
    Reply,
    TextReply,
    ThemesReply,
    WhyReply,
)
from bot.platforms.slack.views import reply as blocks
from bot.platforms.teams.cards import reply as cards
from tests.cases import for_each
from tests.contract.replies import odd_replies, real_lessons

REPLIES: dict[str, Reply] = {**odd_replies(), **real_lessons()}
for_each_reply = for_each([(name, {"reply": reply}) for name, reply in REPLIES.items()])


class Slack:
    """What a person reads and can press in a message made of blocks."""

    def said(self, reply: Reply) -> str:
        return "\n".join(strings(blocks.render_reply(reply).blocks, "text"))

    def fallback(self, reply: Reply) -> str:
        text = blocks.render_reply(reply).text
        return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    def pressable(self, reply: Reply) -> set[str]:
        return set(
            strings(blocks.render_reply(reply).blocks, "text", within=("button", "feedback_buttons", "overflow"))
        )


class Teams:
    """What a person reads and can press in a card."""

    def said(self, reply: Reply) -> str:
        body = cards.render_card(reply)["body"]
        headings = [e["text"] for e in parts(body) if e.get("style") == "heading"]
        literal = "\n".join(text for text in strings(body, "text", "title", "value") if text not in headings)
        return "\n".join([*map(unescaped, headings), literal])

    def fallback(self, reply: Reply) -> str:
        return str(cards.render_card(reply)["fallbackText"])

    def pressable(self, reply: Reply) -> set[str]:
        return {action["title"] for action in cards.render_card(reply).get("actions", [])}


PLATFORMS = [Slack(), Teams()]


@pytest.fixture(params=PLATFORMS, ids=["slack", "teams"])
def platform(request):
    return request.param


def must_be_said(reply: Reply) -> list[str]:
    """List what may be missing on no platform."""
    return [*reply.support, *list_own_words(reply)]


def list_own_words(reply: Reply) -> list[str]:
    match reply:
        case LessonReply():
            quote = reply.quote
            quoted = (
                [quote.text.strip("“”"), quote.attribution, SATIRE_WARNING if quote.satire else ""] if quote else []
            )
            return [
                *(reply.theme_title, reply.title, reply.about, reply.lesson, reply.nudge, reply.also),
                *(*quoted, reply.basis, reply.confidence),
            ]
        case DepthReply():
            quoted = [reply.quote.text.strip("“”"), reply.quote.attribution] if reply.quote else []
            read = [reply.read.title] if reply.read else []
            return [reply.title, reply.heading, *reply.paragraphs, *reply.steps, *quoted, *read]
        case ClarifyReply():
            return [reply.question, *(part for gist in reply.gists for part in gist)]
        case ThemesReply():
            titles = [title for group in reply.groups for _, title in group.themes]
            return [reply.opening, *(group.title for group in reply.groups), *titles, reply.closing]
        case WhyReply():
            ranked = [part for one in reply.ranked for part in (one.title, f"{one.confidence:.0%}")]
            return [reply.opening, *reply.words, *ranked, reply.lesson, reply.closing]
        case HandoverReply():
            ways = [part for post in reply.signposts for part in (post.name, post.how)]
            return [reply.opening, *ways, reply.limits]
        case TextReply():
            return [*reply.paragraphs, *reply.bullets]


@for_each_reply
def test_everything_is_said_to_those_who_see_it(platform, reply):
    said = squeezed(platform.said(reply))

    for part in must_be_said(reply):
        assert squeezed(part) in said


@for_each_reply
def test_everything_is_said_to_those_who_do_not(platform, reply):
    said = squeezed(platform.fallback(reply))

    for part in must_be_said(reply):
        assert squeezed(part) in said


@for_each_reply
def test_every_choice_can_be_pressed(platform, reply):
    assert {choice.label for choice in getattr(reply, "choices", ())} <= platform.pressable(reply)


def test_the_step_is_called_the_same_everywhere(platform):
    assert "One small step this week" in platform.said(REPLIES["lesson"])


def strings(part: Any, *keys: str, within: tuple[str, ...] = ()) -> Iterator[str]:
    """Give every string under some keys; only inside elements of some types, when they are named."""
    if isinstance(part, dict):
        inside = not within or part.get("type") in within
        for name, value in part.items():
            if inside and name in keys and isinstance(value, str):
                yield value
            else:
                yield from strings(value, *keys, within=() if inside else within)
    elif isinstance(part, list):
        for one in part:
            yield from strings(one, *keys, within=within)


def parts(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from parts(value)
    elif isinstance(part, list):
        for one in part:
            yield from parts(one)


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def squeezed(text: str) -> str:
    """Take away white space, which each platform is free to lay out."""
    return "".join(text.split())

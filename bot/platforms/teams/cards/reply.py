"""A reply as an Adaptive Card 1.5 (pure)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.actions import DailyForm
from bot.message import (
    SATIRE_WARNING,
    ClarifyReply,
    DepthReply,
    HandoverReply,
    LessonReply,
    Quote,
    Reply,
    TextReply,
    ThemesReply,
    WhyReply,
)
from bot.platforms.teams.cards import plain_text, tip_form
from bot.platforms.teams.cards.buttons import list_buttons, list_buttons_with_note, list_buttons_with_reason
from bot.platforms.teams.cards.elements import (
    Element,
    box,
    dialled,
    facts,
    heading,
    labelled,
    link,
    prose,
)
from bot.platforms.teams.cards.inputs import picker

Card = dict[str, Any]
CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"


def render_card(reply: Reply, *, opening: str = "", note: str = "", shareable: bool = False) -> Card:
    """Return the card of a reply.

    Parameters
    ----------
    opening
        A sentence shown above it, for instance who shared it.
    note
        A sentence shown below it, for instance what came of a press.
    shareable
        Whether a lesson gets a button that posts it for everybody in the conversation.
    """
    above, below = ([prose(opening, small=True)] if opening else []), ([prose(note, bold=True)] if note else [])
    return _card(
        [*above, *_body(reply), *below],
        list_buttons(reply, shareable=shareable),
        "\n\n".join(filter(None, (opening, plain_text.render_fallback(reply)))),
        " ".join(filter(None, (opening, plain_text.render_spoken_text(reply), note))),
    )


def render_lesson_with_reason(lesson: LessonReply, why: WhyReply, *, shareable: bool = False) -> Card:
    """Return the card of a lesson with its explanation below.

    It replaces the presser's card, so the lesson stays in it.
    """
    body = [*_body(lesson), box([heading("Why this?"), *_why(why)])]
    fallback = f"{plain_text.render_fallback(lesson)}\n\n{plain_text.render_fallback(why)}"
    return _card(
        body,
        list_buttons_with_reason(lesson, why, shareable=shareable),
        fallback,
        f"{plain_text.render_spoken_text(lesson)} {plain_text.render_spoken_text(why)}",
    )


def render_lesson_with_note(
    lesson: LessonReply, told: TextReply, *, noted: bool = False, shareable: bool = False
) -> Card:
    """Return the card of a lesson with the reply to a press below.

    What that offers names the lesson, so that the next press keeps it too.

    Parameters
    ----------
    noted
        Whether a verdict was noted just now.
    """
    body = [*_body(lesson), box(_body(told))]
    fallback = f"{plain_text.render_fallback(lesson)}\n\n{plain_text.render_fallback(told)}"
    return _card(
        body,
        list_buttons_with_note(lesson, told, noted=noted, shareable=shareable),
        fallback,
        f"{plain_text.render_spoken_text(lesson)} {plain_text.render_spoken_text(told)}",
    )


def render_unsaved_form(told: TextReply, entered: DailyForm) -> Card:
    """Return the form with the values entered, and why they could not be saved."""
    if told.daily is None:
        return render_card(told)
    body = [*_body(replace(told, daily=None)), *tip_form.build_body(told.daily, entered)]
    return _card(
        body,
        tip_form.build_actions(told.daily, entered),
        plain_text.render_fallback(told),
        plain_text.render_spoken_text(told),
    )


def render_insertable_lesson(lesson: LessonReply) -> Card:
    """Return the card of a lesson without buttons, for a conversation that the bot may not be a member of."""
    lesson = replace(lesson, support=())  # for a conversation of others
    return _card(
        _body(lesson), [], "\n\n".join(plain_text.list_paragraphs(lesson)), plain_text.render_spoken_text(lesson)
    )


def render_text_card(text: str) -> Card:
    """Return a card of one paragraph."""
    return _card([prose(text)], [], text, text)


def wrap_attachment(content: Card) -> dict[str, Any]:
    """Return the attachment of a message that holds a card."""
    return {"contentType": CONTENT_TYPE, "content": content}


def _card(body: Sequence[Element], actions: Sequence[Element], fallback: str, spoken: str) -> Card:
    made: Card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "lang": "en-GB",
        "fallbackText": fallback,
        "speak": spoken,
        "body": list(body),
    }
    return made | ({"actions": list(actions)} if actions else {})


def _body(reply: Reply) -> list[Element]:
    rows = [dialled(row) for line in reply.support for row in line.splitlines()]
    return [*([box(rows)] if rows else []), *_list_elements(reply)]


def _list_elements(reply: Reply) -> list[Element]:
    match reply:
        case LessonReply():
            return _lesson(reply)
        case DepthReply():
            return _depth(reply)
        case ClarifyReply():
            return [prose(reply.question), *(labelled(label, gist) for label, gist in reply.gists)]
        case ThemesReply():
            return _themes(reply)
        case WhyReply():
            return _why(reply)
        case HandoverReply():
            return _handover(reply)
        case TextReply():
            form = tip_form.build_body(reply.daily) if reply.daily else []
            said = map(dialled if reply.dialled else prose, reply.paragraphs)
            return [*said, *(prose(f"• {bullet}") for bullet in reply.bullets), *form]


def _lesson(reply: LessonReply) -> list[Element]:
    return [
        prose(reply.theme_title, small=True),
        heading(reply.title, "large"),
        *([prose(reply.about)] if reply.about else []),
        prose(reply.lesson),
        _quote(reply.quote) if reply.quote else prose(reply.basis, small=True),
        *([prose(reply.also, small=True)] if reply.also else []),
        box([heading(plain_text.STEP), prose(reply.nudge)], "good"),
        *([prose(reply.confidence, small=True)] if reply.confidence else []),
    ]


def _quote(quote: Quote) -> Element:
    warning = [prose(SATIRE_WARNING, bold=True)] if quote.satire else []
    original = [link("Read the original", quote.url)] if quote.url else []
    words = [prose(plain_text.quote_text(quote), italic=True), prose(f"— {quote.attribution}", small=True)]
    return box([*warning, *words, *original], "attention" if quote.satire else "emphasis")


def _depth(reply: DepthReply) -> list[Element]:
    return [
        prose(f"On “{reply.title}”", small=True),
        heading(reply.heading, "medium"),
        *map(prose, reply.paragraphs),
        *(prose(f"{number}. {step}") for number, step in enumerate(reply.steps, 1)),
        *([_quote(reply.quote)] if reply.quote else []),
        *([link(reply.read.title, reply.read.url)] if reply.read else []),
    ]


def _themes(reply: ThemesReply) -> list[Element]:
    listed = [labelled(group.title, ", ".join(title for _, title in group.themes)) for group in reply.groups]
    every = [theme for group in reply.groups for theme in group.themes]
    choosing = [picker("value", "Theme", every, placeholder="Choose a theme")] if every else []
    return [prose(reply.opening), *listed, prose(reply.closing), *choosing]


def _why(reply: WhyReply) -> list[Element]:
    words = plain_text.describe_deciding_words(reply)
    ranked = [(one.title, one.likelihood) for one in reply.ranked]
    return [
        prose(reply.opening),
        *([prose(words)] if words else []),
        *([prose("What I considered:"), facts(ranked)] if ranked else []),
        prose(reply.lesson),
        prose(reply.closing),
    ]


def _handover(reply: HandoverReply) -> list[Element]:
    urgent = [dialled(f"{post.how}.", post.name) for post in reply.signposts if post.urgent]
    others = [dialled(f"{post.how}.", post.name) for post in reply.signposts if not post.urgent]
    boxed = [box(urgent, "attention")] if urgent else []
    return [heading(reply.opening, "medium"), *boxed, *others, prose(reply.limits, small=True)]

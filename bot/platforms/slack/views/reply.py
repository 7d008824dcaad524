"""A reply as Block Kit (pure)."""

import re
from dataclasses import dataclass

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
from bot.platforms.slack.views import actions
from bot.platforms.slack.views.actions import SurfaceKind
from bot.platforms.slack.views.elements import (
    BlockKit,
    bullets,
    dialled,
    divider,
    header,
    link,
    mention_channel,
    mention_person,
    note,
    numbered,
    paragraph,
    quotation,
    run,
)
from bot.platforms.slack.views.plain_text import render_plain_text

_COMMAND = re.compile(r"(/steps(?: (?!and )[a-z]{1,20})?)(?![a-z])")
STEP_TITLE = "One small step this week"
_MAX_BLOCKS = 50  # in a message; a view may hold more, which no reply needs


@dataclass(frozen=True, slots=True)
class RenderedReply:
    """A reply as blocks, and as text for notifications and screen readers."""

    text: str
    blocks: list[BlockKit]


def render_reply(
    reply: Reply, surface: SurfaceKind = "message", *, share: bool = False, shared_by: str = ""
) -> RenderedReply:
    """Return a reply as Block Kit and as text.

    Parameters
    ----------
    surface
        Kind of surface that shows the reply; some blocks are for messages only.
    share
        Whether a lesson gets a share button, as private answers do.
    shared_by
        Id of the person who shared the reply; empty when nobody did.
    """
    blocks = [*_render_support(reply), *_build_blocks(reply, surface, share)]
    if shared_by:
        blocks.insert(0, paragraph(run("Shared by "), mention_person(shared_by), run(" from Small Steps.")))
    return RenderedReply(render_plain_text(reply), blocks[:_MAX_BLOCKS])


def _build_blocks(reply: Reply, surface: SurfaceKind, share: bool) -> list[BlockKit]:
    match reply:
        case LessonReply():
            return _render_lesson(reply, surface, share)
        case DepthReply():
            return _render_depth(reply)
        case ClarifyReply():
            return _render_question(reply)
        case ThemesReply():
            return _render_themes(reply)
        case WhyReply():
            return _render_explanation(reply)
        case HandoverReply():
            return _render_handover(reply)
        case TextReply():
            where = [paragraph(mention_channel(reply.concerns.channel))] if reply.concerns else []
            return [*where, *_render_text(reply)]


def _render_lesson(reply: LessonReply, surface: SurfaceKind, share: bool) -> list[BlockKit]:
    quote = reply.quote
    blocks = [header(reply.title)]
    if reply.about:
        blocks.append(note(reply.about))
    blocks.append(paragraph(run(reply.lesson)))
    if quote:
        blocks += [paragraph(run(f"⚠ {SATIRE_WARNING}", "bold"))] if quote.satire else []
        blocks.append(_render_quote(quote))
    else:
        blocks.append(note(reply.basis))
    if reply.also:
        blocks.append(note(reply.also))
    blocks += [divider(), paragraph(run(f"{STEP_TITLE}\n", "bold"), run(reply.nudge)), divider()]
    blocks.append(note(*_list_small_print(reply)))
    blocks += actions.build_actions(reply.choices, share=reply.answer if share else "", menu=True)
    return blocks + actions.build_feedback(reply.choices, surface)


def _render_question(reply: ClarifyReply) -> list[BlockKit]:
    gists = [[run(f"{label}: ", "bold"), run(gist)] for label, gist in reply.gists]
    said = [paragraph(run(reply.question)), *([bullets(*gists)] if gists else [])]
    return said + actions.build_actions(reply.choices, in_place=not reply.support)  # the numbers stay


def _render_quote(quote: Quote) -> BlockKit:
    words = run(f"“{quote.text.strip('“”')}”", "italic")
    source = link(quote.attribution, quote.url) if quote.url else run(quote.attribution)
    return quotation(words, run("\n— "), source)


def _render_depth(reply: DepthReply) -> list[BlockKit]:
    blocks = [paragraph(run(reply.heading, "bold"))]
    blocks += [paragraph(run(text)) for text in reply.paragraphs]
    if reply.steps:
        blocks.append(numbered(*([run(step)] for step in reply.steps)))
    if reply.quote:
        blocks += [paragraph(run(f"⚠ {SATIRE_WARNING}", "bold"))] if reply.quote.satire else []
        blocks.append(_render_quote(reply.quote))
    if reply.read:
        blocks.append(paragraph(run("Read on: "), link(reply.read.title, reply.read.url)))
    blocks.append(note(f"On “{reply.title}”", f"Theme: {reply.theme_title}"))
    return blocks + actions.build_actions(reply.choices, menu=True)


def _list_small_print(reply: LessonReply) -> list[str]:
    # The source stands under the quote, and there alone.
    return [f"Theme: {reply.theme_title}", *([reply.confidence] if reply.confidence else [])]


def _render_themes(reply: ThemesReply) -> list[BlockKit]:
    listed = [[run(f"{group.title}: ", "bold"), run(", ".join(t for _, t in group.themes))] for group in reply.groups]
    blocks = [paragraph(run(reply.opening))]
    if listed:
        blocks += [bullets(*listed), actions.build_theme_picker(reply.groups)]
    return [*blocks, note(reply.closing)]


def _render_explanation(reply: WhyReply) -> list[BlockKit]:
    blocks = [paragraph(run(reply.opening))]
    if reply.words:
        blocks.append(paragraph(run("The words that counted: "), run(", ".join(reply.words)), run(".")))
    if reply.ranked:
        considered = [[run(f"{ranked.title}: {ranked.likelihood}")] for ranked in reply.ranked]
        blocks += [paragraph(run("What I considered:")), bullets(*considered)]
    return [*blocks, paragraph(run(reply.lesson)), note(reply.closing), *actions.build_actions(reply.choices)]


def _render_handover(reply: HandoverReply) -> list[BlockKit]:
    signposts = [[run(signpost.name, "bold"), *dialled(f": {signpost.how}.")] for signpost in reply.signposts]
    said = [paragraph(run(reply.opening, "bold")), bullets(*signposts), note(reply.limits)]
    return said + actions.build_actions(reply.choices)


def _render_support(reply: Reply) -> list[BlockKit]:
    rows = [row for line in reply.support for row in line.splitlines()]
    return [*(paragraph(*dialled(row)) for row in rows), divider()] if rows else []


def _mark_commands(text: str) -> list[BlockKit]:
    """Return a text as runs, with what is typed in the style of code."""
    parts = _COMMAND.split(text)
    return [run(part, "code") if number % 2 else run(part) for number, part in enumerate(parts) if part]


def _render_text(reply: TextReply) -> list[BlockKit]:
    blocks = [paragraph(*(dialled(text) if reply.dialled else [run(text)])) for text in reply.paragraphs]
    if reply.bullets:
        blocks.append(bullets(*(_mark_commands(bullet) for bullet in reply.bullets)))
    return blocks + actions.build_actions(reply.choices)

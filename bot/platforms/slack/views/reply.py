"""A reply as Block Kit (pure): made of data, tested as data."""

from dataclasses import dataclass

from bot.message import (
    SATIRE_WARNING,
    ClarifyReply,
    HandoverReply,
    LessonReply,
    Reply,
    TextReply,
    ThemesReply,
    WhyReply,
)
from bot.platforms.slack.views import actions
from bot.platforms.slack.views.actions import Surface
from bot.platforms.slack.views.elements import (
    Part,
    bullets,
    divider,
    header,
    link,
    note,
    paragraph,
    person,
    quotation,
    run,
)
from bot.platforms.slack.views.plain_text import fallback

STEP_TITLE = "One small step this week"
_MOST_BLOCKS = 50  # in a message; a view may hold more, but a reply never needs it


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is sent: blocks, and the whole of it as text for notifications and screen readers."""

    text: str
    blocks: list[Part]


def render(reply: Reply, surface: Surface = "message", *, share: bool = False, shared_by: str = "") -> Rendered:
    """Render a reply.

    Parameters
    ----------
    surface
        Where it is shown; some blocks are for messages only.
    share
        Whether a lesson gets a button that shares it, as private answers do.
    shared_by
        The person who shared it, when somebody did.
    """
    blocks = _blocks(reply, surface, share)
    if shared_by:
        blocks.insert(0, paragraph(run("Shared by "), person(shared_by), run(" from Small Steps.")))
    return Rendered(fallback(reply), blocks[:_MOST_BLOCKS])


def _blocks(reply: Reply, surface: Surface, share: bool) -> list[Part]:
    match reply:
        case LessonReply():
            return _lesson(reply, surface, share)
        case ClarifyReply():
            return [paragraph(run(reply.question)), *actions.actions(reply.choices, here=True)]
        case ThemesReply():
            return _themes(reply)
        case WhyReply():
            return _why(reply)
        case HandoverReply():
            return _handover(reply)
        case TextReply():
            return _text(reply)


def _lesson(reply: LessonReply, surface: Surface, share: bool) -> list[Part]:
    quote = reply.quote
    blocks = [header(reply.title)]
    if reply.about:
        blocks.append(note(reply.about))
    blocks.append(paragraph(run(reply.lesson)))
    if quote.satire:
        blocks.append(paragraph(run(f"⚠ {SATIRE_WARNING}", "bold")))
    words = run(f"“{quote.text.strip('“”')}”", "italic")
    source = link(quote.attribution, quote.url) if quote.url else run(quote.attribution)
    blocks.append(quotation(words, run("\n— "), source))
    if reply.also:
        blocks.append(note(reply.also))
    blocks += [divider(), paragraph(run(f"{STEP_TITLE}\n", "bold"), run(reply.nudge)), divider()]
    blocks.append(note(*_small_print(reply)))
    blocks += actions.actions(reply.choices, share=reply.answer if share else "")
    return blocks + actions.feedback(reply.choices, surface)


def _small_print(reply: LessonReply) -> list[str]:
    origin = [part for part in (reply.quote.publisher or reply.quote.author, reply.quote.date) if part]
    source = f"Source: {', '.join(origin) or reply.quote.title}"
    return [f"Theme: {reply.theme_title}", source, *([reply.confidence] if reply.confidence else [])]


def _themes(reply: ThemesReply) -> list[Part]:
    listed = [[run(f"{group.title}: ", "bold"), run(", ".join(t for _, t in group.themes))] for group in reply.groups]
    blocks = [paragraph(run(reply.opening))]
    if listed:
        blocks += [bullets(*listed), actions.theme_picker(reply.groups)]
    return [*blocks, note(reply.closing)]


def _why(reply: WhyReply) -> list[Part]:
    blocks = [paragraph(run(reply.opening))]
    if reply.words:
        blocks.append(paragraph(run("The words that counted: "), run(", ".join(reply.words)), run(".")))
    if reply.ranked:
        considered = [[run(f"{ranked.title}: {ranked.confidence:.0%}")] for ranked in reply.ranked]
        blocks += [paragraph(run("What I considered:")), bullets(*considered)]
    return [*blocks, paragraph(run(reply.lesson)), note(reply.closing), *actions.actions(reply.choices)]


def _handover(reply: HandoverReply) -> list[Part]:
    ways = [[run(signpost.name, "bold"), run(f": {signpost.how}.")] for signpost in reply.signposts]
    return [paragraph(run(reply.opening, "bold")), bullets(*ways), note(reply.limits)]


def _text(reply: TextReply) -> list[Part]:
    blocks = [paragraph(run(text)) for text in reply.paragraphs]
    if reply.bullets:
        blocks.append(bullets(*([run(bullet)] for bullet in reply.bullets)))
    return blocks + actions.actions(reply.choices)

"""A reply as one plain text, for notifications and screen readers (pure).

Slack parses the text as mrkdwn, so the whole text is escaped.
"""

from bot.message import (
    SATIRE_WARNING,
    Choice,
    ClarifyReply,
    DepthReply,
    HandoverReply,
    LessonReply,
    Reply,
    TextReply,
    ThemesReply,
    WhyReply,
)
from bot.platforms.slack.views.elements import clip_text

_MAX_LENGTH = 4_000  # characters, as Slack recommends; Slack cuts at 40,000


def escape_text(text: str) -> str:
    """Return a text with the three control characters of mrkdwn escaped, so that it holds no mention or link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def render_plain_text(reply: Reply) -> str:
    """Return a reply as plain text."""
    lines = (*reply.support, *_list_lines(reply))
    return escape_text(clip_text("\n".join(line for line in lines if line), _MAX_LENGTH))


def _list_lines(reply: Reply) -> list[str]:
    match reply:
        case LessonReply():
            return _list_lesson_lines(reply)
        case DepthReply():
            return _list_depth_lines(reply)
        case ClarifyReply():
            return [reply.question, *(f"• {_name_choice(choice)}" for choice in reply.choices)]
        case ThemesReply():
            groups = [f"{group.title}: {', '.join(title for _, title in group.themes)}" for group in reply.groups]
            return [reply.opening, *groups, reply.closing]
        case WhyReply():
            considered = [f"• {ranked.title}: {ranked.likelihood}" for ranked in reply.ranked]
            words = f"The words that counted: {', '.join(reply.words)}." if reply.words else ""
            return [reply.opening, words, *considered, reply.lesson, reply.closing]
        case HandoverReply():
            signposts = [f"• {signpost.name}: {signpost.how}." for signpost in reply.signposts]
            return [reply.opening, *signposts, reply.limits, *(f"• {choice.label}" for choice in reply.choices)]
        case TextReply():
            return [*reply.paragraphs, *(f"• {bullet}" for bullet in reply.bullets)]


def _name_choice(choice: Choice) -> str:
    return f"{choice.label}: {choice.gist}" if choice.gist else choice.label


def _list_lesson_lines(reply: LessonReply) -> list[str]:
    quote = reply.quote
    return [
        f"{reply.theme_title}: {reply.title}",
        reply.about,
        reply.lesson,
        SATIRE_WARNING if quote and quote.satire else "",
        f"“{quote.text.strip('“”')}” — {quote.attribution}" if quote else reply.basis,
        reply.also,
        f"One small step this week: {reply.nudge}",
        reply.confidence,
    ]


def _list_depth_lines(reply: DepthReply) -> list[str]:
    quote = reply.quote
    return [
        f"{reply.heading} ({reply.title})",
        *reply.paragraphs,
        *(f"{number}. {step}" for number, step in enumerate(reply.steps, 1)),
        SATIRE_WARNING if quote and quote.satire else "",
        f"“{quote.text.strip('“”')}” — {quote.attribution}" if quote else "",
        f"Read on: {reply.read.title} {reply.read.url}" if reply.read else "",
    ]

"""A reply in plain words (pure): for screen readers, notifications and clients that show no cards."""

from bot.actions import Another, ConfirmDaily, GiveTip, PickTheme, ShowHelp, ShowSources, ShowThemes, Why
from bot.message import (
    SATIRE_WARNING,
    Choice,
    ClarifyReply,
    HandoverReply,
    LessonReply,
    Quote,
    Reply,
    TextReply,
    ThemesReply,
    WhyReply,
)
from bot.platforms.teams.cards import tip_form
from bot.subscriptions.commands import write

STEP = "One small step this week"
_WORDS: dict[type, str] = {
    Another: "another",
    Why: "why",
    GiveTip: "tip",
    ShowThemes: "themes",
    ShowHelp: "help",
    ShowSources: "sources",
}
_SUMMARY = 160  # characters that a notification shows at most


def quoted(quote: Quote) -> str:
    """Put the words of a quote in one pair of quotation marks."""
    return f"“{quote.text.strip('“”')}”"


def words_that_counted(reply: WhyReply) -> str:
    """List the words that decided an answer; empty when there were none."""
    return f"The words that counted: {', '.join(reply.words)}." if reply.words else ""


def paragraphs(reply: Reply) -> tuple[str, ...]:
    """Say everything that a reply says, a paragraph each, without what can be pressed."""
    match reply:
        case LessonReply():
            said = _lesson(reply)
        case ClarifyReply():
            said = (reply.question,)
        case ThemesReply():
            listed = (f"{group.title}: {', '.join(title for _, title in group.themes)}." for group in reply.groups)
            said = (reply.opening, *listed, reply.closing)
        case WhyReply():
            ranked = "; ".join(f"{one.title} {one.confidence:.0%}" for one in reply.ranked)
            considered = f"What I considered: {ranked}." if ranked else ""
            said = (reply.opening, words_that_counted(reply), considered, reply.lesson, reply.closing)
        case HandoverReply():
            said = (reply.opening, *(f"{post.name}: {post.how}." for post in reply.signposts), reply.limits)
        case TextReply():
            said = (*reply.paragraphs, *(f"• {bullet}" for bullet in reply.bullets))
    return tuple(paragraph for paragraph in said if paragraph)


def fallback(reply: Reply) -> str:
    """Say the whole reply, and what can be typed instead of pressed."""
    words = [f"“{words}”" for choice in getattr(reply, "choices", ()) if (words := typed(choice))]
    if isinstance(reply, TextReply) and reply.daily:
        words += tip_form.typed(reply.daily)
    return "\n\n".join(
        (
            *paragraphs(reply),
            *([f"You can type (in a channel or group chat after my name): {', '.join(words)}."] if words else ()),
        )
    )


def typed(choice: Choice) -> str:
    """Give what is typed to do the same as a choice; empty where only pressing does it."""
    match choice.action:
        case PickTheme():
            return choice.label
        case ConfirmDaily(command=command):
            return f"daily {write(command)}"
        case action:
            return _WORDS.get(type(action), "")


def spoken(reply: Reply) -> str:
    """Say the reply as one would read it aloud."""
    return " ".join(paragraphs(reply))


def summary(reply: Reply) -> str:
    """Say in one line what a notification shows. A handover never tells its topic on a locked screen."""
    match reply:
        case LessonReply():
            line = f"{reply.theme_title}: {reply.title}. {STEP}: {reply.nudge}"
        case HandoverReply():
            line = "I have an answer for you. Please open the chat to read it."
        case _:
            line = paragraphs(reply)[0]
    return line if len(line) <= _SUMMARY else line[: _SUMMARY - 1].rstrip() + "…"


def _lesson(reply: LessonReply) -> tuple[str, ...]:
    return (
        f"{reply.theme_title}.",
        reply.about,
        f"{reply.title}.",
        reply.lesson,
        SATIRE_WARNING if reply.quote.satire else "",
        quoted(reply.quote),
        f"— {reply.quote.attribution}",
        reply.also,
        f"{STEP}: {reply.nudge}",
        reply.confidence,
    )

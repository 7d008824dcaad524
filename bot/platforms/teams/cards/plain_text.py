"""A reply as plain text, for screen readers, notifications and clients that show no cards (pure)."""

from bot.actions import (
    AboutWork,
    Another,
    ConfirmDaily,
    GiveTip,
    More,
    Part,
    PickCue,
    PickTheme,
    SecondIssue,
    ShowHelp,
    ShowLesson,
    ShowPart,
    ShowSources,
    ShowThemes,
    TakeOn,
    Why,
)
from bot.message import (
    SATIRE_WARNING,
    Choice,
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
from bot.platforms.teams.cards import tip_form
from bot.subscriptions.commands import write_command

STEP = "One small step this week"
_WORDS: dict[type, str] = {
    Another: "another",
    Why: "why",
    GiveTip: "tip",
    ShowThemes: "themes",
    ShowHelp: "help",
    ShowSources: "sources",
    TakeOn: "I’ll do this",
    More: "more",
    ShowLesson: "back",
    SecondIssue: "the other one",
}
_PARTS: dict[Part, str] = {
    "how": "how",
    "say": "what do I say",
    "if_not": "what if they refuse",
    "brief": "shorter",
    "place": "where has this worked",
    "evidence": "what is the evidence",
}
_SUMMARY = 160  # characters that a notification shows at most


def quote_text(quote: Quote) -> str:
    """Return the words of a quote in one pair of quotation marks."""
    return f"“{quote.text.strip('“”')}”"


def describe_deciding_words(reply: WhyReply) -> str:
    """Return a sentence with the words that decided an answer; empty when there were none."""
    return f"The words that counted: {', '.join(reply.words)}." if reply.words else ""


def list_paragraphs(reply: Reply) -> tuple[str, ...]:
    """Return the paragraphs of a reply, without buttons."""
    match reply:
        case LessonReply():
            said = _lesson(reply)
        case DepthReply():
            said = _depth(reply)
        case ClarifyReply():
            said = (reply.question, *(f"{label}: {gist}" for label, gist in reply.gists))
        case ThemesReply():
            listed = (f"{group.title}: {', '.join(title for _, title in group.themes)}." for group in reply.groups)
            said = (reply.opening, *listed, reply.closing)
        case WhyReply():
            ranked = "; ".join(f"{one.title} {one.likelihood}" for one in reply.ranked)
            considered = f"What I considered: {ranked}." if ranked else ""
            said = (reply.opening, describe_deciding_words(reply), considered, reply.lesson, reply.closing)
        case HandoverReply():
            said = (reply.opening, *(f"{post.name}: {post.how}." for post in reply.signposts), reply.limits)
        case TextReply():
            said = (*reply.paragraphs, *(f"• {bullet}" for bullet in reply.bullets))
    return tuple(paragraph for paragraph in (*reply.support, *said) if paragraph)


def render_fallback(reply: Reply) -> str:
    """Return the whole reply, with what can be typed in place of each button."""
    words = [f"“{words}”" for choice in getattr(reply, "choices", ()) if (words := find_typed_text(choice))]
    if isinstance(reply, TextReply) and reply.daily:
        words += tip_form.list_typed_texts(reply.daily)
    return "\n\n".join(
        (
            *list_paragraphs(reply),
            *([f"You can type (in a channel or group chat after my name): {', '.join(words)}."] if words else ()),
        )
    )


def find_typed_text(choice: Choice) -> str:
    """Return the text that does the same as a choice when typed; empty where no text does."""
    match choice.action:
        case PickTheme() | AboutWork() | PickCue():
            return choice.label
        case ShowPart(part=part):
            return _PARTS[part]
        case ConfirmDaily(command=command):
            return f"daily {write_command(command)}"
        case action:
            return _WORDS.get(type(action), "")


def render_spoken_text(reply: Reply) -> str:
    """Return the reply as text to be read aloud."""
    return " ".join(list_paragraphs(reply))


def render_summary(reply: Reply) -> str:
    """Return the line for a notification; the line of a handover never names the topic, for screens may be locked."""
    match reply:
        case LessonReply():
            line = f"{reply.theme_title}: {reply.title}. {STEP}: {reply.nudge}"
        case HandoverReply():
            line = "I have an answer for you. Please open the chat to read it."
        case _:
            line = list_paragraphs(reply)[0]
    return line if len(line) <= _SUMMARY else line[: _SUMMARY - 1].rstrip() + "…"


def _depth(reply: DepthReply) -> tuple[str, ...]:
    quote = reply.quote
    return (
        f"On “{reply.title}”.",
        f"{reply.heading}.",
        *reply.paragraphs,
        *(f"{number}. {step}" for number, step in enumerate(reply.steps, 1)),
        SATIRE_WARNING if quote and quote.satire else "",
        quote_text(quote) if quote else "",
        f"— {quote.attribution}" if quote else "",
        f"{reply.read.title}: {reply.read.url}" if reply.read else "",
    )


def _lesson(reply: LessonReply) -> tuple[str, ...]:
    quote = reply.quote
    return (
        f"{reply.theme_title}.",
        reply.about,
        f"{reply.title}.",
        reply.lesson,
        SATIRE_WARNING if quote and quote.satire else "",
        quote_text(quote) if quote else reply.basis,
        f"— {quote.attribution}" if quote else "",
        reply.also,
        f"{STEP}: {reply.nudge}",
        reply.confidence,
    )

"""The terminal: renders replies, and runs a conversation."""

import getpass
import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.panel import Panel
from rich.segment import Segment
from rich.text import Text

from bot.actions import AboutWork, NoneOfThese, PickTheme, SendQuestion, ShowCare, ShowQuestion
from bot.conversation.conversation import Conversation
from bot.message import (
    SATIRE_WARNING,
    Choice,
    ClarifyReply,
    DepthReply,
    HandoverReply,
    LessonReply,
    Message,
    Place,
    Press,
    Quote,
    Reply,
    TextReply,
    ThemesReply,
    WhyReply,
)
from bot.platforms import wire
from bot.platforms.phone_numbers import join_numbers

# Within a number while lines are broken, since Rich breaks at every kind of space; shown as a plain one.
_JOINT = "\ue000"
_OFFERED = (ShowCare, AboutWork, PickTheme, NoneOfThese, ShowQuestion, SendQuestion)


def place() -> Place:
    """Return the place of the user who is logged in."""
    return Place("terminal", "", getpass.getuser(), private=True)


def as_json(reply: Reply, indent: int | None = 2) -> str:
    """Print a reply as data: kind, theme, lesson, quote with its attribution and satire flag, nudge, choices.

    Parameters
    ----------
    indent
        Spaces by which each level is set in; None for one line.
    """
    return json.dumps(wire.build_reply_data(reply), ensure_ascii=False, indent=indent)


def render(reply: Reply) -> RenderableType:
    """Return what a terminal shows of a reply (pure)."""
    support = [Text(_join(line)) for line in reply.support]
    return _Whole(Group(*support, Text(""), _render_answer(reply)) if support else _render_answer(reply))


class _Whole:
    """What is shown with its telephone numbers in one piece, and with no spaces at the ends of lines."""

    def __init__(self, shown: RenderableType) -> None:
        self._shown = shown

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield what is shown line by line, with plain spaces where lines were not to be broken."""
        for line in Segment.split_lines(console.render(self._shown, options)):
            for segment in _cut_end(line):
                yield Segment(segment.text.replace(_JOINT, " "), segment.style, segment.control)
            yield Segment.line()


def _cut_end(line: list[Segment]) -> list[Segment]:
    """Return a line without the spaces at its end: Rich fills lines up, and breaks them after a space."""
    kept = list(line)
    while kept and not kept[-1].text.rstrip(" "):
        kept.pop()
    if kept:
        text, style, control = kept[-1]
        kept[-1] = Segment(text.rstrip(" "), style, control)
    return kept


def _join(text: str) -> str:
    return join_numbers(text, _JOINT)


def _render_answer(reply: Reply) -> RenderableType:
    match reply:
        case LessonReply():
            return _lesson(reply)
        case DepthReply():
            return _depth(reply)
        case ClarifyReply():
            return Group(Text(reply.question), *_numbered(reply.choices))
        case ThemesReply():
            return _themes(reply)
        case WhyReply():
            return _why(reply)
        case HandoverReply():
            return _handover(reply)
        case TextReply():
            return _text(reply)


def _lesson(reply: LessonReply) -> RenderableType:
    parts: list[RenderableType] = []
    if reply.about:
        parts += [Text(reply.about, style="dim"), Text("")]
    parts += [Text(reply.title, style="bold"), Text(reply.lesson), Text("")]
    parts += [*(_quote(reply.quote) if reply.quote else [Text(reply.basis, style="dim")]), Text("")]
    if reply.also:
        parts += [Text(reply.also, style="dim"), Text("")]
    parts.append(Text.assemble(("One small step this week: ", "bold green"), reply.nudge))
    if reply.confidence:
        parts += [Text(""), Text(reply.confidence, style="dim")]
    card = Panel(Group(*parts), title=reply.theme_title, title_align="left", padding=(1, 2))
    offered = list_offered(reply)
    return Group(card, *_numbered(offered)) if offered else card


def _quote(quote: Quote) -> list[RenderableType]:
    words = Text(f"“{quote.text.strip('“”')}”", style="italic")
    source = Text(f"— {quote.attribution}", style="dim")
    warning = [Text(SATIRE_WARNING, style="bold red")] if quote.satire else []
    return [*warning, Padding(Group(words, source), (0, 0, 0, 2))]


def _depth(reply: DepthReply) -> RenderableType:
    parts: list[RenderableType] = [Text(reply.heading, style="bold"), *(Text(text) for text in reply.paragraphs)]
    parts += [Text.assemble("  ", (f"{number}", "bold"), f"  {step}") for number, step in enumerate(reply.steps, 1)]
    parts += [Text(""), *_quote(reply.quote)] if reply.quote else []
    parts += [Text(f"Read on: {reply.read.title} {reply.read.url}", style="dim")] if reply.read else []
    card = Panel(Group(*parts), title=reply.title, title_align="left", padding=(1, 2))
    offered = list_offered(reply)
    return Group(card, *_numbered(offered)) if offered else card


def _themes(reply: ThemesReply) -> RenderableType:
    parts: list[RenderableType] = [Text(reply.opening)]
    for group in reply.groups:
        parts += [Text(""), Text(group.title, style="bold")]
        parts += [Text.assemble("  ", title, (f"  {name}", "dim")) for name, title in group.themes]
    return Group(*parts, Text(""), Text(reply.closing, style="dim"))


def _why(reply: WhyReply) -> RenderableType:
    parts = [Text(reply.opening)]
    if reply.words:
        parts.append(Text("The words that counted: " + ", ".join(reply.words) + "."))
    if reply.ranked:
        parts.append(Text("What I considered:"))
        parts += [Text(f"  {ranked.title}: {ranked.likelihood}") for ranked in reply.ranked]
    return Group(*parts, Text(reply.lesson), Text(reply.closing, style="dim"))


def _handover(reply: HandoverReply) -> RenderableType:
    parts = [Text(reply.opening, style="bold"), Text("")]
    parts += [
        Text.assemble("• ", (_join(signpost.name), "bold" if signpost.urgent else ""), f": {_join(signpost.how)}.")
        for signpost in reply.signposts
    ]
    card = Panel(Group(*parts, Text(""), Text(reply.limits, style="dim")), border_style="red", padding=(1, 2))
    return Group(card, *_numbered(reply.choices)) if reply.choices else card


def _text(reply: TextReply) -> RenderableType:
    parts: list[RenderableType] = [Text(_join(paragraph)) for paragraph in reply.paragraphs]
    parts += [Text(f"  • {_join(bullet)}") for bullet in reply.bullets]
    return Group(*parts, *_numbered(list_offered(reply)))


def list_offered(reply: Reply | None) -> list[Choice]:
    """Return the choices of a reply that can be picked by their number, or by typing what they say."""
    choices: tuple[Choice, ...] = getattr(reply, "choices", ())
    return [choice for choice in choices if isinstance(choice.action, _OFFERED)]


def _numbered(choices: Iterable[Choice]) -> list[RenderableType]:
    shown: list[RenderableType] = []
    for number, choice in enumerate(choices, 1):
        shown.append(Text.assemble("  ", (f"{number}", "bold"), f"  {choice.label}"))
        if choice.gist:
            shown.append(Padding(Text(choice.gist, style="dim"), (0, 0, 0, 5), expand=False))
    return shown


async def ask(conversation: Conversation, text: str) -> Reply:
    """Return the reply to one question."""
    return await conversation.answer_message(Message(text, getpass.getuser(), place()))


async def find_danger(conversation: Conversation, text: str) -> Reply | None:
    """Return the card for a question that tells of danger; None for any other. Needs no database."""
    return await conversation.decide_danger(Message(text, getpass.getuser(), place()))


async def chat(conversation: Conversation, console: Console, history: Path) -> None:
    """Run a conversation until the person leaves (an empty Ctrl-D, quit or exit).

    Parameters
    ----------
    history
        File with the lines typed earlier; kept on this machine for the arrow keys, readable by its owner only. A line
        is kept once it was answered, and none to which the answer takes care.
    """
    from prompt_toolkit import PromptSession
    from prompt_toolkit.patch_stdout import patch_stdout

    from bot.platforms.terminal_history import open_history

    lines = open_history(history)
    session: PromptSession[str] = PromptSession(history=lines)
    console.print(
        "Small Steps. Tell me what is getting in the way of the change you lead. “help” helps, “quit” leaves."
    )
    reply: Reply | None = None
    while True:
        try:
            with patch_stdout():
                line = (await session.prompt_async("\n> ")).strip()
        except (EOFError, KeyboardInterrupt):
            return
        if is_farewell(line):
            return
        if line:
            reply = await answer(conversation, line, reply)
            if reply.care.band == "none":
                lines.keep(line)
            console.print(render(reply))


async def chat_by_line(conversation: Conversation, lines: Iterable[str], show: Callable[[Reply], None]) -> None:
    """Answer line by line, as for input from a file or another program, until it ends or says quit or exit.

    Parameters
    ----------
    show
        Called with each reply.
    """
    reply: Reply | None = None
    for line in map(str.strip, lines):
        if is_farewell(line):
            return
        if line:
            reply = await answer(conversation, line, reply)
            show(reply)


def is_farewell(line: str) -> bool:
    """Return whether a line leaves the conversation."""
    return line.casefold().lstrip("/").rstrip(".!") in ("quit", "exit")


async def answer(conversation: Conversation, line: str, earlier: Reply | None) -> Reply:
    """Return the reply to a line: the number of a choice just offered, a command such as /themes, or a message."""
    offered = list_offered(earlier)
    who, here = getpass.getuser(), place()
    typed = next((choice for choice in offered if choice.label.casefold() == line.strip(" .!").casefold()), None)
    if line.isascii() and line.isdigit() and 0 < int(line) <= len(offered):
        typed = offered[int(line) - 1]
    if typed:
        return await conversation.answer_press(Press(typed.action, who, here))
    return await conversation.answer_message(Message(line.removeprefix("/"), who, here))


def width() -> int:
    """Return the number of columns for comfortable reading: the terminal's, at most 92."""
    return min(shutil.get_terminal_size().columns, 92)

"""Messages, presses and replies, free of any platform.

A platform turns each request into a `Message` or a `Press`, passes that to the conversation,
and renders the `Reply`. Everything here is frozen data.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from bot.actions import (
    AboutWork,
    Action,
    Another,
    Button,
    More,
    Part,
    PickTheme,
    Rate,
    SecondIssue,
    Shape,
    Share,
    ShowCare,
    ShowLesson,
    ShowPart,
    TakeOn,
    Why,
)
from bot.platform_names import Platform as Platform  # noqa: PLC0414 - most take it from here
from intents.care import NO_CARE, Care
from knowledge.attribution import format_attribution

Audience = Literal["everyone", "asker", "asker-only"]


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a platform can do, as its adapter states; the core asks for abilities and never for a platform by name.

    Parameters
    ----------
    posts
        Whether it can post in a place unasked.
    command_prefix
        What stands before a command that is typed where others read along, such as “/steps ”; empty for nothing.
    rehearsal
        Heads each reply about the daily tip where nothing is posted; empty elsewhere.
    shares
        Whether a lesson that one person has read can be posted in a channel by a press.
    """

    posts: bool
    command_prefix: str = ""
    rehearsal: str = ""
    shares: bool = False


AbilitiesByPlatform = Mapping[Platform, Abilities]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said: a channel, a chat, a direct message or a terminal.

    Parameters
    ----------
    platform
        Which platform the place belongs to.
    team
        The workspace or tenant; empty where there is none.
    channel
        The channel, chat or person, as the platform names it.
    private
        Whether only one person reads what is said there.
    thread
        The thread in which it is said, as the platform names it; empty where there is none. The thread decides
        which answer “why” or “another” means, and is no place apart: a channel has seen what its threads have seen.
    """

    platform: Platform
    team: str
    channel: str
    private: bool = False
    thread: str = field(default="", compare=False)

    @property
    def key(self) -> str:
        """Return the key under which the lessons seen in the place are recorded."""
        return f"{self.platform}:{self.team}:{self.channel}"


@dataclass(frozen=True, slots=True)
class Message:
    """One utterance by one person, with mark-up and mentions of the bot removed.

    Parameters
    ----------
    text
        What the person wrote; never stored as it stands.
    person
        The platform's id of the writer.
    place
        Where it was written.
    time_zone
        IANA name of the writer's zone where the platform sends it, else None.
    around
        The place whose daily tip and totals are meant, when that is not `place`: a slash command is
        answered to its writer alone, and yet speaks of the channel in which it was typed.
    addressed
        Whether the message was meant for the bot. Any other message may be answered, but is never kept as a
        question, counted as unanswered or taken for a verdict.
    command
        Whether it was typed as a command: a request, and never a verdict.
    began
        When the first message of the thread was posted; None where that is not known.
    relayed
        Whether these are somebody else's words, as in a forwarded message or under a message shortcut. Whoever
        passes them on is answered, as somebody who helps; their author is told nothing.
    private_words
        Whether no word of it may be kept, because it left in doubt whether its writer needs care.
    """

    text: str
    person: str
    place: Place
    time_zone: str | None = None
    around: Place | None = None
    addressed: bool = True
    command: bool = False
    began: datetime | None = None
    relayed: bool = False
    private_words: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """A choice pressed under an earlier reply, or a form filled in.

    Parameters
    ----------
    action
        What was chosen, and for what. The ids in it are looked up and never trusted.
    name
        The presser's name as everybody in the place sees it; empty where the platform does not say.
    """

    action: Action
    person: str
    place: Place
    time_zone: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button under a reply: an action and its label.

    Parameters
    ----------
    gist
        What stands behind it, in a sentence that helps even if nothing is pressed; empty for most.
    """

    action: Button
    label: str
    gist: str = ""


# One order for the buttons of every platform, care first, then the most useful. Under a lesson a theme is one of the
# operators' own.
_BUTTONS: tuple[type[Button], ...] = (
    ShowCare,
    AboutWork,
    TakeOn,
    SecondIssue,
    Another,
    More,
    ShowPart,
    ShowLesson,
    PickTheme,
    Why,
    Share,
    Rate,
)
_SHOWN = 5  # buttons beside each other; more would not be read


@dataclass(frozen=True, slots=True)
class ArrangedChoices:
    """The choices that are shown, those that stand in a menu behind them, and the verdicts, which stand apart."""

    shown: tuple[Choice, ...]
    menu: tuple[Choice, ...]
    verdicts: tuple[Choice, ...]


def order_choices(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    """Return choices in the order of buttons; those that it does not name come last, in the order given."""

    def rank(choice: Choice) -> int:
        kind = type(choice.action)
        return _BUTTONS.index(kind) if kind in _BUTTONS else len(_BUTTONS)

    return tuple(sorted(choices, key=rank))


def arrange_choices(choices: Iterable[Choice]) -> ArrangedChoices:
    """Return choices in the order of buttons: five to be shown, the rest for a menu, verdicts apart."""
    ordered = order_choices(choices)
    others = tuple(choice for choice in ordered if not isinstance(choice.action, Rate))
    verdicts = tuple(choice for choice in ordered if isinstance(choice.action, Rate))
    return ArrangedChoices(others[:_SHOWN], others[_SHOWN:], verdicts)


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage word for word, and whose words they are.

    Parameters
    ----------
    satire
        True when the author mocks: the words show how not to do it.
    url
        Where the original can be read, when it is known.
    speaker
        Whose words they are, where the source reports somebody else than its author.
    """

    text: str
    author: str | None
    title: str
    publisher: str | None
    date: str | None
    satire: bool = False
    url: str | None = None
    speaker: str | None = None

    @property
    def attribution(self) -> str:
        """Return speaker, author, title, publisher and date in one line, without the unknown."""
        return format_attribution(self.author, self.title, self.publisher, self.date, self.speaker)


_CERTAIN = 100  # per cent, rounded
SATIRE_WARNING = "This is satire. It shows how not to do it."


def describe_experience(role: str) -> str:
    """Return the sentence that stands in place of a quote: whose experience a lesson rests on."""
    return f"From experience, with no text behind it: {role.rstrip('.')}."


@dataclass(frozen=True, slots=True, kw_only=True)
class _AddressedReply:
    """Who sees a reply, and what care it takes: decided by the conversation, obeyed by the platform.

    Parameters
    ----------
    audience
        Who may read it of those who read along where it was asked: ``everyone``; the ``asker`` alone, where the
        platform can answer one person among others, and else everyone; the ``asker-only``, never in public.
    announce
        Whether everyone in the place sees the reply, even to a private request: the reply changes what the place gets.
    care
        What the message asks of people.
    support
        Lines on who can help, shown above everything else; none for most replies.
    """

    audience: Audience = "everyone"
    announce: bool = False
    care: Care = NO_CARE
    support: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LessonReply(_AddressedReply):
    """A lesson, the quote behind it and one small step.

    Parameters
    ----------
    kind
        ``lesson`` answers a question, ``theme`` answers a theme asked for by name, ``tip`` was
        asked for or subscribed to without a question.
    answer
        Id under which this answer is remembered, so that a later press can be looked up.
    confidence
        How sure the bot is, in words; empty when it was not a guess.
    quote
        The words behind it; None for a lesson of an organisation's own that rests on experience alone.
    experience
        Whose experience that is, by role; empty where there is a quote.
    also
        Note for today's reader, for instance that a body in the quote no longer exists.
    """

    kind: Literal["lesson", "theme", "tip"]
    answer: str
    theme: str
    theme_title: str
    title: str
    lesson: str
    quote: Quote | None
    nudge: str
    about: str = ""
    confidence: str = ""
    also: str = ""
    choices: tuple[Choice, ...] = ()
    experience: str = ""

    @property
    def basis(self) -> str:
        """What a lesson without a quote rests on, as a sentence; empty where there is a quote."""
        return describe_experience(self.experience) if self.experience else ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Something public to read on."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class DepthReply(_AddressedReply):
    """One part of what stands behind a lesson, written and checked beforehand like the lesson.

    Parameters
    ----------
    title
        The title of the lesson.
    answer
        Id of the answer that showed the lesson.
    part
        What was asked for.
    heading
        What the part is, in a few words.
    paragraphs
        What it says; where the lesson has no such part, a sentence that says so.
    steps
        Moves in their order; empty for a part without.
    quote
        The words behind it, where it has some of its own.
    read
        Something to read on; None where there is nothing.
    choices
        What can be asked for next.
    for_others
        Whether it tells its reader that these words or moves were made for others.
    """

    theme: str
    theme_title: str
    title: str
    answer: str
    part: Part
    heading: str
    paragraphs: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    quote: Quote | None = None
    read: Reading | None = None
    choices: tuple[Choice, ...] = ()
    for_others: bool = False
    kind: Literal["depth"] = "depth"


@dataclass(frozen=True, slots=True)
class ClarifyReply(_AddressedReply):
    """A question in return: up to four themes to choose from, or none."""

    question: str
    choices: tuple[Choice, ...]
    kind: Literal["clarify"] = "clarify"

    @property
    def gists(self) -> tuple[tuple[str, str], ...]:
        """The label of each choice that says what stands behind it, with what it says."""
        return tuple((choice.label, choice.gist) for choice in self.choices if choice.gist)


@dataclass(frozen=True, slots=True)
class ThemeGroup:
    """A group of themes as (id, title) pairs, in the order in which they are shown."""

    title: str
    themes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ThemesReply(_AddressedReply):
    """Every theme that can be asked for, by group."""

    opening: str
    groups: tuple[ThemeGroup, ...]
    closing: str
    kind: Literal["themes"] = "themes"


@dataclass(frozen=True, slots=True)
class RankedTheme:
    """A theme or intent that was considered, and how sure the bot was of it (0 to 1)."""

    id: str
    title: str
    confidence: float

    @property
    def likelihood(self) -> str:
        """Return the confidence as people read it; nothing that a model says is ever 100 %."""
        return "nearly certain" if round(self.confidence * 100) >= _CERTAIN else f"{self.confidence:.0%}"


@dataclass(frozen=True, slots=True)
class WhyReply(_AddressedReply):
    """Why an answer was given: the words that decided it, the runners-up, the choice of lesson."""

    opening: str
    words: tuple[str, ...]
    ranked: tuple[RankedTheme, ...]
    lesson: str
    closing: str
    choices: tuple[Choice, ...] = ()
    kind: Literal["why"] = "why"


@dataclass(frozen=True, slots=True)
class Signpost:
    """Somebody who can help, and how to reach them."""

    name: str
    how: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class HandoverReply(_AddressedReply):
    """A handover to people: no lesson, but signposts to those who can help now."""

    topic: Literal["clinical-advice", "raising-a-concern", "wellbeing"]
    opening: str
    signposts: tuple[Signpost, ...]
    limits: str
    choices: tuple[Choice, ...] = ()
    kind: Literal["handover"] = "handover"


@dataclass(frozen=True, slots=True)
class DailySetup:
    """The setup of a daily tip, for a platform that shows a form.

    Parameters
    ----------
    at
        Local time of day, as in 08:30; empty while nobody has said one.
    weekdays
        Monday is 0; in order.
    themes
        Ids; empty for every theme.
    nation
        Whose bank holidays are left out; empty for nobody's.
    paused_until
        The first day on which tips come again, as in 2026-03-03; empty where the pause has no end.
    every_theme
        What `themes` can be chosen from, as (id, title) pairs.
    shape
        Whether the week has a shape, or a tip comes on each of the days.
    """

    state: Literal["none", "on", "paused", "stopped"]
    at: str
    weekdays: tuple[int, ...]
    themes: tuple[str, ...]
    nation: str
    paused_until: str
    every_theme: tuple[tuple[str, str], ...]
    shape: Shape = "days"


@dataclass(frozen=True, slots=True)
class TextReply(_AddressedReply):
    """Plain paragraphs: help, thanks, about, sources, out of scope and the like.

    Parameters
    ----------
    intent
        Which conversation intent it answers, ``out-of-scope`` or ``notice``.
    daily
        The setup of the daily tip after the reply; None when the reply is about something else.
    concerns
        The place that the reply is about, where it is said elsewhere: a platform that can name it does.
    dialled
        Whether its paragraphs name numbers to call, which are then to be seen before the words.
    """

    intent: str
    paragraphs: tuple[str, ...]
    bullets: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    daily: DailySetup | None = None
    kind: Literal["text"] = "text"
    concerns: Place | None = None
    dialled: bool = False


@dataclass(frozen=True, slots=True)
class ComingTip:
    """A tip that will be posted on a local date."""

    day: date
    theme_title: str
    title: str


@dataclass(frozen=True, slots=True)
class SmallStep:
    """The small step of an earlier answer, for a view that recalls it."""

    answer: str
    theme_title: str
    nudge: str


Reply = LessonReply | DepthReply | ClarifyReply | ThemesReply | WhyReply | HandoverReply | TextReply

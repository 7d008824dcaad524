"""What is said, free of any platform: a message in, a reply out.

A platform turns what it receives into a `Message` or a `Press`, asks the conversation,
and renders the `Reply` it gets back. Everything here is frozen data.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from bot.actions import Action, Another, Button, Rate, Share, TakeOn, Why
from knowledge.attribution import format_attribution

Platform = Literal["terminal", "simulator", "slack", "teams"]
Audience = Literal["everyone", "asker", "asker-only"]


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a platform can do, as its adapter says; further in, this is asked and never what the platform is called.

    Parameters
    ----------
    posts
        Whether it can post in a place unasked.
    command_prefix
        What stands before a command that is typed where others read along, such as “/steps ”; empty for nothing.
    rehearsal
        Said before whatever concerns the daily tip, where nothing is posted and all is only shown; empty elsewhere.
    """

    posts: bool
    command_prefix: str = ""
    rehearsal: str = ""


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
        The thread in which it is said, as the platform names it; empty where there is none. It tells which answer
        is meant by “why” or “another”, and makes no other place: a channel has seen what its threads have seen.
    """

    platform: Platform
    team: str
    channel: str
    private: bool = False
    thread: str = field(default="", compare=False)

    @property
    def key(self) -> str:
        """The conversation key: what this place has seen is remembered under it."""
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
        IANA name of the writer's own zone where the platform tells it, else None.
    around
        The place whose daily tip and totals are meant, when that is not `place`: a slash command is
        answered to its writer alone, and yet speaks of the channel in which it was typed.
    addressed
        Whether it was said to the bot. What was not may be answered, but is never kept as a question,
        counted as one without an answer or taken for a verdict.
    """

    text: str
    person: str
    place: Place
    time_zone: str | None = None
    around: Place | None = None
    addressed: bool = True


@dataclass(frozen=True, slots=True)
class Press:
    """A choice pressed under an earlier reply, or a form filled in.

    Parameters
    ----------
    action
        What was chosen, and for what. The ids in it are looked up and never trusted.
    """

    action: Action
    person: str
    place: Place
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to press next."""

    action: Button
    label: str


# One order for the buttons of every platform, most useful first.
_BUTTONS: tuple[type[Button], ...] = (TakeOn, Another, Why, Rate, Share)


def order_choices(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    """Return choices in the order of buttons; those that it does not name come last, in the order given."""

    def rank(choice: Choice) -> int:
        kind = type(choice.action)
        return _BUTTONS.index(kind) if kind in _BUTTONS else len(_BUTTONS)

    return tuple(sorted(choices, key=rank))


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage word for word, and whose words they are.

    Parameters
    ----------
    satire
        True when the author mocks: the words show how not to do it.
    url
        Where the original can be read, when it is known.
    """

    text: str
    author: str | None
    title: str
    publisher: str | None
    date: str | None
    satire: bool = False
    url: str | None = None

    @property
    def attribution(self) -> str:
        """Author, title, publisher and date in one line; what is not known is left out."""
        return format_attribution(self.author, self.title, self.publisher, self.date)


SATIRE_WARNING = "This is satire. It shows how not to do it."


@dataclass(frozen=True, slots=True, kw_only=True)
class _AddressedReply:
    """To whom a reply is shown; the conversation decides it, and a platform follows.

    Parameters
    ----------
    audience
        Who may read it of those who read along where it was asked: ``everyone``; the ``asker`` alone, where the
        platform can answer one person among others, and else everyone; the ``asker-only``, never in public.
    announce
        Whether everyone in the place is told, even when it was asked for aside: it changes what the place gets.
    """

    audience: Audience = "everyone"
    announce: bool = False


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
    also
        Note for today's reader, for instance that a body in the quote no longer exists.
    """

    kind: Literal["lesson", "theme", "tip"]
    answer: str
    theme: str
    theme_title: str
    title: str
    lesson: str
    quote: Quote
    nudge: str
    about: str = ""
    confidence: str = ""
    also: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class ClarifyReply(_AddressedReply):
    """A question back: up to three themes to choose from, and none of these."""

    question: str
    choices: tuple[Choice, ...]
    kind: Literal["clarify"] = "clarify"


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
    """What people must handle: no lesson, but who to turn to now."""

    topic: Literal["clinical-advice", "raising-a-concern", "wellbeing"]
    opening: str
    signposts: tuple[Signpost, ...]
    limits: str
    kind: Literal["handover"] = "handover"


@dataclass(frozen=True, slots=True)
class DailySetup:
    """How the daily tip of a place stands, for a platform that can show it as a form.

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
    """

    state: Literal["none", "on", "paused", "stopped"]
    at: str
    weekdays: tuple[int, ...]
    themes: tuple[str, ...]
    nation: str
    paused_until: str
    every_theme: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TextReply(_AddressedReply):
    """Plain paragraphs: help, thanks, about, sources, out of scope and the like.

    Parameters
    ----------
    intent
        Which conversation intent it answers, ``out-of-scope`` or ``notice``.
    daily
        How the daily tip stands after what is said; None when it is about something else.
    """

    intent: str
    paragraphs: tuple[str, ...]
    bullets: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    daily: DailySetup | None = None
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class ComingTip:
    """A tip that will be posted on a local date."""

    day: date
    theme_title: str
    title: str


@dataclass(frozen=True, slots=True)
class SmallStep:
    """The small step of an earlier answer, for a page that recalls it."""

    answer: str
    theme_title: str
    nudge: str


Reply = LessonReply | ClarifyReply | ThemesReply | WhyReply | HandoverReply | TextReply

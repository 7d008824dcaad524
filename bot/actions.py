"""Actions: what a press or a form asks for, as frozen data of ids, dates and verdicts, never text to be parsed.

`bot.platforms.wire` writes actions for a platform and reads them back.
"""

from dataclasses import dataclass
from datetime import date, time
from typing import Literal, get_args

CareBand = Literal["danger", "perhaps", "strain", "concern"]
CareTopic = Literal["clinical-advice", "raising-a-concern", "wellbeing"]
CareAbout = Literal["self", "other"]
Nation = Literal["England", "Wales", "Scotland", "Northern Ireland"]
NATIONS: tuple[Nation, ...] = get_args(Nation)
Part = Literal["how", "say", "if_not", "brief", "place", "evidence"]
PARTS: tuple[Part, ...] = get_args(Part)  # in the order in which they are offered
Every = Literal["week", "fortnight", "month"]
Shape = Literal["week", "days"]
CueKind = Literal["huddle", "meeting", "one-to-one", "own"]


@dataclass(frozen=True, slots=True)
class Another:
    """Ask for another lesson on the theme of an answer; of the latest answer where the id is empty."""

    answer: str = ""


@dataclass(frozen=True, slots=True)
class More:
    """Ask for more on the lesson of an answer; of the latest answer where the id is empty."""

    answer: str = ""


@dataclass(frozen=True, slots=True)
class ShowPart:
    """Ask for one part of what stands behind the lesson of an answer."""

    answer: str
    part: Part


@dataclass(frozen=True, slots=True)
class ShowLesson:
    """Ask to see the lesson of an answer again."""

    answer: str


@dataclass(frozen=True, slots=True)
class SecondIssue:
    """Ask for the lesson on the second problem of a message.

    Parameters
    ----------
    lesson
        Id of the lesson, chosen when the message was read; or of its theme.
    """

    lesson: str


@dataclass(frozen=True, slots=True)
class RememberReader:
    """Ask to have remembered who one is and how long one has.

    Parameters
    ----------
    role
        Id of a role; empty for none.
    minutes
        None for none.
    """

    role: str
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class ForgetReader:
    """Ask to have forgotten who one is and how long one has."""


@dataclass(frozen=True, slots=True)
class Why:
    """Ask why an answer was given."""

    answer: str


@dataclass(frozen=True, slots=True)
class Rate:
    """Rate an answer as helpful or not."""

    answer: str
    helpful: bool


@dataclass(frozen=True, slots=True)
class Share:
    """Share an answer with others; the platform does the sharing."""

    answer: str


@dataclass(frozen=True, slots=True)
class PickTheme:
    """Pick a theme, for a lesson on it.

    Parameters
    ----------
    theme
        Id of the theme; or of one of its lessons, where that lesson was chosen before the theme was offered; or of
        words to say.
    """

    theme: str


@dataclass(frozen=True, slots=True)
class NoneOfThese:
    """Decline every offered theme."""


@dataclass(frozen=True, slots=True)
class ShowQuestion:
    """Ask to see what the editors would get of a refused question.

    Parameters
    ----------
    question
        Id under which the words are held in memory, for a while.
    """

    question: str


@dataclass(frozen=True, slots=True)
class SendQuestion:
    """Send a refused question to the editors, redacted as it was shown."""

    question: str


@dataclass(frozen=True, slots=True)
class ShowThemes:
    """Ask for the list of themes."""


@dataclass(frozen=True, slots=True)
class GiveTip:
    """Ask for a tip that the place has not seen."""


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """Ask for the help."""


@dataclass(frozen=True, slots=True)
class ShowSources:
    """Ask for the sources."""


@dataclass(frozen=True, slots=True)
class ShowCare:
    """Ask for the full card: who can help about a topic.

    Parameters
    ----------
    band
        How grave the message was whose answer has the button.
    about
        Whether the card is for the person in need, or for somebody who wants to help another.
    """

    band: CareBand
    topic: CareTopic
    about: CareAbout


@dataclass(frozen=True, slots=True)
class AboutWork:
    """Say that a message which got the full card was about work.

    Parameters
    ----------
    themes
        Ids of up to three themes that are then offered; nothing else is known of the message.
    """

    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TakeOn:
    """Promise to do the small step of an answer."""

    answer: str


@dataclass(frozen=True, slots=True)
class TookStep:
    """Say what came of the small step of a place's week, which the bot asks about on Friday.

    Parameters
    ----------
    answer
        Id of the answer that showed the step.
    """

    answer: str
    outcome: Literal["done", "not-yet", "not-for-me"]


@dataclass(frozen=True, slots=True)
class ShowMoments:
    """Ask for more moments that a promise can be tied to."""

    promise: str


@dataclass(frozen=True, slots=True)
class PickCue:
    """Tie a promise to a moment.

    Parameters
    ----------
    day
        The local date of the moment; None where nobody has said it.
    """

    promise: str
    cue: CueKind
    day: date | None = None


@dataclass(frozen=True, slots=True)
class SayCue:
    """Tie a promise to a moment in a person's own words, which were read for danger before."""

    promise: str
    text: str


@dataclass(frozen=True, slots=True)
class RemindOn:
    """Ask about a promise on the local date that its maker typed: “remind me on Thursday”."""

    promise: str
    day: date


@dataclass(frozen=True, slots=True)
class TakeSmallerStep:
    """Take on a smaller step of the same lesson in place of a promise."""

    promise: str


@dataclass(frozen=True, slots=True)
class NameMe:
    """Let the place see who took one step that is done, or take that back."""

    promise: str
    named: bool


@dataclass(frozen=True, slots=True)
class PlanPromise:
    """Plan a promise: on a local date, within the week, or without a reminder."""

    promise: str
    when: date | Literal["week", "never"]


@dataclass(frozen=True, slots=True)
class Settle:
    """Record the outcome of a promise."""

    promise: str
    outcome: Literal["done", "not-yet", "not-for-me"]


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Delete a promise."""

    promise: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Stay with one theme for two to four weeks."""

    theme: str
    weeks: int


@dataclass(frozen=True, slots=True)
class ChangeDaily:
    """Set the daily tip up or change it; fields that are None stay unchanged.

    Parameters
    ----------
    at
        Local time of day.
    weekdays
        Monday is 0.
    themes
        Ids; empty for every theme.
    zone
        IANA name.
    nation
        Whose bank holidays are left out; empty for nobody's.
    paused_until
        No tips before this local date. ``no-date`` ends a pause that has a date, and none without an end.
    every
        How often: on each of its days every week or fortnight, or on the first such day of a month.
    without
        Days of the week to leave out of the present ones.
    starts_on
        No tips before this local date, of a tip that begins later.
    ends_on
        The last local date with a tip.
    shape
        ``week``: a week with a shape (a small step, a story, a question); ``days``: a tip on each of its days.
    hold
        A theme to stay with for some weeks; None for no change.
    progress
        Whether Friday's question says how many small steps were taken in the place; None for no change.
    """

    at: time | None = None
    weekdays: frozenset[int] | None = None
    themes: tuple[str, ...] | None = None
    zone: str | None = None
    nation: Nation | Literal[""] | None = None
    paused_until: date | Literal["no-date"] | None = None
    every: Every | None = None
    without: frozenset[int] | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    shape: Shape | None = None
    hold: Hold | None = None
    progress: bool | None = None


@dataclass(frozen=True, slots=True)
class PauseDaily:
    """Pause the daily tip.

    Parameters
    ----------
    until
        The first local date with a tip again; None for no end.
    start
        The first local date without one; None for now.
    """

    until: date | None
    start: date | None = None


@dataclass(frozen=True, slots=True)
class BareCommand:
    """A command to the daily tip, or to the monthly digest, that takes no value."""

    what: Literal["off", "skip", "skip tomorrow", "status", "preview", "test", "digest", "digest on", "digest off"]


Command = ChangeDaily | PauseDaily | BareCommand


@dataclass(frozen=True, slots=True)
class ConfirmDaily:
    """Confirm a command to the daily tip by a press."""

    command: Command


@dataclass(frozen=True, slots=True)
class CancelDaily:
    """Leave the daily tip unchanged."""


@dataclass(frozen=True, slots=True)
class DailyForm:
    """The fields of the daily-tip form; together they replace the present setup.

    Parameters
    ----------
    at
        The time of day, as typed.
    weekdays
        Monday is 0.
    themes
        Ids; empty for every theme.
    nation
        Whose bank holidays are left out; empty for nobody's.
    until
        The first day on which tips come again; empty for no pause.
    shape
        ``week``: a week with a shape, whatever the days; ``days``: a tip on each of them.
    """

    at: str
    weekdays: frozenset[int]
    themes: tuple[str, ...] = ()
    nation: str = ""
    until: str = ""
    shape: Shape = "days"


@dataclass(frozen=True, slots=True)
class FillInDaily:
    """Submit the form of the daily tip."""

    form: DailyForm


Button = (
    Another
    | More
    | ShowPart
    | ShowLesson
    | SecondIssue
    | RememberReader
    | ForgetReader
    | Why
    | Rate
    | Share
    | PickTheme
    | NoneOfThese
    | ShowQuestion
    | SendQuestion
    | ShowThemes
    | GiveTip
    | ShowHelp
    | ShowSources
    | ShowCare
    | AboutWork
    | TakeOn
    | TookStep
    | PlanPromise
    | ShowMoments
    | PickCue
    | TakeSmallerStep
    | NameMe
    | Settle
    | Withdraw
    | ConfirmDaily
    | CancelDaily
)
Action = Button | FillInDaily | SayCue | RemindOn

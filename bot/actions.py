"""What can be pressed and filled in: small frozen types that hold ids, dates and verdicts, and never text to be read.

How they travel to a platform and back is the affair of `bot.platforms.wire`.
"""

from dataclasses import dataclass
from datetime import date, time
from typing import Literal, get_args

Nation = Literal["England", "Wales", "Scotland", "Northern Ireland"]
NATIONS: tuple[Nation, ...] = get_args(Nation)


@dataclass(frozen=True, slots=True)
class Another:
    """Another lesson on the theme of an answer; of the latest one where it is empty."""

    answer: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Why an answer was given."""

    answer: str


@dataclass(frozen=True, slots=True)
class Rate:
    """Whether an answer helped."""

    answer: str
    helpful: bool


@dataclass(frozen=True, slots=True)
class Share:
    """An answer shown to others; the platform itself does it."""

    answer: str


@dataclass(frozen=True, slots=True)
class PickTheme:
    """A lesson on a theme.

    Parameters
    ----------
    theme
        Id of the theme; or of one of its lessons, where that lesson was chosen before the theme was offered.
    """

    theme: str


@dataclass(frozen=True, slots=True)
class NoneOfThese:
    """No theme that was offered."""


@dataclass(frozen=True, slots=True)
class ShowThemes:
    """The list of themes."""


@dataclass(frozen=True, slots=True)
class GiveTip:
    """A tip that the place has not seen."""


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """How to use the bot."""


@dataclass(frozen=True, slots=True)
class ShowSources:
    """Where the words come from."""


@dataclass(frozen=True, slots=True)
class TakeOn:
    """A promise to do the small step of an answer."""

    answer: str


@dataclass(frozen=True, slots=True)
class PlanPromise:
    """When a promise is meant to be kept: on a local date, within the week, or never to be asked about."""

    promise: str
    when: date | Literal["week", "never"]


@dataclass(frozen=True, slots=True)
class Settle:
    """How a promise went."""

    promise: str
    outcome: Literal["done", "not-yet", "not-for-me"]


@dataclass(frozen=True, slots=True)
class Withdraw:
    """A promise deleted."""

    promise: str


@dataclass(frozen=True, slots=True)
class ChangeDaily:
    """Set the daily tip up or change it; what is None stays as it is.

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
    """

    at: time | None = None
    weekdays: frozenset[int] | None = None
    themes: tuple[str, ...] | None = None
    zone: str | None = None
    nation: Nation | Literal[""] | None = None
    paused_until: date | Literal["no-date"] | None = None


@dataclass(frozen=True, slots=True)
class PauseDaily:
    """No tips before a local date; None for no end."""

    until: date | None


@dataclass(frozen=True, slots=True)
class BareCommand:
    """A command of a word or two about the daily tip."""

    what: Literal["off", "skip", "skip tomorrow", "status", "preview", "test"]


Command = ChangeDaily | PauseDaily | BareCommand


@dataclass(frozen=True, slots=True)
class ConfirmDaily:
    """A command to the daily tip, pressed instead of typed."""

    command: Command


@dataclass(frozen=True, slots=True)
class CancelDaily:
    """The daily tip left as it is."""


@dataclass(frozen=True, slots=True)
class DailyForm:
    """The daily tip as it stands in the fields of a form; all of them together are how it shall be.

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
    """

    at: str
    weekdays: frozenset[int]
    themes: tuple[str, ...] = ()
    nation: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class FillInDaily:
    """The form of the daily tip, filled in."""

    form: DailyForm


PromiseAction = TakeOn | PlanPromise | Settle | Withdraw
DailyAction = ConfirmDaily | CancelDaily | FillInDaily
Button = (
    Another
    | Why
    | Rate
    | Share
    | PickTheme
    | NoneOfThese
    | ShowThemes
    | GiveTip
    | ShowHelp
    | ShowSources
    | TakeOn
    | PlanPromise
    | Settle
    | Withdraw
    | ConfirmDaily
    | CancelDaily
)
Action = Button | FillInDaily

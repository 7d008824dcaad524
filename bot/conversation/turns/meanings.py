"""What a turn means: actions, other words, a step with a day, or a reply."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.actions import Action, Part
from bot.message import Choice, Reply

ON_A_LESSON = ("how", "say", "if_not", "place", "evidence")  # what makes sense on a lesson alone


@dataclass(frozen=True, slots=True)
class Meant:
    """Actions that the turn means, in order; the reply to the last is shown.

    Parameters
    ----------
    hedge
        Stands under a lesson that is shown: what it was taken for.
    others
        What else may have been meant, to be pressed.
    rest
        Words besides, which may tell of a second problem.
    part
        The part of the depth that is asked for besides, of the lesson that is shown; empty for none.
    told
        What tells which lesson of the theme that is picked fits; empty where that was decided before.
    """

    actions: tuple[Action, ...]
    hedge: str = ""
    others: tuple[Choice, ...] = ()
    rest: str = ""
    part: Part | Literal[""] = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Reread:
    """Other words that the turn means.

    Parameters
    ----------
    text
        What is read in place of the message.
    without
        Ids of themes and lessons that were declined, and are not offered again in the thread.
    told
        The turn by itself, where the text holds the words before it too.
    """

    text: str
    without: frozenset[str] = frozenset()
    told: str = ""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """The small step of an answer, taken on with the day of its reminder, or done already."""

    answer: str
    day: date | Literal["week", "never", "done"]


@dataclass(frozen=True, slots=True)
class Said:
    """A reply that needs nothing else."""

    reply: Reply


Turn = Meant | Reread | PlannedStep | Said

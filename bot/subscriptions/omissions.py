"""What a request takes away: “not on Fridays”, “except Wednesday”, “no tips next week”, “instead of nine”. Pure."""

from dataclasses import dataclass

from bot.subscriptions.mark_list import MarkList
from bot.subscriptions.marks import Act, Clock, Days, Holidays, Length, Link, Meaning, TipNoun, Weekdays
from bot.subscriptions.questions import ask_about

_EXCEPTING = ("except", "except for", "excepting", "bar", "but", "apart from", "excluding", "without", "other than")
_CHANGING = ("off", "pause", "skip", "move", "on")


@dataclass
class Omissions:
    """What a request takes away.

    Parameters
    ----------
    weekdays
        Days of each week.
    pauses
        Whether tips are refused for the period that the request names.
    """

    weekdays: frozenset[int] = frozenset()
    pauses: bool = False


def take_omissions(marks: MarkList) -> Omissions:
    """Use each “not”, “except” and “no tips” with the days of the week that it takes away.

    Raises
    ------
    NotUnderstoodError
        When it is not clear what is taken away.
    """
    found = Omissions()
    for at in range(len(marks)):
        link = marks.meaning(at)
        if isinstance(link, Link) and link.kind in ("not", "instead") and not marks.is_used(at):
            _take_omission(marks, at, found)
            marks.use(at)
    return found


def _take_omission(marks: MarkList, at: int, found: Omissions) -> None:
    word = marks[at].text.lower()
    target = at + 1
    while _is_passed_over(marks.meaning(target)):
        target += 1
    no_tips = any(isinstance(marks.meaning(place), TipNoun) for place in range(at, target))
    refuses = word not in _EXCEPTING
    match marks.meaning(target):
        case Weekdays(recurring=recurring) if recurring or not (no_tips and refuses):
            found.weekdays |= take_weekdays(marks, target)
        case Clock() if marks.count(Clock) > 1:
            marks.use(target)
        case Holidays():
            pass  # whose they are is read with the change
        case Act(kind=kind) if kind in _CHANGING:
            raise ask_about([f"{marks[at].text} {marks[target].text}"])
        case None if no_tips and refuses:
            found.pauses = True
        case Days() | Weekdays() | Length() | Link() if refuses:
            found.pauses = True
        case _:
            raise ask_about([marks[at].text])


def take_weekdays(marks: MarkList, at: int) -> frozenset[int]:
    """Use the days that follow each other from a place on, joined by commas, “and” or “or”; return them."""
    days: frozenset[int] = frozenset()
    while at < len(marks) and not marks.is_used(at):
        meaning = marks.meaning(at)
        if isinstance(meaning, Weekdays):
            days |= meaning.days
        elif meaning not in (Link("and"), Link("or"), Link("on")) or not marks.is_followed_by(at, Weekdays):
            break
        marks.use(at)
        at += 1
    return days


def _is_passed_over(meaning: Meaning | None) -> bool:
    return isinstance(meaning, TipNoun) or meaning in (Act("send"), Link("on"), Link("for"), Link("and"))

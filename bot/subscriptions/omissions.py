"""What a request takes away: “not on Fridays”, “except Wednesday”, “no tips next week”, “instead of nine”. Pure."""

from dataclasses import dataclass

from bot.subscriptions.mark_list import MarkList
from bot.subscriptions.marks import Act, Clock, Days, Holidays, Length, Link, Meaning, TipNoun, Weekdays
from bot.subscriptions.questions import WHOSE_HOLIDAYS, ask_about, say_one_time
from bot.subscriptions.schedule import WEEKDAYS
from bot.subscriptions.times import NotUnderstoodError

_EXCEPTING = (
    "except",
    "except for",
    "excepting",
    "bar",
    "but",
    "apart from",
    "excluding",
    "not including",
    "without",
    "other than",
)
_INSTEAD = ("instead of", "rather than", "in place of")
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
    word
        The last word that takes days of the week away; empty without one.
    """

    weekdays: frozenset[int] = frozenset()
    pauses: bool = False
    word: str = ""


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
            if not _is_contrast(marks, at):
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
            found.word = marks[at].text
            found.weekdays |= take_weekdays(marks, target, through_commas=word not in _INSTEAD)
        case Clock() if marks.count(Clock) > 1 and refuses:
            marks.use(target)
        case Clock() if marks.count(Clock) > 1 and marks.has(Weekdays):
            raise say_one_time()  # “at nine, but ten on Fridays”
        case Holidays(nation=""):
            raise NotUnderstoodError(WHOSE_HOLIDAYS)  # “no tips on bank holidays”
        case Holidays():
            pass  # whose they are is read with the change
        case Link(kind="not") if refuses and _is_excepting(marks, target):
            marks.use(target)  # “no tips except on Mondays” leaves the Mondays
        case Act(kind=kind) if kind in _CHANGING:
            raise ask_about([f"{marks[at].text} {marks[target].text}"])
        case None if no_tips and refuses:
            found.pauses = True
        case Days() | Weekdays() | Length() | Link() if refuses:
            found.pauses = True
        case _:
            raise ask_about([marks[at].text])


def take_weekdays(marks: MarkList, at: int, *, through_commas: bool = True) -> frozenset[int]:
    """Use the days that follow each other from a place on, in ranges or joined by “and”, “or” and commas; return them.

    Parameters
    ----------
    through_commas
        Whether a comma joins: “instead of Mondays, Tuesdays” are Tuesdays.
    """
    days: frozenset[int] = frozenset()
    while at < len(marks) and not marks.is_used(at):
        meaning = marks.meaning(at)
        if (through := marks.read_range(at)) is not None:
            days |= through
            marks.use(at, at + 1)
            at += 2
        elif isinstance(meaning, Weekdays):
            if days and meaning.days >= WEEKDAYS:
                break  # “not at weekends please, every day at nine”: the days that are wanted
            days |= meaning.days
        elif not _joins(marks, at) or (marks[at].text == "," and not through_commas):
            break
        marks.use(at)
        at += 1
    return days


def _joins(marks: MarkList, at: int) -> bool:
    """Return whether a link leads to another day."""
    return marks.meaning(at) in (Link("and"), Link("or"), Link("on")) and marks.is_followed_by(at, Weekdays)


def _is_contrast(marks: MarkList, at: int) -> bool:
    """Return whether a “but” turns from what is not wanted to what is: “not Mondays but Tuesdays”."""
    return marks[at].text.lower() == "but" and at > 0 and marks.is_used(at - 1) and marks.is_followed_by(at, Weekdays)


def _is_excepting(marks: MarkList, at: int) -> bool:
    """Return whether days of the week are all that is left of a refusal: “… except on Mondays”."""
    return marks[at].text.lower() in _EXCEPTING and marks.is_followed_by(at, Weekdays)


def _is_passed_over(meaning: Meaning | None) -> bool:
    return isinstance(meaning, TipNoun) or meaning in (Act("send"), Link("on"), Link("for"), Link("and"))

"""What a request means: its marks read as one command, or one question about what could not be placed. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.actions import BareCommand, ChangeDaily, Command, PauseDaily
from bot.subscriptions.changes import read_change
from bot.subscriptions.mark_list import MarkList
from bot.subscriptions.marks import (
    Act,
    Clock,
    Days,
    ForNow,
    Holding,
    Holidays,
    Impossible,
    Length,
    Link,
    Mark,
    Nothing,
    Often,
    Progress,
    Shaped,
    Themes,
    TimesAWeek,
    TipNoun,
    Unplaced,
    Vague,
    Weekdays,
    Zone,
)
from bot.subscriptions.omissions import take_omissions, take_weekdays
from bot.subscriptions.periods import Period, read_period
from bot.subscriptions.questions import ask_about, ask_for_date, ask_when

_ENDING = ("off", "pause", "skip")
_ASKS = re.compile(r"(?:is|are|(?:when|(?:what|which) (?:days?|time)) (?:is|are|do|does|will))\b", re.IGNORECASE)
_RESUMING = {"resume", "again", "back", "back on", "restart", "bring back", "unpause", "un-pause", "reinstate"}


def interpret_request(marks: Sequence[Mark], today: date) -> Command:
    """Return the command that the marks of a request make.

    Parameters
    ----------
    today
        The local date of the place.

    Raises
    ------
    NotUnderstoodError
        When a word of the request is not placed, or may be meant in two ways. Nothing is left out silently.
    """
    words = _doubt_bare_numbers([mark for mark in marks if not isinstance(mark.meaning, Nothing | ForNow)])
    _refuse_unplaced(words)
    request = MarkList(words)
    command = _read_request(request, today)
    request.refuse_leftovers()
    if command == BareCommand("off") and any(isinstance(mark.meaning, ForNow) for mark in marks):
        return PauseDaily(None)
    return command


def _read_request(marks: MarkList, today: date) -> Command:
    omissions = take_omissions(marks)
    if _is_question(marks):
        marks.use_all(lambda _meaning: True)
        return BareCommand("status")  # “are the tips paused until Monday?” pauses nothing
    ending = [act for act in marks.list_acts() if act in _ENDING]
    if ending and not _is_pause_of_change(marks):
        if omissions.weekdays:  # “stop the tips except on Mondays”
            ended = [mark.text for mark in marks if isinstance(mark.meaning, Act) and mark.meaning.kind in _ENDING]
            raise ask_about([*ended, omissions.word])
        marks.use_all(lambda meaning: isinstance(meaning, Act | TipNoun) or meaning == Link("on"))
        return _read_pause(marks, today, "off" if "off" in ending else ending[0], omissions.weekdays)
    if omissions.pauses:
        return _read_pause(marks, today, "off", omissions.weekdays)
    return _read_look(marks) or _read_resumption(marks, today) or read_change(marks, today, omissions.weekdays)


def _doubt_bare_numbers(marks: Sequence[Mark]) -> list[Mark]:
    """Return the marks; a bare number beside a time of day is no time, unless a link joins the two."""
    clear = any(isinstance(mark.meaning, Clock) and not mark.meaning.bare for mark in marks)
    return [
        replace(mark, meaning=Unplaced())
        if clear and isinstance(mark.meaning, Clock) and mark.meaning.bare and not _is_linked(marks, at)
        else mark
        for at, mark in enumerate(marks)
    ]


def _is_linked(marks: Sequence[Mark], at: int) -> bool:
    beside = [marks[place].meaning for place in (at - 1, at + 1) if 0 <= place < len(marks)]
    return any(isinstance(meaning, Link) and meaning.kind != "for" for meaning in beside)


def _refuse_unplaced(marks: Sequence[Mark]) -> None:
    """Raise when a word has no place, naming all of them as they were typed."""
    vague = [mark for mark in marks if isinstance(mark.meaning, Vague)]
    if vague and not any(isinstance(mark.meaning, Unplaced) for mark in marks):
        raise ask_when([mark.text for mark in vague], period=vague[0].meaning == Vague("period"))
    groups: list[list[Mark]] = []
    for mark in marks:
        if not isinstance(mark.meaning, Unplaced | Vague):
            continue
        if groups and mark.start - groups[-1][-1].end <= 1:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    if groups:
        named = [" ".join(mark.text for mark in group) for group in groups]
        raise ask_for_date(named) if _names_a_date(marks, groups[0][0]) else ask_about(named)


def _names_a_date(marks: Sequence[Mark], unplaced: Mark) -> bool:
    """Return whether “until” leads to the word that has no place, of a request that pauses or stops."""
    at = marks.index(unplaced)
    ends = any(isinstance(mark.meaning, Act) and mark.meaning.kind in _ENDING for mark in marks)
    return ends and at > 0 and marks[at - 1].meaning in (Link("until"), Link("through"))


def _is_pause_of_change(marks: MarkList) -> bool:
    """Return whether a time, days or themes stand before “pause”, so that the pause belongs to a change."""
    first = next(at for at in range(len(marks)) if isinstance(act := marks.meaning(at), Act) and act.kind in _ENDING)
    rhythm = (Clock, Weekdays, Themes, Zone, Holidays, Shaped, Holding, Progress)
    return marks.meaning(first) == Act("pause") and any(isinstance(marks.meaning(at), rhythm) for at in range(first))


def _read_pause(marks: MarkList, today: date, kind: str, without: frozenset[int]) -> Command:
    """Return a stop, a pause of the period that is named, or days of the week that are left out from now on."""
    marks.use_all(lambda meaning: isinstance(meaning, TipNoun) or meaning in (Act("send"), Link("on")))
    for at in marks.list_places(Weekdays):
        days = marks.meaning(at)
        if isinstance(days, Weekdays) and days.recurring:
            without |= take_weekdays(marks, at)
    if without:
        marks.use_all(lambda meaning: meaning in (Link("for"), Link("and")))
        return ChangeDaily(without=without)
    period = _take_period(marks, today)
    if period is None:
        marks.use_all(lambda meaning: meaning == Link("and"))
        return PauseDaily(None) if kind == "pause" else BareCommand("off" if kind == "off" else "skip")
    tomorrow = today + timedelta(days=1)
    if kind == "skip" and period == Period(tomorrow, tomorrow + timedelta(days=1)):
        return BareCommand("skip tomorrow")
    return PauseDaily(period.end, period.start if period.start and period.start > today else None)


def _take_period(marks: MarkList, today: date) -> Period | None:
    left = marks.list_left()
    period = read_period([mark for _, mark in left], today)
    if period is not None:
        marks.use(*(at for at, _ in left))
    return period


def _is_question(marks: MarkList) -> bool:
    """Return whether a request asks how the tip stands, and so wants nothing done, whatever it names."""
    first = next((at for at in range(len(marks)) if isinstance(marks.meaning(at), Act)), None)
    return first is not None and marks.meaning(first) == Act("status") and _ASKS.match(marks[first].text) is not None


def _read_look(marks: MarkList) -> BareCommand | None:
    """Return a look at what is set up or comes; None where the request changes anything."""
    if marks.has(Clock, Weekdays, Days, Length, Often, Impossible, TimesAWeek, Themes, Zone, Holidays):
        return None
    acts = marks.list_acts()
    look = next((BareCommand(kind) for kind in ("preview", "test", "status") if kind in acts), None)
    if look:
        marks.use_all(lambda meaning: isinstance(meaning, Act | TipNoun) or meaning in (Link("on"), Link("for")))
    return look


def _read_resumption(marks: MarkList, today: date) -> PauseDaily | None:
    """Return “start the tips again on Monday” as a pause until then; None for anything else."""
    resumes = any(mark.meaning == Act("on") and mark.text.lower() in _RESUMING for _, mark in marks.list_left())
    each_week = any(isinstance(mark.meaning, Weekdays) and mark.meaning.recurring for _, mark in marks.list_left())
    if not resumes or each_week or marks.has(Clock, Length, Often, Impossible, TimesAWeek):
        return None
    if not marks.has(Days, Weekdays):
        return None
    marks.use_all(lambda meaning: isinstance(meaning, Act | TipNoun) or meaning in (Link("on"), Link("from")))
    period = _take_period(marks, today)
    return PauseDaily(period.start) if period else None

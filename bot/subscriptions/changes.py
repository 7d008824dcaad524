"""The time, days, bounds and themes of a request, read as a change of the daily tip. Pure."""

import re
from dataclasses import replace
from datetime import date, time, timedelta

from bot.actions import ChangeDaily, Hold
from bot.subscriptions.mark_list import MarkList
from bot.subscriptions.marks import (
    Act,
    Clock,
    Days,
    Holding,
    Holidays,
    Impossible,
    Length,
    Link,
    Mark,
    Meaning,
    Often,
    Progress,
    Shaped,
    Themes,
    TimesAWeek,
    TipNoun,
    Weekdays,
    Zone,
)
from bot.subscriptions.periods import read_period
from bot.subscriptions.questions import (
    WHOSE_HOLIDAYS,
    ask_about,
    ask_for_day,
    ask_for_days,
    say_nearest,
    say_no_single_move,
    say_one_a_day,
    say_one_rhythm,
    say_one_time,
)
from bot.subscriptions.times import NotUnderstoodError

_HALF = re.compile(r"(?:morning|afternoon|evening)$", re.IGNORECASE)
_NOON = time(12)
_MOVING = ("move", "moved", "shift", "switch", "swap", "push", "reschedule", "change", "changed")
_HELD_WEEKS = (2, 4)  # fewest and most
_BEFORE_DATES = ("from", "until", "through", "to", "between", "and")
_IDLE = (Act("send"), Act("on"), Act("move"), Act("without pause"), Link("and"), Link("on"), Link("for"))


def read_change(marks: MarkList, today: date, without: frozenset[int]) -> ChangeDaily:
    """Return the change that the marks of a request make; `without` are days of the week that it takes away.

    Raises
    ------
    NotUnderstoodError
        When a value is impossible, or may be meant in two ways.
    """
    _refuse_two_rhythms(marks)
    paused_until = _take_pause(marks, today)
    shaped, hold, progress = marks.take(Shaped), _take_hold(marks), marks.take(Progress)
    impossible, often, times_a_week = marks.take(Impossible), marks.take(Often), marks.take(TimesAWeek)
    if "move" in marks.list_acts() or marks.has_word("set", "put"):
        _drop_former(marks)
        _refuse_single_moves(marks)
    starts_on, ends_on = _take_bounds(marks, today)
    at, weekdays = _take_time(marks), _take_weekdays(marks)
    if weekdays is not None:
        weekdays, without = weekdays - without, frozenset()
        if not weekdays:
            raise NotUnderstoodError("That leaves no day of the week; please name the days that you want.")
    themes, zone, holidays = marks.take(Themes), marks.take(Zone), marks.take(Holidays)
    if holidays and holidays.nation is None:
        raise NotUnderstoodError(WHOSE_HOLIDAYS)
    change = ChangeDaily(
        at=at,
        weekdays=weekdays,
        themes=themes.ids if themes else None,
        zone=zone.name if zone else None,
        nation=holidays.nation if holidays else None,
        paused_until="no-date" if "without pause" in marks.list_acts() else paused_until,
        without=without or None,
        starts_on=starts_on,
        ends_on=ends_on,
        shape="week" if shaped else None,
        hold=hold,
        progress=progress.shown if progress else None,
    )
    if shaped and (weekdays or often or without):
        raise NotUnderstoodError(
            "A week with a shape has its own days: Mondays, Wednesdays and Fridays; please ask for one or the other."
        )
    marks.use_all(_is_idle)
    if impossible:
        days = change.weekdays or impossible.days
        raise say_nearest(marks.name(Impossible), replace(change, weekdays=days, every=impossible.every))
    if times_a_week and (weekdays is None or len(weekdays) != times_a_week.count):
        raise ask_for_days(marks.name(TimesAWeek), change)
    return _add_frequency(change, often) if often else change


def _take_hold(marks: MarkList) -> Hold | None:
    """Use “stay with listening for three weeks”; return the theme and the weeks, two where none are named."""
    places = marks.list_places(Holding)
    if marks.take(Holding) is None:
        return None
    themes, length = marks.meaning(places[0] + 1), marks.take(Length)
    if isinstance(themes, Themes):
        marks.use(places[0] + 1)
    else:
        themes = marks.take(Themes)
    if themes is None or len(themes.ids) != 1:
        raise NotUnderstoodError("Which theme shall I stay with? Please name one, as in “daily stay with listening”.")
    weeks = 2 if length is None else length.count * 4 if length.months else length.count // 7
    if not _HELD_WEEKS[0] <= weeks <= _HELD_WEEKS[1] or (length and not length.months and length.count % 7):
        raise NotUnderstoodError("I can stay with a theme for two, three or four weeks; please choose one.")
    marks.use_all(lambda meaning: meaning == Link("for"))
    return Hold(themes.ids[0], weeks)


def _is_idle(meaning: Meaning) -> bool:
    """Return whether a mark may stand in a change without being used: the tip, sending, and links of nothing."""
    return isinstance(meaning, TipNoun) or meaning in _IDLE


def _add_frequency(change: ChangeDaily, often: Often) -> ChangeDaily:
    days = change.weekdays
    if days is None or (often.every != "fortnight" and len(days) != 1):
        raise ask_for_day(change, often.every)
    return replace(change, every=often.every)


def _take_pause(marks: MarkList, today: date) -> date | None:
    """Use “pause until 3 March” at the end of a change; return the first day with a tip again."""
    places = [at for at, mark in marks.list_left() if mark.meaning == Act("pause")]
    if not places:
        return None
    behind = list(range(places[0] + 1, len(marks)))
    period = read_period([marks[at] for at in behind], today)
    if period is None or period.end is None or (period.start and period.start > today):
        raise ask_about([marks.write(places[0], len(marks) - 1)])
    marks.use(places[0], *behind)
    return period.end


def _drop_former(marks: MarkList) -> None:
    """Use what a move leaves: “from 9” of “from 9 to 10”, and the “to” before what is wanted."""
    for at in range(len(marks)):
        former, wanted = marks.meaning(at + 1), marks.meaning(at + 3)
        moves = marks.meaning(at) == Link("from") and marks.meaning(at + 2) == Link("to")
        if moves and type(former) is type(wanted) and isinstance(former, Clock | Weekdays):
            marks.use(at, at + 1, at + 2)
        elif (
            marks.has_word("swap", "switch", "change")
            and isinstance(marks.meaning(at), Clock | Weekdays)
            and _is_swapped(marks, at)
        ):
            marks.use(at, at + 1)
        elif marks.meaning(at) == Link("to"):
            marks.use(at)


def _refuse_single_moves(marks: MarkList) -> None:
    """Raise for “move Friday to Thursday”: which days stay is not said.

    Raises
    ------
    NotUnderstoodError
        Asking for all the days. “Make it Monday to Friday” is a range.
    """
    if not marks.has_word(*_MOVING):
        return
    for at in marks.list_places(Weekdays):
        later = at + 1
        while isinstance(marks.meaning(later), TipNoun):
            later += 1
        led = at > 0 and marks.meaning(at - 1) in (Link("from"), Link("to"))
        leads = marks.meaning(later) in (Link("to"), Link("for")) and isinstance(marks.meaning(later + 1), Weekdays)
        if leads and not led:
            raise say_no_single_move(marks.write(at, later + 1))


def _refuse_two_rhythms(marks: MarkList) -> None:
    """Raise for “every Monday and every other Friday”.

    Raises
    ------
    NotUnderstoodError
        Because a place has one rhythm.
    """
    days = [mark for mark in marks if isinstance(mark.meaning, Weekdays)]
    for often in [mark for mark in marks if isinstance(mark.meaning, Often)]:
        own = [mark for mark in days if mark.start == often.start]
        others = [mark for mark in days if mark.start != often.start]
        if own and any(isinstance(mark.meaning, Weekdays) and mark.meaning.recurring for mark in others):
            raise say_one_rhythm(often.text)


def _is_swapped(marks: MarkList, at: int) -> bool:
    """Return whether what stands at a place is given up for its like: “swap Mondays for Tuesdays”."""
    return marks.meaning(at + 1) == Link("for") and type(marks.meaning(at)) is type(marks.meaning(at + 2))


def _take_bounds(marks: MarkList, today: date) -> tuple[date | None, date | None]:
    """Use “from Monday”, “until 18 December” and “for two weeks”; return the first and the last day."""
    starting = "on" in marks.list_acts()
    bounds = [at for at, mark in marks.list_left() if _is_bound(marks, at, mark, starting=starting)]
    if not bounds:
        return None, None
    period = read_period([marks[at] for at in bounds], today, inclusive=True)
    if period is None:
        raise ask_about([" ".join(marks[at].text for at in bounds)])
    marks.use(*bounds)
    start = period.start if period.start and period.start > today else None
    ends = any(isinstance(marks.meaning(at), Link | Length) for at in bounds)  # “start on 4 January” names no end
    return start, period.end - timedelta(days=1) if period.end and ends else None


def _is_bound(marks: MarkList, at: int, mark: Mark, *, starting: bool) -> bool:
    before, after = marks.meaning(at - 1) if at else None, marks.meaning(at + 1)
    match mark.meaning:
        case Length():
            return True
        case Days():
            return starting or (isinstance(before, Link) and before.kind in _BEFORE_DATES)
        case Weekdays(recurring=False):
            return before == Link("until") or (before == Link("from") and not marks.begins_range(at))
        case Link(kind="until" | "through"):
            return isinstance(after, Days) or (isinstance(after, Weekdays) and not isinstance(before, Weekdays))
        case Link(kind="between"):
            return isinstance(after, Days)
        case Link(kind="from"):
            return isinstance(after, Days) or (isinstance(after, Weekdays) and not marks.begins_range(at + 1))
        case Link(kind="to" | "and"):
            return isinstance(before, Days) and isinstance(after, Days)
        case Link(kind="for"):
            return isinstance(after, Length)
        case _:
            return False


def _take_time(marks: MarkList) -> time | None:
    places = marks.list_places(Clock)
    clocks = [_resolve_half(marks, at, clock) for at in places if isinstance(clock := marks.meaning(at), Clock)]
    if len({clock.at for clock in clocks}) > 1:
        _refuse_two_times(marks, places)
    for at, clock in zip(places, clocks, strict=True):
        if clock.problem:
            raise NotUnderstoodError(clock.problem)
        bound = marks.meaning(at - 1) if at else None
        if bound in (Link("from"), Link("between"), Link("until")) and not marks.is_used(at - 1):
            raise ask_about([marks.write(at - 1, at)])
        marks.use(at)
    return clocks[0].at if clocks else None


def _resolve_half(marks: MarkList, at: int, clock: Clock) -> Clock:
    """Return a time in the half of the day that the days name: “every evening at seven”.

    Raises
    ------
    NotUnderstoodError
        Where the two contradict each other.
    """
    half = next((mark for mark in marks if isinstance(mark.meaning, Weekdays) and _HALF.search(mark.text)), None)
    if half is None:
        return clock
    morning = half.text.lower().endswith("morning")
    if clock.afternoon:
        return Clock(clock.afternoon.replace(hour=clock.afternoon.hour - 12) if morning else clock.afternoon)
    if clock.at and (clock.at < _NOON) != morning:
        raise ask_about([half.text, marks[at].text])
    return clock


def _refuse_two_times(marks: MarkList, places: list[int]) -> None:
    between = [marks.meaning(at) for at in range(places[0], places[-1])]
    if any(isinstance(meaning, Weekdays) for meaning in between):
        raise say_one_time()
    before = marks.meaning(places[0] - 1) if places[0] else None
    if Link("and") in between and before != Link("between"):
        first = marks.meaning(places[0])
        raise say_one_a_day(ChangeDaily(at=first.at) if isinstance(first, Clock) and first.at else None)
    start = places[0] - 1 if before in (Link("from"), Link("between")) else places[0]
    raise ask_about([marks.write(start, places[-1])])


def _take_weekdays(marks: MarkList) -> frozenset[int] | None:
    """Use the days of the week: ranges with both ends, and lists."""
    days: frozenset[int] = frozenset()
    places = marks.list_places(Weekdays)
    for at in places:
        first = marks.meaning(at)
        if marks.is_used(at) or not isinstance(first, Weekdays):
            continue
        if (through := marks.read_range(at)) is not None:
            days |= through
            marks.use(at, at + 1, at + 2)
            if at and marks.meaning(at - 1) in (Link("from"), Link("between")):
                marks.use(at - 1)
        else:
            if marks.meaning(at + 1) == Link("or") and isinstance(marks.meaning(at + 2), Weekdays):
                raise ask_about([marks.write(at, at + 2)])
            days |= first.days
            marks.use(at)
    return days if places else None

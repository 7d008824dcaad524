"""Days of the week, dates and lengths of time as people write them. Pure."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from bot.subscriptions.dates import DAY_NAMES, MONTH_NAMES, format_date
from bot.subscriptions.marks import Days, Length, Weekdays
from bot.subscriptions.schedule import EVERY_DAY, WEEKDAYS
from bot.subscriptions.words import NUMBER, read_number

DAY = r"(?:weds\b|(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?)"
MONTH = "(?:sept|" + "|".join(f"{name[:3].lower()}(?:{name[3:].lower()})?" for name in MONTH_NAMES) + r")\.?"
_ORDINAL = r"(?:st|nd|rd|th)?"
_YEAR = r"(?:,? (?P<year>\d{4}))?"
_JOINT = r"\s*(?:,\s*(?:and )?|-|\bto\b|\buntil\b|\bthrough\b|\band\b|&)\s*"
_FEASTS = {  # names of days that are the same each year: month and day
    "(?:christmas|xmas) eve": (12, 24),
    "(?:christmas|xmas) day": (12, 25),
    "boxing day": (12, 26),
    "new year'?s eve": (12, 31),
    "new year'?s day": (1, 1),
}
_COUNT = rf"(?P<count>{NUMBER}|a couple of|couple of|an?)"
_UNIT = r"(?P<unit>day|week|wk|fortnight|month|mth)s?\b"
_AHEAD = re.compile(rf"in {_COUNT} ?{_UNIT}(?:'s?)?(?: time\b)?")
_Form = Callable[[re.Match[str], date], Days | Weekdays | Length]


def read_days(text: str, start: int, today: date) -> tuple[Days | Weekdays | Length, int] | None:
    """Return the longest date, days or length that begins at a position of a normalised text, and its end."""
    found = [(match.end(), read, match) for pattern, read in _FORMS if (match := pattern.match(text, start))]
    if not found:
        return None
    end, read, match = max(found, key=lambda one: one[0])
    return read(match, today), end


def read_weekday(name: str) -> int:
    """Return the day of the week (Monday is 0) that matches `DAY`."""
    return next(number for number, day in enumerate(DAY_NAMES) if day.lower().startswith(name[:3]))


def _weekday(found: re.Match[str], _today: date) -> Weekdays:
    """Read “Friday”, and “Fridays”, “every Friday” or “on a Friday” as one of each week; “Fridays tip” is one tip."""
    return Weekdays(frozenset({read_weekday(found["day"])}), bool(found["each"] or found["plural"] or found["any"]))


def _set_of(days: frozenset[int]) -> _Form:
    return lambda _found, _today: Weekdays(days, recurring=True)


def _named_date(found: re.Match[str], today: date) -> Days:
    """Read “today”, “tomorrow”, “next Monday”, “Monday next week”, “this Friday”."""
    name = found.group()
    if "today" in name or "tonight" in name or name == "for the day":
        return Days(today, today)
    if "tomorrow" in name:
        return Days(today + timedelta(days=1), today + timedelta(days=1))
    weekday = read_weekday(found["after"] or found["before"])
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=weekday + 7)
    if "next" not in name:  # “this Friday”, said on a Sunday, is the one to come
        day = today + timedelta(days=(weekday - today.weekday()) % 7)
    return Days(day, day)


def _week_or_month(found: re.Match[str], today: date) -> Days:
    """Read “next week”, “this month” and “the rest of the week”."""
    if found["unit"] == "week":
        first, length = today - timedelta(days=today.weekday()), Length(7)
    else:
        first, length = today.replace(day=1), Length(1, months=True)
    following = add_length(first, length)
    if found["which"] == "next":
        return Days(following, add_length(following, length) - timedelta(days=1))
    return Days(today, following - timedelta(days=1))


def _weekend(found: re.Match[str], today: date) -> Days:
    """Read “this weekend”, of which today may be a part, and “next weekend”."""
    saturday = today + timedelta(days=5 - today.weekday() + (7 if found["next"] else 0))
    return Days(max(saturday, today), saturday + timedelta(days=1))


def _feast(found: re.Match[str], today: date) -> Days:
    """Read “Christmas Eve” and the like, which is the next one."""
    month, number = next(day for name, day in _FEASTS.items() if re.fullmatch(name, found["feast"]))
    day, problem = _build_date(None, month, number, today)
    return Days(day, day, problem)


def _week_of(found: re.Match[str], today: date) -> Days:
    """Read “week commencing 7 December”, which is the seven days from then on."""
    begins = _date(found, today)
    return Days(begins.first, begins.first + timedelta(days=6), begins.problem)


def _day_of_month(found: re.Match[str], today: date) -> Days:
    """Read “the 21st”, which is the next one."""
    number, first = int(found["day"]), today.replace(day=1)
    for months in range(3):  # no two months in a row are without a 31st
        month = _add_months(first, months)
        day = _find_date(month.year, month.month, number)
        if day and day >= today:
            return Days(day, day)
    return Days(today, today, f"There is no month with a day “{found.group().strip()}”; please check the date.")


def _whole_month(found: re.Match[str], today: date) -> Days:
    month = _read_month(found["name"])
    year = int(found["year"]) if found["year"] else today.year + (month < today.month)
    first = date(year, month, 1)
    last = _add_months(first, 1) - timedelta(days=1)
    return Days(max(first, today) if last >= today else first, last)


def _date(found: re.Match[str], today: date) -> Days:
    groups = found.groupdict()
    month = int(groups["month"]) if groups.get("month") else _read_month(groups["name"])
    day, problem = _build_date(groups.get("year"), month, int(groups["day"]), today)
    if not problem and groups.get("weekday") and read_weekday(groups["weekday"]) != day.weekday():
        named = DAY_NAMES[read_weekday(groups["weekday"])]
        problem = f"“{found.group().strip()}” is {format_date(day)}, not a {named}; please check it."
    return Days(day, day, problem)


def _dates_of_month(found: re.Match[str], today: date) -> Days:
    """Read “20 to 31 December” and “24, 25 and 26 December”: dates of one month that follow each other."""
    month, written = _read_month(found["name"]), found.group().strip()
    numbers = [int(number) for number in re.findall(r"\d{1,2}(?=\D)", found["list"] + " ")]
    first, problem = _build_date(found["year"], month, numbers[0], today)
    last, other = _build_date(found["year"] or str(first.year), month, numbers[-1], today)
    spans = bool(found["between"]) or re.search(r"-|to|until|through", found["list"]) is not None
    if len(numbers) > 2 or not spans:
        spans = numbers == list(range(numbers[0], numbers[-1] + 1))
    if not spans or last < first:
        other = f"I cannot leave out “{written}” in one go; please name days that follow each other."
    return Days(first, last, problem or other)


def _length(found: re.Match[str], _today: date) -> Length:
    count = {"a couple of": 2, "couple of": 2}.get(found["count"] or "") or (
        read_number(found["count"]) if re.fullmatch(NUMBER, found["count"] or "") else 1
    )
    days = {"day": 1, "week": 7, "wk": 7, "fortnight": 14}.get(found["unit"])
    return Length(count * days) if days else Length(count, months=True)


def read_ahead(text: str, start: int, today: date) -> tuple[Days, int] | None:
    """Return the day that lies some time ahead, as “in two weeks”, and its end in the text; None without one."""
    found = _AHEAD.match(text, start)
    if not found:
        return None
    day = add_length(today, _length(found, today))
    return Days(day, day), found.end()


def _build_date(year: str | None, month: int, day: int, today: date) -> tuple[date, str]:
    """Return a date and a sentence about what is wrong with it; without a year, the next one that is not past."""
    years = [int(year) + (2000 if len(year) == 2 else 0)] if year else [today.year, today.year + 1]
    there = [one for number in years if (one := _find_date(number, month, day))]
    if not there:
        named = f"{day} {MONTH_NAMES[month - 1]}" if 1 <= month <= len(MONTH_NAMES) else f"{day}/{month}"
        return today, f"There is no {named} in {years[0]}; please check the date."
    chosen = next((one for one in there if one >= today), there[-1])
    if chosen < today:
        return chosen, f"{format_date(chosen)} has passed; please give me a day that is still to come."
    return chosen, ""


def _find_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def add_length(day: date, length: Length) -> date:
    """Return the first day after a length of time that begins on `day`."""
    return _add_months(day, length.count) if length.months else day + timedelta(days=length.count)


def _add_months(day: date, months: int) -> date:
    month = day.month - 1 + months
    first = date(day.year + month // 12, month % 12 + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def _read_month(name: str) -> int:
    return next(number for number, month in enumerate(MONTH_NAMES, 1) if month.lower().startswith(name[:3]))


def _build_forms() -> tuple[tuple[re.Pattern[str], _Form], ...]:
    before = rf"(?:(?:on )?(?P<weekday>{DAY}),? )?(?:on )?(?:the )?"
    end = r"(?![\w/-]|\.\d)"
    count = rf"(?:(?:for )?(?:the next |another |the )?{_COUNT}|(?:for )?the next)"
    every = r"(?:every|each)"
    week = (
        r"(?:for |in )?(?:the )?(?:w/c|w\.c\.|wc|w/b|wb|week (?:commencing|beginning|starting|of)):? "
        rf"(?:(?P<weekday>{DAY}),? )?(?:the )?"
    )
    forms: tuple[tuple[str, _Form], ...] = (
        (
            r"(?P<each>(?:on )?(?:every |each ))?(?:on |at )?(?P<any>a )?"
            rf"(?P<day>{DAY}(?:(?P<plural>s)(?! tip\b)|s)?)(?:'s)?\b",
            _weekday,
        ),
        (rf"(?:on )?(?:{every} |all )?(?:weekdays?|week days|working ?days?|workdays?|work days)\b", _set_of(WEEKDAYS)),
        (r"(?:(?:five|5) (?:days|times) (?:a|per|each) week)\b", _set_of(WEEKDAYS)),
        (
            rf"(?:{every} ?(?:single )?day(?: of the week)?"
            r"|(?<!the )(?<!a )(?<!our )(?<!your )(?:once )?daily|all week"
            r"|(?:seven|7) days (?:a|per|each) week|(?:once )?(?:a|per|each|every) day)\b",
            _set_of(EVERY_DAY),
        ),
        (rf"{every} (?:single )?(?:morning|afternoon|evening)\b", _set_of(WEEKDAYS)),  # at work
        (
            r"(?:(?:on |at |over |for )?(?:the )?(?:this coming|this|coming|(?P<next>next)) weekend|over the weekend)"
            r"(?:'?s)?\b",
            _weekend,
        ),
        (rf"(?:on |at |over )?(?:the )?(?:{every} )?weekends?\b", _set_of(frozenset({5, 6}))),
        (
            r"(?:today|tomorrow|tonight)(?: morning)?(?:'?s)?\b|for the day\b"
            rf"|(?:on )?(?:next|this|this coming) (?P<after>{DAY})\b"
            rf"|(?:on )?(?P<before>{DAY}) (?:next|this) week\b",
            _named_date,
        ),
        (
            r"(?:for |in |over )?(?:(?:the )?(?:whole of|all of|all|rest of|whole) )?(?P<which>next|this) "
            r"(?P<unit>week|month)\b",
            _week_or_month,
        ),
        (r"(?:for |over )?(?P<which>the rest of the) (?P<unit>week|month)\b", _week_or_month),
        (rf"(?:in |for )?(?:the )?(?:whole of |all of |rest of )?(?P<name>(?!may\b){MONTH}){_YEAR}{end}", _whole_month),
        (
            r"(?:(?:in|for) |(?<=from )|(?<=until )|(?<=till )|(?<=til )|(?<=through )|(?<=to ))"
            rf"(?P<name>may){_YEAR}{end}",
            _whole_month,
        ),
        (rf"{before}(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}}){end}", _date),
        (
            rf"{before}(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})(?:/(?P<year>\d{{4}}|\d{{2}}))?"
            r"(?![\w/]|-(?!\d{1,2}/\d)|\.\d)",  # “1/12-14/12” are two
            _date,
        ),
        (rf"{before}(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}|\d{{2}}){end}", _date),
        (rf"{before}(?P<day>\d{{1,2}})-(?P<month>\d{{1,2}})-(?P<year>\d{{4}}|\d{{2}}){end}", _date),
        (rf"{before}(?P<day>\d{{1,2}}){_ORDINAL}(?: of)?[ -]?(?P<name>{MONTH}){_YEAR}{end}", _date),
        (rf"{before}(?P<name>{MONTH}) (?:the )?(?P<day>\d{{1,2}}){_ORDINAL}{_YEAR}{end}", _date),
        (rf"{week}(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})(?:/(?P<year>\d{{4}}|\d{{2}}))?{end}", _week_of),
        (rf"{week}(?P<day>\d{{1,2}}){_ORDINAL}(?: of)? ?(?P<name>{MONTH}){_YEAR}{end}", _week_of),
        (rf"(?:on )?(?P<feast>{'|'.join(_FEASTS)})\b", _feast),
        (
            rf"(?:on )?(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)\b(?!/|.*\b{MONTH}(?!\w)| ?of\b| {DAY}\b)",
            _day_of_month,
        ),
        (
            rf"(?:on |(?P<between>between ))?(?:the )?"
            rf"(?P<list>\d{{1,2}}{_ORDINAL}(?:{_JOINT}(?:the )?\d{{1,2}}{_ORDINAL})+)"
            rf"(?: of)? (?P<name>{MONTH}){_YEAR}{end}",
            _dates_of_month,
        ),
        (rf"{count} ?{_UNIT}", _length),
    )
    return tuple((re.compile(pattern), read) for pattern, read in forms)


_FORMS: tuple[tuple[re.Pattern[str], Any], ...] = _build_forms()

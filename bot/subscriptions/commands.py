"""Commands to the daily tip, as people type them. Pure.

`parse_command` reads commands (“daily weekdays 8:30 theme listening”); `read_request` and
`read_end_request` read the same requests in a free sentence.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Literal
from zoneinfo import available_timezones

from bot.actions import NATIONS, BareCommand, ChangeDaily, Command, Nation, PauseDaily
from bot.subscriptions.dates import abbreviate_weekday, find_end_of_pause, find_weekdays
from bot.subscriptions.schedule import EVERY_DAY, WEEKDAYS
from bot.subscriptions.times import NotUnderstoodError, find_time, replace_number_words

ThemeLookup = Callable[[str], str | None]  # the id of a theme by its name; None when unknown

WHOSE_HOLIDAYS = "Whose bank holidays do you mean? Please add England, Wales, Scotland or Northern Ireland."
_MAX_WORDS_LEFT = 3  # words; a text with more unread words is a sentence about something else


_BARE_COMMANDS: dict[str, BareCommand] = {
    "off": BareCommand("off"),
    "stop": BareCommand("off"),
    "end": BareCommand("off"),
    "cancel": BareCommand("off"),
    "skip": BareCommand("skip"),
    "skip next": BareCommand("skip"),
    "skip tomorrow": BareCommand("skip tomorrow"),
    "skip one": BareCommand("skip"),
    "": BareCommand("status"),
    "status": BareCommand("status"),
    "when": BareCommand("status"),
    "preview": BareCommand("preview"),
    "coming": BareCommand("preview"),
    "test": BareCommand("test"),
}
_ANY_DAY = date(2000, 1, 1)  # any date serves where only the form of the text is tested
_HEAD = re.compile(r"^\s*(?:daily|tips?\s+daily|daily\s+tips?)\b[:,]?\s*", re.IGNORECASE)
_FILLER = frozenset(
    {
        *("on", "at", "the", "every", "each", "post", "a", "an", "tip", "tips", "and", "in", "from", "with"),
        *("to", "for", "here", "us", "time", "o'clock"),
    }
)
_ZONE = re.compile(r"(?:\bin |\bzone )?\b((?:[a-z]+(?:_[a-z]+)*/[a-z]+(?:[_/-][a-z]+)*(?:[+-]?\d{1,2})?)|utc|gmt)\b")
_THEMES = re.compile(r"\b(?:themes?|about)\b\s*:?\s*(?P<names>.+?)(?=$|\s+(?:at|except|without|bank|holidays?|in)\s)")
_HOLIDAYS = re.compile(
    r"\b(?:except |without |no |not on )?(?:bank |public )?holidays?\b(?: (?:in |of |for )?"
    r"(?P<nation>off|none|england|wales|scotland|northern ireland)\b)?"
)
_END_OF_PAUSE = re.compile(
    r"\b(?:until|till|for (?:(?:the next )?\d{1,3}|an?|the next) ?(?:day|week|fortnight|month)).*$"
)
_PAUSE = re.compile(
    r"\b(?:without pause|pause until (?P<until>(?:[a-z]+,? )?(?:the )?\d\S*(?: of)?(?: [a-z]+)?(?:,? \d{4})?))$"
)
_COURTESY = re.compile(r"\b(?:please|thanks|thank you)\b")
_ALL_THEMES = frozenset({"all", "any", "every", "everything", "all themes"})


def parse_command(text: str, today: date, find_theme_id: ThemeLookup) -> Command | None:
    """Return the command that a text is.

    Parameters
    ----------
    text
        As typed, beginning with “daily”.
    today
        The local date of the place, for “until 3 March”.
    find_theme_id
        Returns the id of a theme by its name.

    Returns
    -------
    Command or None
        None when the text is no command but, for instance, a sentence about daily huddles.

    Raises
    ------
    NotUnderstoodError
        When the command has an impossible value; one kind sentence.
    """
    head = _HEAD.match(text)
    if not head:
        return None
    rest = _normalise(text[head.end() :])
    if rest in _BARE_COMMANDS:
        return _BARE_COMMANDS[rest]
    if found := re.match(r"(?:pause|hold)\b", rest):
        return PauseDaily(find_end_of_pause(rest[found.end() :], today))
    if rest in ("on", "start", "resume", "again"):
        return ChangeDaily()
    return _read_change(rest, today, find_theme_id)


def is_daily_command(text: str) -> bool:
    """Return whether a text is a command to the daily tip, understood or not, and no sentence that begins alike."""
    try:
        return parse_command(text, _ANY_DAY, lambda name: name) is not None
    except NotUnderstoodError:
        return True


def read_request(text: str) -> ChangeDaily:
    """Return the time, days and zone named in a sentence that asks for a daily tip; the unnamed are None.

    Raises
    ------
    NotUnderstoodError
        When a time is named that cannot be meant.
    """
    return _take_change(_normalise(text))[0]


def read_end_request(text: str, today: date) -> Command:
    """Return the pause or the stop that a sentence asks for.

    Raises
    ------
    NotUnderstoodError
        When a date is named that cannot be meant.
    """
    plain = _normalise(text)
    if found := _END_OF_PAUSE.search(plain):
        return PauseDaily(find_end_of_pause(found.group(), today))
    return PauseDaily(None) if re.search(r"\b(?:pause|hold|break)\b", plain) else BareCommand("off")


def write_command(command: Command) -> str:
    """Return a command as typed after the word “daily”; `parse_command` reads it back.

    A time zone of one word, such as Japan, is left out: nobody types it, and it could be any word.
    """
    match command:
        case BareCommand(what=what):
            return what
        case PauseDaily(until=until):
            return f"pause until {until.isoformat()}" if until else "pause"
        case ChangeDaily():
            return _write_change(command)


def _write_change(change: ChangeDaily) -> str:
    words = []
    if change.weekdays is not None:
        words.append(_write_days(change.weekdays))
    if change.at is not None:
        words.append(f"{change.at:%H:%M}")
    if change.zone is not None and _ZONE.fullmatch(change.zone.lower()):
        words.append(change.zone)
    if change.nation is not None:
        words.append(f"holidays {change.nation or 'off'}")
    if change.themes is not None:
        words.append(f"theme {', '.join(change.themes) or 'all'}")
    if change.paused_until is not None:
        dated = isinstance(change.paused_until, date)
        words.append(f"pause until {change.paused_until}" if dated else "without pause")
    return " ".join(words) or "on"


def _write_days(weekdays: frozenset[int]) -> str:
    sets = {EVERY_DAY: "every day", WEEKDAYS: "weekdays"}
    return sets.get(weekdays) or ",".join(abbreviate_weekday(day) for day in sorted(weekdays))


def build_theme_error(name: str) -> NotUnderstoodError:
    """Return the error about an unknown theme."""
    return NotUnderstoodError(f"I know no theme called “{name}”; type “themes” to see them all.")


def _normalise(text: str) -> str:
    """Return the text in lower case, with plain marks, numbers in figures and single spaces."""
    plain = _COURTESY.sub(" ", text.lower().replace("’", "'").replace("–", "-")).strip().rstrip(".!?")
    return replace_number_words(" ".join(plain.split()))


def _read_change(rest: str, today: date, find_theme_id: ThemeLookup) -> ChangeDaily | None:
    paused_until, rest = _take_pause(rest, today)
    found = _THEMES.search(rest)
    names = found["names"] if found else None
    change, left = _take_change(rest[: found.start()] + " " + rest[found.end() :] if found else rest)
    words = [word for word in re.findall(r"[\w'/:.-]+", left) if word not in _FILLER]
    if len(words) > _MAX_WORDS_LEFT or (words and change == ChangeDaily() and names is None):
        return None
    if words:
        raise NotUnderstoodError(f"I did not understand “{' '.join(words)}”; try for instance “daily weekdays 8:30”.")
    themes = None if names is None else _read_themes(names, find_theme_id)
    return replace(change, themes=themes, paused_until=paused_until)


def _take_change(text: str) -> tuple[ChangeDaily, str]:
    """Return the zone, holidays, time and days of a text as a change, and the rest of the text."""
    zone, text = _take_zone(text)
    nation, text = _take_nation(text)
    at = find_time(text)
    if at:
        text = _cut_span(text, at[1])
    weekdays = find_weekdays(text)
    if weekdays:
        text = _cut_span(text, weekdays[1])
    return ChangeDaily(at[0] if at else None, weekdays[0] if weekdays else None, None, zone, nation), text


def _take_pause(text: str, today: date) -> tuple[date | Literal["no-date"] | None, str]:
    found = _PAUSE.search(text)
    if not found:
        return None, text
    until = find_end_of_pause(found["until"], today) if found["until"] else None
    return until or "no-date", _cut_span(text, found.span())


def _take_zone(text: str) -> tuple[str | None, str]:
    for found in _ZONE.finditer(text):
        if name := _map_zones().get(found[1]):
            return name, _cut_span(text, found.span())
        if found[1].split("/")[0] in _list_regions():
            raise NotUnderstoodError(f"I know no time zone called “{found[1]}”; please give one such as Europe/London.")
    return None, text


def _take_nation(text: str) -> tuple[Nation | Literal[""] | None, str]:
    found = _HOLIDAYS.search(text)
    if not found:
        return None, text
    if not found["nation"]:
        raise NotUnderstoodError(WHOSE_HOLIDAYS)
    nation: Nation | Literal[""] = next((nation for nation in NATIONS if nation.lower() == found["nation"]), "")
    return nation, _cut_span(text, found.span())


def _cut_span(text: str, span: tuple[int, int]) -> str:
    return f"{text[: span[0]]} {text[span[1] :]}"


@cache
def _map_zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


@cache
def _list_regions() -> frozenset[str]:
    return frozenset(name.split("/")[0] for name in _map_zones() if "/" in name)


def _read_themes(names: str, find_theme_id: ThemeLookup) -> tuple[str, ...]:
    if names.strip() in _ALL_THEMES:
        return ()
    found: list[str] = []
    for name in re.split(r"[,;]", names.replace("&", " and ")):
        found += _read_one_or_two_themes(" ".join(name.split()), find_theme_id) if name.strip() else []
    return tuple(dict.fromkeys(found))


def _read_one_or_two_themes(name: str, find_theme_id: ThemeLookup) -> list[str]:
    """Return one theme for “quality and cost”, and two for “listening and learning”."""
    if one := find_theme_id(name):
        return [one]
    both = [find_theme_id(half.strip()) for half in name.split(" and ") if half.strip()]
    known = [one for one in both if one]
    if not known or len(known) < len(both):
        raise build_theme_error(name)
    return known

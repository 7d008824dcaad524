"""Requests about the daily tip, typed or in free words, read by one reader and written back. Pure."""

import re
from collections.abc import Sequence
from datetime import date, time

from bot.actions import BareCommand, ChangeDaily, Command, PauseDaily
from bot.subscriptions.dates import abbreviate_weekday
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
    Meaning,
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
)
from bot.subscriptions.meaning import interpret_request
from bot.subscriptions.scanner import ThemeLookup, is_zone_typed, scan_request
from bot.subscriptions.schedule import EVERY_DAY, WEEKDAYS
from bot.subscriptions.times import NotUnderstoodError, read_clock
from bot.subscriptions.words import normalise

_MAX_UNPLACED = 4  # words; a text with more of them is a sentence about something else
_BARE_COMMANDS: dict[str, Command] = {
    "": BareCommand("status"),
    "end": BareCommand("off"),
    "skip next": BareCommand("skip"),
    "skip one": BareCommand("skip"),
    "on": ChangeDaily(),
    "hold": PauseDaily(None),
    "digest": BareCommand("digest"),
    "digest on": BareCommand("digest on"),
    "digest off": BareCommand("digest off"),
}
_ANY_DAY = date(2000, 1, 1)  # any date serves where only the form of the text is tested
_HEAD = re.compile(r"^\s*(?:daily|tips?\s+daily|daily\s+tips?)(?![\w'’-])[:,]?\s*", re.IGNORECASE)
_REST = re.compile(r"^\s*(?:please )?(?:pause|skip)\b")
_GATHERINGS = re.compile(
    r"(?:\S+ )?(?:huddles?|meetings?|stand-?ups?|rounds?|briefs?|briefings?|handovers?|calls?|reports?"
    r"|checks?|sitreps?)\b"
)


def parse_command(text: str, today: date, find_theme_id: ThemeLookup, *, bare_themes: bool = True) -> Command | None:
    """Return the command that a text is.

    Parameters
    ----------
    text
        As typed, beginning with “daily”.
    today
        The local date of the place, for “until 3 March”.
    find_theme_id
        Returns the id of a theme by its name.
    bare_themes
        Whether a theme may be named without “theme” before it.

    Returns
    -------
    Command or None
        None when the text is no command but, for instance, a sentence about daily huddles.

    Raises
    ------
    NotUnderstoodError
        When a word is not placed, or cannot be meant; one kind sentence.
    """
    head = _HEAD.match(text)
    if not head:
        return None
    rest = text[head.end() :]
    plain = " ".join(normalise(rest).split()).rstrip(".!?")
    if plain in _BARE_COMMANDS:
        return _BARE_COMMANDS[plain]
    if _GATHERINGS.match(plain):
        return None
    marks = scan_request(rest, today, find_theme_id, bare_themes=bare_themes)
    if marks and all(isinstance(mark.meaning, Nothing | ForNow) for mark in marks) and not names_tip(head.group()):
        return _BARE_COMMANDS[""]  # “daily please”
    return interpret_request(marks, today) if _is_meant_as_command(marks) else None


def is_daily_command(text: str) -> bool:
    """Return whether a text is a command to the daily tip, understood or not, and no sentence that begins alike."""
    try:
        return parse_command(text, _ANY_DAY, lambda _name: None) is not None
    except NotUnderstoodError:
        return True


def read_sentence(text: str, today: date, find_theme_id: ThemeLookup, *, named: bool = False) -> Command | None:
    """Return the command that a sentence in free words asks for.

    Parameters
    ----------
    named
        Whether the sentence must name the tip, because nothing else shows that it is about it.

    Returns
    -------
    Command or None
        None when the sentence is not about the daily tip.

    Raises
    ------
    NotUnderstoodError
        When it is about the tip, and a word of it is not placed or cannot be meant.
    """
    command = parse_command(text, today, find_theme_id)
    if command is not None:
        return command
    marks = _scan_sentence(text, today, find_theme_id)
    return interpret_request(marks, today) if marks and _is_about_tip(marks, named=named) else None


def is_placed_request(text: str, today: date, find_theme_id: ThemeLookup, *, unplaced: int = 0) -> bool:
    """Return whether each word of a sentence about the tip has its place, so that only its meaning is in question.

    Parameters
    ----------
    unplaced
        Most words that may have none.
    """
    meanings = [mark.meaning for mark in _scan_sentence(text, today, find_theme_id)]
    asked = any(
        isinstance(meaning, Clock | Vague | Impossible | TimesAWeek | Holidays)
        or meaning == Link("not")
        or (isinstance(meaning, Act) and meaning.kind in ("off", "pause", "skip", "move"))
        for meaning in meanings
    )
    return asked and sum(isinstance(meaning, Unplaced) for meaning in meanings) <= unplaced


def begins_with_rest(text: str) -> bool:
    """Return whether a text may be a rest that names no tip, such as “skip Friday” or “pause until Monday”."""
    return _REST.match(normalise(text)) is not None


def names_tip(text: str) -> bool:
    """Return whether a text names the tip at all."""
    return re.search(r"\btips?\b", normalise(text)) is not None


def read_time(text: str) -> time | None:
    """Return the time of day of a form; None when the text is no time and nothing else.

    Raises
    ------
    NotUnderstoodError
        When a time is named that cannot be meant.
    """
    plain = re.sub(r"^(?:at|around|about) ", "", " ".join(normalise(text).split()).strip(" .!?"))
    found = read_clock(plain, 0)
    if found is None or plain[found[1] :].strip(" .") not in ("", "sharp", "please"):
        return None
    if found[0].problem:
        raise NotUnderstoodError(found[0].problem)
    return found[0].at


def write_command(command: Command) -> str:
    """Return a command as typed after the word “daily”; `parse_command` reads it back.

    A time zone of one word, such as Japan, is left out: nobody types it, and it could be any word.
    """
    match command:
        case BareCommand(what=what):
            return what
        case PauseDaily(until=until, start=start):
            begins = f" from {start.isoformat()}" if start else ""
            return f"pause{begins}" + (f" until {until.isoformat()}" if until else "")
        case ChangeDaily():
            return _write_change(command)


def _write_change(change: ChangeDaily) -> str:
    words = []
    if change.weekdays is not None:
        words.append(_write_days(change))
    elif change.shape:
        words.append("with a shape" if change.shape == "week" else "weekdays")
    if change.without:
        words.append(f"not {_list_days(change.without)}")
    if change.at is not None:
        words.append(f"{change.at:%H:%M}")
    if change.starts_on is not None:
        words.append(f"from {change.starts_on.isoformat()}")
    if change.ends_on is not None:
        words.append(f"until {change.ends_on.isoformat()}")
    if change.zone is not None and is_zone_typed(change.zone):
        words.append(change.zone)
    if change.nation is not None:
        words.append(f"holidays {change.nation or 'off'}")
    if change.progress is not None:
        words.append(f"progress {'on' if change.progress else 'off'}")
    if change.themes is not None:
        words.append(f"theme {', '.join(change.themes) or 'all'}")
    if change.hold is not None:
        words.append(f"hold to theme {change.hold.theme} for {change.hold.weeks} weeks")
    if change.paused_until is not None:
        dated = isinstance(change.paused_until, date)
        words.append(f"pause until {change.paused_until}" if dated else "without pause")
    return " ".join(words) or "on"


def _write_days(change: ChangeDaily) -> str:
    days = change.weekdays or frozenset()
    if change.every == "month":
        return f"first {_list_days(days)}"
    words = {EVERY_DAY: "every day", WEEKDAYS: "weekdays"}.get(days) or _list_days(days)
    return f"fortnightly {words}" if change.every == "fortnight" else words


def _list_days(days: frozenset[int]) -> str:
    return ",".join(abbreviate_weekday(day) for day in sorted(days))


def _is_meant_as_command(marks: Sequence[Mark]) -> bool:
    """Return whether the words behind “daily” are a command, and no sentence that begins alike."""
    unplaced = sum(isinstance(mark.meaning, Unplaced) for mark in marks)
    if not unplaced:
        return bool(marks)
    first = next((mark.meaning for mark in marks if not isinstance(mark.meaning, Nothing)), None)
    said = any(not isinstance(mark.meaning, Unplaced | Nothing | Link) for mark in marks)
    return said and unplaced <= _MAX_UNPLACED and not (first == Link("on") and unplaced > 1)


def _scan_sentence(text: str, today: date, find_theme_id: ThemeLookup) -> list[Mark]:
    try:
        return scan_request(text, today, find_theme_id)
    except NotUnderstoodError:
        if names_tip(text):
            raise
        return []  # a theme or a zone that there is not, in a sentence about something else


def _is_about_tip(marks: Sequence[Mark], *, named: bool) -> bool:
    """Return whether a sentence asks something of the daily tip."""
    unplaced = any(isinstance(mark.meaning, Unplaced) for mark in marks)
    if not any(isinstance(mark.meaning, TipNoun) for mark in marks):
        return not named and not unplaced and _asks_without_naming(marks)
    if _is_about_advice(marks):
        return False
    return _asks_something(marks) or (
        not named and not unplaced and not any(isinstance(mark.meaning, Themes) for mark in marks)
    )


def _asks_something(marks: Sequence[Mark]) -> bool:
    """Return whether a time, days or something to be done stand in a sentence."""
    unplaced = any(isinstance(mark.meaning, Unplaced) for mark in marks)
    found = False
    for mark in marks:
        match mark.meaning:
            case Shaped() | Holding() | Progress():
                return True
            case Clock() | Weekdays() | Often() | Days() | Length() | Vague() | Impossible() | TimesAWeek():
                return True
            case Act(kind="status"):
                found = found or not unplaced
            case Act(kind=kind) if kind != "send":
                return True
            case Link(kind="not"):
                return True
    return found


def _asks_without_naming(marks: Sequence[Mark]) -> bool:
    """Return whether a sentence that does not name the tip can hardly ask anything else: “message us at nine”."""
    meanings = [mark.meaning for mark in marks]
    timed = any(isinstance(meaning, Clock) for meaning in meanings)
    repeated = any(isinstance(meaning, Weekdays) and meaning.recurring for meaning in meanings)
    paused = any(mark.meaning == Act("pause") and mark.text.lower() == "pause" for mark in marks)
    stopped = Act("off") in meanings and len([one for one in meanings if not isinstance(one, Nothing | ForNow)]) == 1
    looks = Act("status") in meanings and len(meanings) > 1
    return (timed and (repeated or Act("send") in meanings)) or paused or stopped or looks or _is_rest(meanings)


def _is_rest(meanings: Sequence[Meaning]) -> bool:
    """Return whether a sentence says no more than on which days nothing is to come: “skip Thursdays from now on”."""
    said = [one for one in meanings if not isinstance(one, Nothing)]
    days = [isinstance(one, Days | Weekdays | Length) or one == Vague("period") for one in said]
    linked = all(day or isinstance(one, Link) for day, one in zip(days[1:], said[1:], strict=True))
    return any(days) and linked and said[0] in (Act("pause"), Act("skip"))


def _is_gerund(mark: Mark) -> bool:
    """Return whether a mark is something that people do, as in “tips on pausing before I speak”."""
    return isinstance(mark.meaning, Act | Link) and mark.text.lower().endswith("ing")


def _is_about_advice(marks: Sequence[Mark]) -> bool:
    """Return whether “tips” are advice: “tips for running a huddle”, “tips from my manager”."""
    for at, mark in enumerate(marks):
        if not isinstance(mark.meaning, TipNoun):
            continue
        if any(isinstance(one.meaning, Act) and one.meaning.kind not in ("send", "status") for one in marks[:at]):
            return False
        if at and marks[at - 1].meaning == Link("not"):
            return False
        behind = marks[at + 1 : at + 4]
        linked = bool(behind) and (
            behind[0].meaning in (Link("for"), Link("from"), Link("on"))
            or (isinstance(behind[0].meaning, Nothing) and behind[0].text.lower() in ("about", "of", "with"))
        )
        unknown = next((one for one in behind[1:] if not isinstance(one.meaning, Nothing)), None)
        if linked and unknown is not None and (isinstance(unknown.meaning, Unplaced) or _is_gerund(unknown)):
            return True
    return False

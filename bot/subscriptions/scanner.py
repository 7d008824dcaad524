"""The marks of a request: every word of it placed, or marked as one to ask about. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from zoneinfo import available_timezones

from bot.actions import NATIONS
from bot.subscriptions.day_forms import read_ahead, read_days
from bot.subscriptions.marks import Holding, Holidays, Link, Mark, Meaning, Themes, Unplaced, Zone
from bot.subscriptions.times import NotUnderstoodError, read_clock
from bot.subscriptions.vocabulary import read_frequency, read_word
from bot.subscriptions.words import normalise

ThemeLookup = Callable[[str], str | None]  # the id of a theme by its name; None when unknown

_WORD = re.compile(r"[^\s,;!?\"()…&+]+|\S")
_ZONE = re.compile(r"(?:in |zone )?(\b(?:[a-z]+(?:_[a-z]+)*/[a-z]+(?:[_/-][a-z]+)*(?:[+-]?\d{1,2})?)|utc|gmt)\b")
_UK_TIME = re.compile(r"(?:uk|british|london) time\b")
_HOLIDAYS = re.compile(
    r"(?P<less>except (?:for |on )?|without |no |not on |excluding |apart from |but not on )?"
    r"(?P<more>(?:also )?(?:on|including|and) )?(?:the )?(?:bank |public )?holidays?(?P<too> too| as well| included)?\b"
    r"(?: (?:in |of |for )?(?P<nation>off|none|england|wales|scotland|northern ireland)\b)?"
)
_THEMES = re.compile(
    r"(?:themes?|about|on|on the theme of|on the themes?)\b\s*:?\s*(?P<names>(?!the ward)(?:\"[^\"]+\"|[^\"])+?)"
    r"(?=$|[.!?]*$|,?\s+(?:at|except|without|bank|holidays?|in|from|until|up|pause|paused|only|every|each|weekdays|please|but|for"
    r"|with|staying|hold)\b|,\s+on\b|,?\s+\d)"
)
_EXPLICIT_THEME = re.compile(r"themes?\b|about\b")
_ALL_THEMES = frozenset({"all", "any", "every", "everything", "all themes"})
_LONGEST_TITLE = 8  # words


def scan_request(text: str, today: date, find_theme_id: ThemeLookup, *, bare_themes: bool = True) -> list[Mark]:
    """Return the marks of a text, in order and without gaps but spaces.

    Parameters
    ----------
    bare_themes
        Whether a theme may be named without “theme” before it.

    Raises
    ------
    NotUnderstoodError
        When a theme or a time zone is named that there is not.
    """
    plain = normalise(text)
    marks: list[Mark] = []
    at = 0
    while at < len(plain):
        if plain[at].isspace():
            at += 1
            continue
        held = _read_bare_theme(plain, at, find_theme_id) if marks and marks[-1].meaning == Holding() else None
        meanings, end = held or _read_longest(plain, at, today, find_theme_id, bare_themes=bare_themes)
        marks += [Mark(meaning, text[at:end].strip(), at, end) for meaning in meanings]
        at = end
    return marks


def _read_longest(
    plain: str, at: int, today: date, find_theme_id: ThemeLookup, *, bare_themes: bool
) -> tuple[Sequence[Meaning], int]:
    """Return the longest reading at a position; of equally long ones the first."""
    found = list(_read_all(plain, at, today, find_theme_id))
    if found:
        return max(found, key=lambda one: one[1])
    if bare_themes and (bare := _read_bare_theme(plain, at, find_theme_id)):
        return bare
    word = _WORD.match(plain, at)
    return (Unplaced(),), word.end() if word else at + 1


def _read_all(plain: str, at: int, today: date, find_theme_id: ThemeLookup) -> Iterator[tuple[Sequence[Meaning], int]]:
    if themes := _read_themes(plain, at, find_theme_id):
        yield themes
    for one in (
        _read_zone(plain, at),
        _read_holidays(plain, at),
        read_days(plain, at, today),
        read_clock(plain, at),
        read_word(plain, at),
    ):
        if one:
            yield (one[0],), one[1]
    if ahead := read_ahead(plain, at, today):
        yield (Link("from"), ahead[0]), ahead[1]
    if often := read_frequency(plain, at):
        yield often


def _read_zone(plain: str, at: int) -> tuple[Zone, int] | None:
    if found := _UK_TIME.match(plain, at):
        return Zone("Europe/London"), found.end()
    found = _ZONE.match(plain, at)
    if not found:
        return None
    if name := _map_zones().get(found[1]):
        return Zone(name), found.end()
    if found[1].split("/")[0] in _list_regions():
        raise NotUnderstoodError(f"I know no time zone called “{found[1]}”; please give one such as Europe/London.")
    return None


def _read_holidays(plain: str, at: int) -> tuple[Holidays, int] | None:
    found = _HOLIDAYS.match(plain, at)
    if not found:
        return None
    if found["nation"]:
        return Holidays(next((one for one in NATIONS if one.lower() == found["nation"]), "")), found.end()
    return Holidays("" if (found["more"] or found["too"]) and not found["less"] else None), found.end()


def _read_themes(plain: str, at: int, find_theme_id: ThemeLookup) -> tuple[Sequence[Meaning], int] | None:
    """Return the themes that stand behind “theme”, “about” or “on”; behind “on” only those that are known."""
    found = _THEMES.match(plain, at)
    if not found:
        return None
    names = found["names"].strip()
    if names in _ALL_THEMES:
        return (Themes(()),), found.end()
    explicit = _EXPLICIT_THEME.match(plain, at) is not None
    if not explicit:
        known = read_titles(names, find_theme_id)
        return ((Themes(known),), found.end()) if known else None
    if found.group().startswith("about") and (read_clock(names, 0) or not read_titles(names, find_theme_id)):
        return None  # “about nine” is a time, and of other words it is asked
    known = read_titles(names, find_theme_id)
    if not known and (whole := _read_bare_theme(plain, found.start("names"), find_theme_id)):
        return whole  # “the clinical case for change” does not end before “for”
    if not known:
        raise build_theme_error(find_unknown_title(names, find_theme_id))
    return (Themes(known),), found.end()


def _read_bare_theme(plain: str, at: int, find_theme_id: ThemeLookup) -> tuple[Sequence[Meaning], int] | None:
    """Return a theme that is named without “theme”, where nothing else reads the words."""
    words = list(re.finditer(r"[^\s,;.!?\"]+", plain[at:]))[:_LONGEST_TITLE]
    for count in range(len(words), 0, -1):
        end = at + words[count - 1].end()
        if theme := find_theme_id(plain[at:end].strip('"')):
            return (Themes((theme,)),), end
    return None


def read_titles(names: str, find_theme_id: ThemeLookup) -> tuple[str, ...]:
    """Return the themes of a list of names; empty when one of them is unknown."""
    found: list[str] = []
    for name in _split_names(names):
        themes = _read_one_or_two(name, find_theme_id)
        if not themes:
            return ()
        found += themes
    return tuple(dict.fromkeys(found))


def find_unknown_title(names: str, find_theme_id: ThemeLookup) -> str:
    """Return the first name of a list that is no theme."""
    return next((name for name in _split_names(names) if not _read_one_or_two(name, find_theme_id)), names)


def build_theme_error(name: str) -> NotUnderstoodError:
    """Return the error about an unknown theme."""
    return NotUnderstoodError(f"I know no theme called “{name}”; type “themes” to see them all.")


def _split_names(names: str) -> list[str]:
    if quoted := re.findall(r"\"([^\"]+)\"", names):
        beside = re.sub(r"\"[^\"]+\"|\band\b|[,;&]", " ", names).split()
        return quoted + beside  # a word beside the quotes is one to ask about
    parts = re.split(r"[,;]", names.replace("&", " and "))
    return [" ".join(part.split()).strip('" ') for part in parts if part.strip()]


def _read_one_or_two(name: str, find_theme_id: ThemeLookup) -> list[str]:
    """Return one theme for “quality and cost”, and two for “listening and learning”."""
    if one := find_theme_id(name):
        return [one]
    both = [find_theme_id(half.strip(' "')) for half in name.split(" and ") if half.strip()]
    known = [one for one in both if one]
    return known if len(known) == len(both) else []


@cache
def _map_zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


@cache
def _list_regions() -> frozenset[str]:
    return frozenset(name.split("/")[0] for name in _map_zones() if "/" in name)


def is_zone_typed(name: str) -> bool:
    """Return whether a time zone is read back as it is typed: of those in one word, only UTC and GMT."""
    return _ZONE.fullmatch(name.lower()) is not None

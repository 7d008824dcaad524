"""Askers: who somebody says they are, and how long they say they have (pure)."""

import re
from dataclasses import dataclass
from typing import Literal

from bot.conversation.introductions import mend_slips, read_job_first, read_leading
from bot.conversation.phrase_book import Entry, load_phrases
from bot.conversation.wording import fold, list_weighty_words
from bot.store.readers import LEADING, WITHOUT_SAY, Reader

# Somebody else’s job, or none yet: “he thinks I’m a nurse”, “imagine I’m a patient”, “until I’m a consultant”.
_NOT_MINE = "".join(
    rf"(?<!\b{one} )"
    for one in (
        "think",
        "thinks",
        "thought",
        "imagine",
        "pretend",
        "suppose",
        "until",
        "says",
        "he said",
        "she said",
        "they said",
        "assumes",
    )
)
_BEFORE_ROLE = (
    rf"(?i)\b{_NOT_MINE}(?:i'?m|i am|we['’]re|(?<!\w )were|we are|speaking as|asking as|writing as|(?<!\w )as (?=the )"
    r"|(?<!\byears )(?<!\bhim )(?<!\bher )(?<!\bthem )(?<!\bon )(?<!\bworked )as (?=an? |the \w+ (?:voice|rep)\b)"
    r"|i work|i sit|i do|(?:i|we) run|(?:i|we) represent|i volunteer|my (?:role|job|title)(?: here)? is) ?"
    r"(?:(?:here|only|just|also|actually|really|currently|as|a|an|the|one|of|your|our|in|on|local|new|newish|mere|humble"
    r"|simple|senior|busy|tired|full-time|part-time|experienced|lead|at|for"
    r"|with|from|(?:trust|hospital|council|practice|icb|charity|company|board)['’]?s) )*\b"
)
# Of a place one is “with” or “for” one may be part; of a person one is not: “I work with a nurse”.
_BESIDE = re.compile(r"\b(?:with|for|from)\b", re.IGNORECASE)
_PERSONS = frozenset({"clinician", "executive", "manager", "trainee", LEADING, WITHOUT_SAY})
_COUNTS = {
    "five": 5,
    "ten": 10,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty five": 45,
    "a few": 5,
    "a couple of": 5,
    "quarter of an hour": 15,
    "half an hour": 30,
    "half hour": 30,
    "an hour": 60,
    "one hour": 60,
}
_MINUTES = re.compile(
    r"\b(?:(?:i|we)(?:'?ve| have)?(?: only| just)*(?: have| got)?|only|just|in|for|that takes|under"
    r"|less than|no more than|at most|within)"
    r"(?: got| about| around| only| just| under| maybe| at most| the next| my)* "
    r"(?:(?P<number>\d{1,3})|(?P<word>five|ten|fifteen|twenty|thirty|forty five|a few"
    r"|a couple of))[ -]?(?:minutes?|mins?)\b(?: or so| only| at most| spare| a week| a day| today| left"
    r"| break| free)*"
    r"|\b(?:(?:i|we)(?:'?ve| have)?(?: only| just)*(?: have| got)?|only|just|in|for|under|within)(?: got"
    r"| about| around| only| just)* (?P<hour>quarter of an hour|half an hour|half hour|an hour"
    r"|one hour)\b(?: or so| only| at most| spare| today)*",
    re.IGNORECASE,
)
_REMEMBER = re.compile(
    r"\b(?:remember|save|keep|note)\b(?: (?:that|this|it|me|my role|who i am|what i am|for next time"
    r"|that i'?m|that i am))",
    re.IGNORECASE,
)
_FORGET = re.compile(
    r"^(?:please )?(?:can you |could you )?(?:forget|unsave|delete|remove) (?:me|who i am|what i am|my role"
    r"|my minutes|my job|that i'?m .{2,40}|what you (?:know|remember)(?: about| of) me)[.!]?$",
    re.IGNORECASE,
)
_SHORTEST, _LONGEST = 1, 240  # minutes
# Not what somebody in need may say: “I can’t go on”.
_MAY_NOT = re.compile(
    r"\b(?:i|we) (?:cant|cannot|couldnt|am not allowed to|are not allowed to) (?:just |really |exactly |simply )*"
    r"(?:cancel|order|tell|make|force|stop|change|decide|ask|hold|call|move|drop|set|give|book|insist|demand|end)\b"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody says of themselves.

    Parameters
    ----------
    reader
        Role and minutes; empty where only a wish to be remembered or forgotten is said.
    alone
        Whether the turn says nothing else.
    wish
        Whether it is to be remembered or forgotten; empty for this thread alone.
    powerless
        Whether they say that something is for somebody with more say than they have.
    """

    reader: Reader
    alone: bool
    wish: Literal["", "remember", "forget"] = ""
    powerless: bool = False


def read_statement(text: str) -> Statement | None:
    """Return what somebody says of themselves; None where they say nothing of it.

    Parameters
    ----------
    text
        Normalised.
    """
    if _FORGET.match(text.strip()):
        return Statement(Reader(), alone=True, wish="forget")
    role, rest = _read_role(text)
    minutes = None
    if found := _MINUTES.search(rest):
        minutes = _read_minutes(found)
        rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    wish: Literal["", "remember"] = "remember" if _REMEMBER.search(text) else ""
    rest = _REMEMBER.sub(" ", rest) if wish else rest
    alone = not list_weighty_words(fold(rest))
    powerless = any(one.pattern.search(fold(text)) for one in load_phrases("powerless"))
    powerless = powerless or (bool(role) and _MAY_NOT.search(fold(text)) is not None)
    if not (role or minutes or powerless) and not (wish and alone):
        return None
    return Statement(Reader(role, minutes), alone, wish, powerless)


def _read_role(text: str) -> tuple[str, str]:
    """Return the role that somebody says is theirs, empty for none, and the text without it."""
    plain = read_job_first(text)
    for read in (plain, read_leading(plain), mend_slips(plain)):
        for entry in load_phrases("roles", _BEFORE_ROLE):
            if found := _find_own(entry, read):
                return entry.means, f"{read[: found.start()]} {read[found.end() :]}"
    return "", text


def _find_own(entry: Entry, text: str) -> re.Match[str] | None:
    """Return where a text says a role of an entry as the writer's own."""
    apart = entry.means in _PERSONS
    return next((one for one in entry.pattern.finditer(text) if not (apart and _BESIDE.search(one[0]))), None)


def _read_minutes(found: re.Match[str]) -> int:
    if found["number"]:
        return min(max(int(found["number"]), _SHORTEST), _LONGEST)
    return _COUNTS[(found["word"] or found["hour"]).lower()]

"""Harmless turns: replies of a few words that need no care, whatever the model makes of so little (pure).

“Ok”, “probably the second” and “how long should that take?” hold so little that the model cannot place them, which
looks like doubt whether somebody is in need. Only whole turns count, and only where the bot has just said something
that they go on from. Danger is decided before.
"""

import re

from bot.conversation.phrase_book import load_phrases
from bot.conversation.wording import fold

_MOST_WORDS = 12
_MOST_WORDS_IN_DOUBT = 30
# Of 127 crises of our own making that are told in a sentence or two, four in a hundred are found with less, as many as
# with less than .42; and so are nearly half of the near-misses that get support without need. Alone a message is in
# doubt from .26.
_HARDLY_GRAVE = 0.55
_GRAVE_ALL_THE_SAME = 0.8  # whoever says “I'm fine” and then something as grave as this may not be
_BEFORE_FINE = (
    r"\W*(?:(?:no|nope|oh|well|yes|thanks|thank you|honest|honestly|really|look|ok|okay|please|sorry|goodness|but|and"
    r"|hm+|for the (?:second|third|fourth|last|umpteenth) time|(?:as|like) i said|i (?:said|told you)|again)\b\W*)*"
)
_VERY = (
    r"(?:(?:really|perfectly|absolutely|quite|totally|just|only|all|completely|a bit|ordinary|the usual|normal)\s+)*"
)
_THEMSELVES = (
    r"(?:i['’]?m|i am|we['’]?re|we are)\s+" + _VERY + r"(?:fine|ok|okay|alright|right|well|good|safe"
    r"|not\s+(?:in\s+(?:any\s+)?danger|at\s+risk|unwell|ill|in\s+distress|upset|depressed|suicidal)(?:\s+or\s+anything)?)"
    r"|not\s+suicidal(?:\s+or\s+anything)?"
)
_OTHERS_OR_TIRED = (
    r"(?:(?:she|he|they|everyone|everybody|the\s+(?:family|patients?|staff|team))(?:['’]?s|['’]?re|\s+is|\s+are)\s+"
    + _VERY
    + r"(?:fine|ok|okay|alright|right|safe)(?:\s+now)?"
    r"|(?:just|only)\s+(?:ordinary|ordinarily|the\s+usual|normal|normally)\s+(?:tired|busy|worn\s+(?:down|out)|fed\s+up|stretched)"
    r"|(?:nobody|no[\s-]?one)(?:['’]?s|\s+is|\s+was|\s+has\s+been|\s+came\s+to|\s+is\s+coming\s+to)?\s+"
    r"(?:in\s+(?:any\s+)?danger|at\s+risk|harmed|hurt|unsafe|ill|harm)"
    r"|i\s+(?:do\s+not|don['’]?t)\s+need\s+(?:(?:a|the|any|that|your)\s+)?(?:helpline|help\s+line|samaritans|numbers?|support)"
    r"|stop\s+(?:sending|giving|showing)\s+me\s+(?:that|those|the|these)\s+(?:helplines?|help\s+line|numbers?))"
)
_NAMES_HELP = re.compile(r"\b(?:suicidal|samaritans|help\s?lines?|numbers?|danger)\b", re.IGNORECASE)
_SAYS_FINE = re.compile(rf"\b{_THEMSELVES}\b", re.IGNORECASE)
_FINE = re.compile(
    rf"^(?:{_BEFORE_FINE}(?:{_THEMSELVES}|{_OTHERS_OR_TIRED})\b"
    r"(?:\W*(?:myself|honest|honestly|really|though|thanks|thank you|cheers|ta|promise|lol|haha|tbh)\b)*"
    r"(?=\s*[,.;:!–—-]|\s*$)\W*)+",
    re.IGNORECASE,
)


def is_hardly_grave(text: str, gravity: float) -> bool:
    """Return whether the model doubts so little that a turn which goes on from a lesson or a question needs no care.

    The model learnt whole messages and is unsure of half sentences; support without need drives people away.

    Parameters
    ----------
    text
        Normalised.
    gravity
        From 0 to 1; what the safety net says is 1.
    """
    return gravity < _HARDLY_GRAVE and len(text.split()) <= _MOST_WORDS_IN_DOUBT


def find_after_fine(text: str) -> str | None:
    """Return what follows “no, I'm fine” at the beginning of a turn; None where a turn does not begin so.

    Parameters
    ----------
    text
        In plain text.
    """
    found = _FINE.match(text)
    return text[found.end() :] if found else None


def is_fine_themselves(opening: str) -> bool:
    """Return whether what was taken off a turn says of the writer, and not of others, that they are fine."""
    return bool(_SAYS_FINE.search(opening))


def names_help(opening: str) -> bool:
    """Return whether what was taken off a turn names a helpline or a danger, which a model takes for a sign of one."""
    return bool(_NAMES_HELP.search(opening))


def is_grave_all_the_same(gravity: float) -> bool:
    """Return whether what somebody says who has just said that they are fine is so grave that support is named."""
    return gravity >= _GRAVE_ALL_THE_SAME


def is_harmless_turn(text: str) -> bool:
    """Return whether a turn is one of those in phrases/harmless.yaml.

    Parameters
    ----------
    text
        Normalised.
    """
    folded = fold(text)
    return 0 < len(folded.split()) <= _MOST_WORDS and any(
        one.pattern.search(folded) for one in load_phrases("harmless")
    )

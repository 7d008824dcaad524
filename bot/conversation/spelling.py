"""Spelling: slips of typing mended by the words that the bot knows, for a message that would else be refused (pure)."""

import re
from collections.abc import Set

from rapidfuzz.distance import OSA

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SHORTEST = 4  # letters; of shorter words too many are one slip apart
_TWO_SLIPS = 8  # letters, from which two slips are mended
_MOST_WORDS = 40  # a longer message is understood by its other words
# One slip of these is likelier meant than anything else that is as near.
_OFTEN_MEANT = (
    "manager", "managers", "staff", "nobody", "email", "emails", "about", "release", "meeting", "meetings", "because",
    "consultant", "consultants", "patient", "patients", "people", "council", "should", "would", "could", "their",
    "listen", "trust", "board", "nurses", "change", "always", "really", "doctor", "doctors", "training", "team",
)  # fmt: skip


def correct_slips(text: str, known: Set[str]) -> str:
    """Return a text with each word mended that is unknown and a slip or two away from a known word.

    Parameters
    ----------
    text
        Normalised.
    known
        The words that the bot knows, in small letters.
    """
    if len(text.split()) > _MOST_WORDS:
        return text
    return _WORD.sub(lambda found: _correct_in_place(found, known), text)


def _correct_in_place(found: re.Match[str], known: Set[str]) -> str:
    """Return a word mended; a capital inside a sentence begins a name, which is left alone."""
    word = found[0]
    if word.islower():
        return _correct(word, known)
    before = found.string[: found.start()].rstrip()
    if not word.istitle() or (before and before[-1] not in ".!?:"):
        return word
    return _correct(word.casefold(), known).capitalize()


def _correct(word: str, known: Set[str]) -> str:
    if len(word) < _SHORTEST or word in known or word.replace("’", "'") in known or "'" in word or "’" in word:
        return word
    most = 2 if len(word) >= _TWO_SLIPS else 1
    near = [(OSA.distance(word, one, score_cutoff=most), one) for one in known if abs(len(one) - len(word)) <= most]
    fitting = sorted((slips, one not in _OFTEN_MEANT, one[:1] != word[:1], one) for slips, one in near if slips <= most)
    return fitting[0][3] if fitting else word

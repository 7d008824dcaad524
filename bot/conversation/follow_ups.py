"""Follow-ups: what a turn asks of the lesson before it, by the phrases of phrases/follow_ups.yaml."""

from collections.abc import Set
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from rapidfuzz.distance import OSA

from bot.conversation.phrase_book import load_phrases, load_words
from bot.conversation.wording import fold, list_weighty_words

Act = Literal[
    "how", "say", "if_not", "brief", "place", "evidence", "more", "again", "back", "another", "topic", "why",
    "take_on", "did", "not_yet", "withdraw", "share", "remind", "recall",
]  # fmt: skip

_MOST_WORDS = 22  # a longer turn is a message
_SHORTEST_CORRECTED = 5
_MOST_CORRECTED = 12  # words; in a longer turn “spare” is no slip of “share”
_SHORT_FORMS = {"hw": "how", "wot": "what", "wat": "what", "wht": "what", "u": "you", "ur": "your", "y": "why"}


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What a turn asks of the lesson before it.

    Parameters
    ----------
    act
        What is asked for.
    foreign
        How many words it holds that neither ask nor belong to the lesson: with any, it may be a problem of its own.
    """

    act: Act
    foreign: int = 0


def read_follow_up(text: str, known: Set[str] = frozenset()) -> FollowUp | None:
    """Return what a turn asks of the lesson before it; None where it is no follow-up.

    Parameters
    ----------
    text
        Normalised.
    known
        Folded words of the lesson, its step, its quote and its source.
    """
    folded = fold(text)
    if not folded or len(folded.split()) > _MOST_WORDS:
        return None
    if (found := _read(folded, known)) or len(folded.split()) > _MOST_CORRECTED:
        return found
    corrected = _correct_slips(folded)
    return _read(corrected, known) if corrected != folded else None


def _read(folded: str, known: Set[str]) -> FollowUp | None:
    for entry in load_phrases("follow_ups"):
        if found := entry.pattern.search(folded):
            rest = _remove_phrases(entry.means, folded)
            foreign = len(list_weighty_words(rest, known | load_words("people") if entry.people else known))
            named = entry.means == "evidence" and found[0].startswith(("who is", "who was", "whos"))
            if named and list_weighty_words(found[0].partition(" ")[2], {*known, "who", "whos"}):
                continue  # somebody whom the lesson does not name
            if foreign <= entry.foreign:
                return FollowUp(cast(Act, entry.means), foreign)
    return None


def _remove_phrases(means: str, folded: str) -> str:
    """Return a folded text without any phrase of one meaning."""
    for entry in load_phrases("follow_ups"):
        if entry.means == means:
            folded = entry.pattern.sub(" ", folded)
    return folded


def _correct_slips(folded: str) -> str:
    """Return a folded text with a letter mended in each word that is one slip away from a word of follow-ups."""
    return " ".join(_correct_word(word) for word in folded.split())


def _correct_word(word: str) -> str:
    vocabulary = load_words("corrected_words")
    if word in _SHORT_FORMS:
        return _SHORT_FORMS[word]
    if len(word) < _SHORTEST_CORRECTED or word in vocabulary:
        return word
    return next((known for known in _list_vocabulary() if OSA.distance(word, known, score_cutoff=1) <= 1), word)


@cache
def _list_vocabulary() -> tuple[str, ...]:
    return tuple(sorted(load_words("corrected_words")))

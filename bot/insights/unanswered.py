"""Groups of words in questions that got no lesson, so that a meeting can see what is missing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bot.insights.tables import STEP
from knowledge.similarity import split_content_words

_GROUPS = 10
_SHARED = 0.5  # a second word names a group where so many of its questions have it
_MARKS = frozenset({"mail", "link", "postcode", "phone", "number", "nhs"})  # what stands in place of what was removed
_LEAST = 3  # letters


def group_by_words(texts: Iterable[str]) -> Mapping[str, int]:
    """Return how many questions there are about each word, or two words that go together, most first.

    Each question counts once, in its most frequent word. Groups of fewer than five are left out: a word that one person
    used might say who it was.
    """
    left = [words for text in texts if (words := _find_words(text))]
    groups: dict[str, int] = {}
    while len(groups) < _GROUPS:
        frequent = _count(left)
        if not frequent or frequent[0][1] < STEP:
            break
        word = frequent[0][0]
        inside = [words for words in left if word in words]
        left = [words for words in left if word not in words]
        groups[_name(word, inside)] = len(inside)
    return groups


def _name(word: str, inside: Sequence[frozenset[str]]) -> str:
    """Return the word, with another one that enough of its questions share."""
    others = [(other, count) for other, count in _count(inside) if other != word]
    if others and others[0][1] >= max(STEP, _SHARED * len(inside)):
        return f"{word}, {others[0][0]}"
    return word


def _count(questions: Iterable[frozenset[str]]) -> list[tuple[str, int]]:
    counted = Counter(word for words in questions for word in words)
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))


def _find_words(text: str) -> frozenset[str]:
    return frozenset(word for word in split_content_words(text) if len(word) >= _LEAST and word not in _MARKS)

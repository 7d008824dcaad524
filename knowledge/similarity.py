"""Similarity of a message to texts: TF-IDF over words, and over pieces of words so that typing slips still count.

The formulas are scikit-learn's (`TfidfVectorizer`, smooth idf, sublinear tf, length one). The formulas are written
out here because importing scikit-learn takes over a second, and starting and answering one question may take two.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain

_WORD = re.compile(r"\w\w+")
_PIECES = (3, 4, 5)  # letters; the ends of a word count as a letter each

Weights = Mapping[str, float]


def split_content_words(text: str) -> list[str]:
    """Return the lower-case words of two letters or more, without accents and without stop words."""
    return [word for word in _split_words(text) if word not in _read_stop_words()]


def _split_words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.lower())
    for mark in filter(unicodedata.combining, set(plain)):
        plain = plain.replace(mark, "")
    return _WORD.findall(plain)


@dataclass(frozen=True, slots=True)
class MessageWeights:
    """Weights of a message, by word and by piece of a word."""

    by_word: Weights
    by_piece: Weights


class TextIndex:
    """Texts whose similarity to messages is computed.

    Parameters
    ----------
    texts
        How rare a word or a piece is, is judged over all of them.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        counted = [Counter(split_content_words(text)) for text in texts]
        self._by_word = _TermIndex(counted, _list_whole)
        self._by_piece = _TermIndex(counted, _list_pieces)

    def weigh_message(self, text: str) -> MessageWeights:
        """Return the weights of a message, computed once for all texts."""
        found = Counter(split_content_words(text))
        return MessageWeights(self._by_word.weigh_terms(found), self._by_piece.weigh_terms(found))

    def knows_a_word(self, text: str) -> bool:
        """Return whether one word of a message or more stands in any of the texts, or is a stop word."""
        return any(word in _read_stop_words() or self._by_word.holds(word) for word in _split_words(text))

    def list_shared_words(self, row: int, message: MessageWeights) -> dict[str, float]:
        """Return the words that a message shares with a text, with what each adds to their similarity."""
        return self._by_word.weigh_shared_terms(row, message.by_word)

    def compute_similarity(self, row: int, message: MessageWeights) -> float:
        """Return the similarity of a message to a text, 0 to 1."""
        by_word = sum(self._by_word.weigh_shared_terms(row, message.by_word).values())
        return (by_word + sum(self._by_piece.weigh_shared_terms(row, message.by_piece).values())) / 2


class WordIndex:
    """Texts whose similarity to messages is computed by whole words alone, in a tenth of the time.

    Parameters
    ----------
    texts
        How rare a word is, is judged over all of them.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._words = _TermIndex([Counter(split_content_words(text)) for text in texts], _list_whole)

    def weigh_message(self, text: str) -> Weights:
        """Return the weights of a message, computed once for all texts."""
        return self._words.weigh_terms(Counter(split_content_words(text)))

    def compute_similarity(self, row: int, message: Weights) -> float:
        """Return the similarity of a message to a text, 0 to 1."""
        return sum(self._words.weigh_shared_terms(row, message).values())


class _TermIndex:
    """Terms of texts: whole words, or pieces of them.

    Parameters
    ----------
    counted
        The words of each text.
    terms_of
        Returns the terms of a word.
    """

    def __init__(self, counted: Sequence[Counter[str]], terms_of: Callable[[str], Sequence[str]]) -> None:
        remembered = cache(terms_of)  # only for as long as these texts are read: what people type is not
        having = Counter(chain.from_iterable(set().union(*map(remembered, words)) for words in counted))
        self._rarity = {term: math.log((1 + len(counted)) / (1 + df)) + 1 for term, df in having.items()}
        self._counted = counted
        self._terms_of = terms_of
        self._weighed: dict[int, Weights] = {}  # as they are asked for: weighing all takes longer than one answer

    def holds(self, term: str) -> bool:
        return term in self._rarity

    def weigh_terms(self, words: Counter[str]) -> Weights:
        counts: Counter[str] = Counter()
        for word, times in words.items():
            for term in self._terms_of(word):
                counts[term] += times
        weights = {t: (1 + math.log(n)) * self._rarity[t] for t, n in counts.items() if t in self._rarity}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {term: weight / length for term, weight in weights.items()}

    def weigh_shared_terms(self, row: int, theirs: Weights) -> dict[str, float]:
        mine = self._weighed.get(row)
        if mine is None:
            mine = self._weighed[row] = self.weigh_terms(self._counted[row])
        return {term: weight * mine[term] for term, weight in theirs.items() if term in mine}


def _list_whole(word: str) -> tuple[str]:
    return (word,)


def _list_pieces(word: str) -> tuple[str, ...]:
    ends = f" {word[:40]} "
    return tuple(ends[i : i + size] for size in _PIECES for i in range(len(ends) - size + 1))


@cache
def _read_stop_words() -> frozenset[str]:
    return frozenset((resources.files("knowledge") / "stopwords.txt").read_text(encoding="utf-8").split())

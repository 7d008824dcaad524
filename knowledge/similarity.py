"""Similarity of a message to texts: TF-IDF over words, and over pieces of words so that typing slips still count.

The formulas are scikit-learn's (`TfidfVectorizer`, smooth idf, sublinear tf, length one). The formulas are written
out here because importing scikit-learn takes over a second, and starting and answering one question may take two.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

_WORD = re.compile(r"\w\w+")
_PIECES = (3, 4, 5)  # letters; the ends of a word count as a letter each

Weights = Mapping[str, float]


def split_content_words(text: str) -> list[str]:
    """Return the lower-case words of two letters or more, without accents and without stop words."""
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [word for word in _WORD.findall(plain) if word not in _read_stop_words()]


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
        split = [split_content_words(text) for text in texts]
        self._by_word = _TermIndex([Counter(found) for found in split])
        # Remembered only for as long as these texts are read: what people type is not.
        pieces_of = cache(_list_pieces)
        self._by_piece = _TermIndex([_count_pieces(found, pieces_of) for found in split])

    def weigh_message(self, text: str) -> MessageWeights:
        """Return the weights of a message, computed once for all texts."""
        found = split_content_words(text)
        return MessageWeights(
            self._by_word.weigh_terms(Counter(found)), self._by_piece.weigh_terms(_count_pieces(found, _list_pieces))
        )

    def list_shared_words(self, row: int, message: MessageWeights) -> dict[str, float]:
        """Return the words that a message shares with a text, with what each adds to their similarity."""
        return self._by_word.weigh_shared_terms(row, message.by_word)

    def compute_similarity(self, row: int, message: MessageWeights) -> float:
        """Return the similarity of a message to a text, 0 to 1."""
        by_word = sum(self._by_word.weigh_shared_terms(row, message.by_word).values())
        return (by_word + sum(self._by_piece.weigh_shared_terms(row, message.by_piece).values())) / 2


class _TermIndex:
    def __init__(self, counted: Sequence[Counter[str]]) -> None:
        having = Counter(term for counts in counted for term in counts)
        self._rarity = {term: math.log((1 + len(counted)) / (1 + df)) + 1 for term, df in having.items()}
        self._counted = counted
        self._weighed: dict[int, Weights] = {}  # as they are asked for: weighing all takes longer than one answer

    def weigh_terms(self, counts: Counter[str]) -> Weights:
        weights = {t: (1 + math.log(n)) * self._rarity[t] for t, n in counts.items() if t in self._rarity}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {term: weight / length for term, weight in weights.items()}

    def weigh_shared_terms(self, row: int, theirs: Weights) -> dict[str, float]:
        mine = self._weighed.get(row)
        if mine is None:
            mine = self._weighed[row] = self.weigh_terms(self._counted[row])
        return {term: weight * mine[term] for term, weight in theirs.items() if term in mine}


def _count_pieces(found: Iterable[str], pieces_of: Callable[[str], Sequence[str]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for word, times in Counter(found).items():
        for piece in pieces_of(word):
            counts[piece] += times
    return counts


def _list_pieces(word: str) -> tuple[str, ...]:
    ends = f" {word[:40]} "
    return tuple(ends[i : i + size] for size in _PIECES for i in range(len(ends) - size + 1))


@cache
def _read_stop_words() -> frozenset[str]:
    return frozenset((resources.files("knowledge") / "stopwords.txt").read_text(encoding="utf-8").split())

"""The n-gram features: TF-IDF of words and of letters within words.

scikit-learn learns the vocabulary and the weights; at run time they are applied from plain arrays, which takes a
tenth of its pipeline's time. That both see the same n-grams is held by a property test.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from typing import Any

import numpy as np

from intents.arrays import Floats, Integers

WORD_RANGE = (1, 2)
LETTER_RANGE = (2, 5)
_WORD = re.compile(r"\b\w\w+\b")


def split_words(text: str) -> list[str]:
    """Return the lower-case words of two letters or more, as scikit-learn finds them."""
    return _WORD.findall(text.lower())


def list_word_ngrams(text: str) -> list[str]:
    """Return the words and the pairs of neighbouring words."""
    single = split_words(text)
    return single + [f"{left} {right}" for left, right in pairwise(single)]


def list_letter_ngrams(text: str) -> list[str]:
    """Return the runs of two to five letters within words; a word's borders count as letters."""
    shortest, longest = LETTER_RANGE
    runs: list[str] = []
    for word in text.lower().split():
        padded = f" {word} "
        # A word shorter than the longest run counts once, whole.
        for size in range(shortest, min(longest, len(padded)) + 1):
            runs += [padded[start : start + size] for start in range(len(padded) - size + 1)]
    return runs


@dataclass(frozen=True, slots=True)
class NgramWeights:
    """Vocabulary and weights of one kind of n-gram.

    Parameters
    ----------
    vocabulary
        Column of each n-gram.
    idf : array of shape (n-grams,)
        How telling each n-gram is.
    """

    vocabulary: Mapping[str, int]
    idf: Floats

    def weigh_ngrams(self, ngrams: Sequence[str], offset: int = 0) -> tuple[Integers, Floats]:
        """Return the known n-grams weighed by sublinear TF-IDF, as a vector of length one.

        Parameters
        ----------
        ngrams
            Of one text.
        offset : int, default=0
            Added to each column.

        Returns
        -------
        (columns, values)
            Sorted by column.
        """
        return self.weigh_columns(self.columns(ngrams), offset)

    def columns(self, ngrams: Sequence[str]) -> list[int]:
        """Return the columns of the known n-grams, in their order."""
        return [column for column in map(self.vocabulary.get, ngrams) if column is not None]

    def weigh_columns(self, known: Sequence[int], offset: int = 0) -> tuple[Integers, Floats]:
        """Return n-grams weighed as `weigh_ngrams` does, from the columns of those that are known."""
        columns, counts = np.unique(np.array(known, dtype=np.int64), return_counts=True)
        if not len(columns):
            return columns, np.zeros(0, dtype=np.float32)
        values = (1.0 + np.log(counts)) * self.idf[columns]
        return columns + offset, (values / np.sqrt(values @ values)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Features:
    """Weights of word n-grams and letter n-grams, side by side."""

    words: NgramWeights
    letters: NgramWeights

    @property
    def width(self) -> int:
        """Number of columns of both kinds."""
        return len(self.words.idf) + len(self.letters.idf)

    def compute_row(self, text: str) -> tuple[Integers, Floats]:
        """Return the columns and values of one normalised text."""
        return self._row(text, self.letters.columns(list_letter_ngrams(text)))

    def _row(self, text: str, letters: Sequence[int]) -> tuple[Integers, Floats]:
        word_columns, word_values = self.words.weigh_ngrams(list_word_ngrams(text))
        letter_columns, letter_values = self.letters.weigh_columns(letters, offset=len(self.words.idf))
        return np.concatenate([word_columns, letter_columns]), np.concatenate([word_values, letter_values])

    def compute_matrix(self, texts: Sequence[str]) -> Any:
        """Return the rows of many texts as a SciPy sparse matrix of shape (texts, width)."""
        from scipy.sparse import csr_array

        @cache  # for these texts alone: most of their words come again
        def letters(word: str) -> list[int]:
            return self.letters.columns(list_letter_ngrams(word))

        rows = [self._row(text, [*chain.from_iterable(map(letters, text.lower().split()))]) for text in texts]
        starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        columns = np.concatenate([columns for columns, _ in rows]) if rows else np.zeros(0, dtype=np.int64)
        values = np.concatenate([values for _, values in rows]) if rows else np.zeros(0, dtype=np.float32)
        return csr_array((values, columns, starts), shape=(len(rows), self.width))


def learn_features(texts: Sequence[str], least_words: int = 1, least_letters: int = 2) -> Features:
    """Return the vocabulary and weights that scikit-learn finds in texts.

    Parameters
    ----------
    texts
        Normalised utterances.
    least_words, least_letters : int, default=1 and 2
        In how many utterances an n-gram must stand to be kept.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    blocks = []
    for analyser, span, least in (("word", WORD_RANGE, least_words), ("char_wb", LETTER_RANGE, least_letters)):
        vectoriser = TfidfVectorizer(analyzer=analyser, ngram_range=span, min_df=least, sublinear_tf=True)
        vectoriser.fit(texts)
        vocabulary = {str(ngram): int(column) for ngram, column in vectoriser.vocabulary_.items()}
        blocks.append(NgramWeights(vocabulary, vectoriser.idf_.astype(np.float32)))
    return Features(*blocks)

"""Likeness of a message to phrases by n-grams, from arrays: no step of Python for each phrase."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from intents.arrays import Floats, Integers
from intents.features import Features, NgramWeights, list_letter_ngrams, list_word_ngrams


@dataclass(frozen=True, slots=True)
class PhraseNgrams:
    """The n-grams of phrases, by n-gram.

    Parameters
    ----------
    columns : array of shape (n-grams,)
        Sorted; those of the model's n-grams that stand in some phrase.
    starts : array of shape (n-grams + 1,)
        Where the entries of each n-gram begin.
    entries : array of shape (entries,)
        Positions of the phrases that an n-gram stands in.
    values : array of shape (entries,)
        How much it weighs in each.
    count
        Of the phrases.
    """

    columns: Integers
    starts: Integers
    entries: Integers
    values: Floats
    count: int

    @classmethod
    def from_rows(cls, rows: Any) -> "PhraseNgrams":
        """Return the n-grams of phrases from the rows of `count_rows`."""
        by_ngram = rows.tocsc()
        used = np.flatnonzero(np.diff(by_ngram.indptr))
        starts = np.append(by_ngram.indptr[used], len(by_ngram.data)).astype(np.int64)
        return cls(used, starts, by_ngram.indices.astype(np.int64), by_ngram.data, rows.shape[0])

    def compute_likeness(self, columns: Integers, values: Floats) -> Floats:
        """Return the likeness of a text to each phrase, of shape (phrases,), from the text's n-grams."""
        found = np.searchsorted(self.columns, columns)
        found[found == len(self.columns)] = 0
        known = self.columns[found] == columns if len(self.columns) else np.zeros(len(columns), dtype=bool)
        at, weights = found[known], values[known]
        starts, lengths = self.starts[at], self.starts[at + 1] - self.starts[at]
        # The entries of all n-grams one after another: each n-gram's run, shifted to where it begins.
        runs = np.repeat(starts - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths) if len(at) else starts
        picked = runs + np.arange(int(lengths.sum()))
        likeness = np.bincount(
            self.entries[picked], weights=np.repeat(weights, lengths) * self.values[picked], minlength=self.count
        )
        return likeness.astype(np.float32)


def count_rows(features: Features, texts: Sequence[str]) -> Any:
    """Return the rows that `Features.compute_matrix` gives, in a third of its time.

    Each word is looked up once, and everything else is done for all texts at once.
    """
    from scipy.sparse import csr_array, hstack

    by_word = _weigh_all(features.words, [features.words.columns(list_word_ngrams(text)) for text in texts])
    spelt = [text.lower().split() for text in texts]
    letters = {word: features.letters.columns(list_letter_ngrams(word)) for word in set(chain.from_iterable(spelt))}
    by_letters = _weigh_all(
        features.letters, [[*chain.from_iterable(map(letters.__getitem__, words))] for words in spelt]
    )
    return csr_array(hstack([by_word, by_letters], format="csr"))


def _weigh_all(weights: NgramWeights, found: Sequence[Sequence[int]]) -> Any:
    """Return the n-grams of each text weighed as `NgramWeights.weigh_columns` does."""
    from scipy.sparse import csr_array

    width, lengths = len(weights.idf), [len(columns) for columns in found]
    texts = np.repeat(np.arange(len(found), dtype=np.int64), lengths)
    columns = np.fromiter(chain.from_iterable(found), dtype=np.int64, count=sum(lengths))
    keys, counts = np.unique(texts * width + columns, return_counts=True)
    texts, columns = keys // width, keys % width
    values = (1.0 + np.log(counts)) * weights.idf[columns]
    lengths_of_rows = np.sqrt(np.bincount(texts, weights=values * values, minlength=len(found)))
    starts = np.searchsorted(texts, np.arange(len(found) + 1))
    return csr_array(((values / lengths_of_rows[texts]).astype(np.float32), columns, starts), shape=(len(found), width))

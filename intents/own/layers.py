"""What is learned of own themes: small layers over the shipped encoder's vector and its n-grams."""

from dataclasses import dataclass

import numpy as np

from intents.arrays import Floats, Integers
from intents.own.budget import Budget
from intents.own.ngrams import PhraseNgrams
from intents.own.words import TellingWords

NGRAM_SHARE = 0.35  # of a standard deviation of n-gram likeness, beside one of the ridge's verdict


@dataclass(frozen=True, slots=True)
class Scores:
    """Both parts of the score of a text, before they are brought to one scale.

    Parameters
    ----------
    meaning : array of shape (…, themes)
        What the ridge says.
    ngrams : array of shape (…, themes)
        Likeness to the nearest phrase of each theme.
    """

    meaning: Floats
    ngrams: Floats


@dataclass(frozen=True, slots=True)
class Scales:
    """Means and deviations of both parts over the unseen messages, each of shape (themes,)."""

    meaning_mean: Floats
    meaning_scale: Floats
    ngrams_mean: Floats
    ngrams_scale: Floats

    @classmethod
    def measure(cls, scores: Scores) -> "Scales":
        """Return the scales of the scores of the unseen messages."""
        meaning, ngrams = scores.meaning, scores.ngrams
        least = np.float32(1e-6)
        return cls(
            meaning.mean(axis=0),
            np.maximum(meaning.std(axis=0), least),
            ngrams.mean(axis=0),
            np.maximum(ngrams.std(axis=0), least),
        )

    def join(self, scores: Scores) -> Floats:
        """Return one score for each theme, in standard deviations of others' messages."""
        total: Floats = (scores.meaning - self.meaning_mean) / self.meaning_scale
        return total + np.float32(NGRAM_SHARE) * (scores.ngrams - self.ngrams_mean) / self.ngrams_scale


@dataclass(frozen=True, slots=True)
class OwnLayers:
    """Everything that was learned of own topics.

    Parameters
    ----------
    themes
        Ids of the themes that have phrases, in the order of the layers.
    topics
        Ids of all topics, in the order of `words`.
    centre : array of shape (dimensions,)
        Mean vector of the unseen messages.
    weights : array of shape (dimensions + 1, themes)
        The last row is the bias.
    phrases
        N-grams of the phrases.
    topic_of : array of shape (phrases,)
        The theme of each phrase.
    """

    themes: tuple[str, ...]
    topics: tuple[str, ...]
    centre: Floats
    weights: Floats
    phrases: PhraseNgrams
    topic_of: Integers
    scales: Scales
    budget: Budget
    words: TellingWords

    def score(self, vector: Floats, columns: Integers, values: Floats) -> Floats:
        """Return the score of a text for each theme, of shape (themes,).

        Parameters
        ----------
        vector : array of shape (dimensions,)
        columns, values
            Its n-grams, as `Features.compute_row` gives them.
        """
        likeness = take_nearest(self.phrases.compute_likeness(columns, values), self.topic_of, len(self.themes))
        meaning = centre_vectors(vector, self.centre) @ self.weights[:-1] + self.weights[-1]
        return self.scales.join(Scores(meaning, likeness))


def centre_vectors(vectors: Floats, centre: Floats) -> Floats:
    """Return vectors less the centre, of length one."""
    moved = vectors - centre
    found: Floats = moved / np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-9)
    return found


def take_nearest(likeness: Floats, topic_of: Integers, count: int) -> Floats:
    """Return the likeness to the nearest phrase of each theme, of shape (themes,), from those to all phrases."""
    nearest = np.zeros(count, dtype=np.float32)
    np.maximum.at(nearest, topic_of, likeness)
    return nearest

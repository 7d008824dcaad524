"""Learning own themes: a second or two with NumPy alone, beside the state that serves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from intents.arrays import Floats, Integers
from intents.features import Features
from intents.normalisation import normalise_for_model
from intents.own.budget import set_budget
from intents.own.layers import OwnLayers, Scales, Scores, centre_vectors
from intents.own.ngrams import PhraseNgrams, count_rows
from intents.own.ridge import fit_ridge
from intents.own.topics import OwnTopic
from intents.own.unseen import UnseenMessages
from intents.own.words import find_telling_words


@dataclass(frozen=True, slots=True)
class Learned:
    """Layers, and how messages and phrases score that these layers have not learned from, for an editor's report.

    Parameters
    ----------
    layers
        Learned.
    others : array of shape (messages, themes)
        Scores of the unseen messages.
    phrases
        Normalised, in the order of the layers; a title counts as a phrase.
    own : array of shape (phrases, themes)
        Scores of the phrases.
    """

    layers: OwnLayers
    others: Floats
    phrases: tuple[str, ...]
    own: Floats


def learn_topics(
    topics: Sequence[OwnTopic],
    unseen: UnseenMessages,
    features: Features,
    encode: Callable[[str], Floats],
) -> Learned:
    """Return what is learned of topics.

    Parameters
    ----------
    topics
        Their phrases checked: none is a handover.
    unseen
        Messages that the shipped model never learned from.
    features
        The shipped model's n-grams.
    encode
        Returns the vector of a normalised text.
    """
    themes = [topic for topic in topics if topic.is_theme and topic.phrases]
    pairs = [
        (place, text)
        for place, theme in enumerate(themes)
        for text in (normalise_for_model(theme.title), *theme.phrases)
    ]
    topic_of, texts = np.array([place for place, _ in pairs], dtype=np.int64), [text for _, text in pairs]
    centre: Floats = unseen.vectors.mean(axis=0)
    phrases, unseen_ngrams = count_rows(features, texts), count_rows(features, unseen.texts)
    vectors = np.stack([encode(text) for text in texts]) if texts else np.zeros((0, len(centre)), dtype=np.float32)
    rows = centre_vectors(np.concatenate([vectors, unseen.vectors]), centre)
    fit = fit_ridge(rows, _build_targets(topic_of, len(rows), len(themes)))
    said = _split(fit.left_out, len(texts))
    others = Scores(said[1], _compare_texts(unseen_ngrams, phrases, topic_of, len(themes)))
    scales = Scales.measure(others)
    own = scales.join(Scores(said[0], _compare_phrases(phrases, topic_of, len(themes))))
    joined = scales.join(others)
    budget = set_budget(joined[unseen.winnable], joined[unseen.refused], own[np.arange(len(texts)), topic_of], topic_of)
    layers = OwnLayers(
        themes=tuple(theme.id for theme in themes),
        topics=tuple(topic.id for topic in topics),
        centre=centre,
        weights=fit.weights,
        phrases=PhraseNgrams.from_rows(phrases),
        topic_of=topic_of,
        scales=scales,
        budget=budget,
        words=find_telling_words(topics, unseen.texts),
    )
    return Learned(layers, joined, tuple(texts), own)


def _build_targets(topic_of: Integers, rows: int, themes: int) -> Floats:
    targets = np.zeros((rows, themes), dtype=np.float32)
    targets[np.arange(len(topic_of)), topic_of] = 1.0
    return targets


def _split(left_out: Floats, phrases: int) -> tuple[Floats, Floats]:
    return left_out[:phrases], left_out[phrases:]


def _compare_texts(rows: Any, phrases: Any, topic_of: Integers, themes: int) -> Floats:
    """Return the likeness of texts to the nearest phrase of each theme, of shape (texts, themes)."""
    found = np.zeros((rows.shape[0], themes), dtype=np.float32)
    for theme in range(themes):
        found[:, theme] = (rows @ phrases[topic_of == theme].T).max(axis=1).toarray().ravel()
    return found


def _compare_phrases(phrases: Any, topic_of: Integers, themes: int) -> Floats:
    """Return the likeness of phrases to the nearest other phrase of each theme, of shape (phrases, themes)."""
    likeness = (phrases @ phrases.T).toarray()
    np.fill_diagonal(likeness, 0.0)
    found = np.zeros((len(likeness), themes), dtype=np.float32)
    for theme in range(themes):
        found[:, theme] = likeness[:, topic_of == theme].max(axis=1)
    return found

"""The head's two linear layers, over n-grams and over vectors, fitted by scikit-learn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from intents import features
from intents.arrays import Floats
from intents.features import Features
from intents.model import Head
from intents.training.plan import Plan

_EMBEDDING_SCALE = 4.0  # brings the vectors to the spread at which one strength suits n-grams and vectors alike


@dataclass(frozen=True, slots=True)
class Layers:
    """The two linear layers before they are combined into a head."""

    features: Features
    ngrams: Floats
    ngram_bias: Floats
    embedding: Floats
    embedding_bias: Floats

    def compute_logits(self, matrix: Any, vectors: Floats) -> tuple[Floats, Floats]:
        """Return the logits of each layer, both of shape (texts, intents)."""
        return matrix @ self.ngrams + self.ngram_bias, vectors @ self.embedding + self.embedding_bias

    def combine(self, ngram_weight: float, embedding_weight: float) -> Head:
        """Return the head: the sum of both layers, weighed so that its softmax is calibrated."""
        return Head(
            (ngram_weight * self.ngrams).astype(np.float32),
            (embedding_weight * self.embedding).astype(np.float32),
            (ngram_weight * self.ngram_bias + embedding_weight * self.embedding_bias).astype(np.float32),
        )


def fit_layers(texts: Sequence[str], labels: Floats, vectors: Floats, plan: Plan, weights: Floats) -> Layers:
    """Return the two linear layers, fitted to these texts.

    The layers are fitted apart and weighed afterwards, on utterances that neither has seen: fitted together, the
    vectors of a fine-tuned encoder would leave the n-grams nothing to learn.
    """
    learnt = features.learn_features(texts, plan.least_words, plan.least_letters)
    ngrams, ngram_bias = fit_linear_layer(learnt.compute_matrix(texts), labels, plan.ngram_strength, weights)
    embedding, embedding_bias = fit_linear_layer(
        vectors * np.float32(_EMBEDDING_SCALE), labels, plan.embedding_strength, weights
    )
    return Layers(learnt, ngrams, ngram_bias, embedding * np.float32(_EMBEDDING_SCALE), embedding_bias)


def fit_linear_layer(
    matrix: Any, labels: Floats, strength: float, text_weights: Floats | None = None
) -> tuple[Floats, Floats]:
    """Return weights and bias of a multinomial logistic regression with shared labels.

    Parameters
    ----------
    matrix : array or sparse array of shape (texts, columns)
    labels : array of shape (texts, intents)
        Shares; a text with two labels is learnt twice, each time with its share as weight.
    strength
        Inverse regularisation.
    text_weights : array of shape (texts,), optional
        How much each text counts; all alike by default.

    Returns
    -------
    (weights of shape (columns, intents), bias of shape (intents,))
    """
    from sklearn.linear_model import LogisticRegression

    rows, intents = np.nonzero(labels)
    counts = labels[rows, intents] if text_weights is None else labels[rows, intents] * text_weights[rows]
    # A looser tolerance loses up to three points; 1e-2 answered with one and the same intent.
    regression = LogisticRegression(C=strength, tol=1e-5, max_iter=1_000)
    regression.fit(matrix[rows], intents, sample_weight=counts)
    weights = np.zeros((matrix.shape[1], labels.shape[1]), dtype=np.float32)
    bias = np.full(labels.shape[1], -30.0, dtype=np.float32)
    # Of two intents scikit-learn keeps the difference only.
    sides = np.array([[-0.5], [0.5]]) if len(regression.classes_) == 2 else np.eye(len(regression.classes_))
    weights[:, regression.classes_] = (sides @ regression.coef_).T
    bias[regression.classes_] = sides @ regression.intercept_
    return weights, bias

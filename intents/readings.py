"""Readings: what the model makes of one text, worked out once for a message."""

from dataclasses import dataclass

import numpy as np

from intents.arrays import Floats, Integers
from intents.model import Model


@dataclass(frozen=True, slots=True)
class CountedText:
    """A text with its n-grams, counted once, and the logits by the n-grams alone."""

    text: str
    columns: Integers
    values: Floats
    logits: Floats


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with its vector and the logits that the model gives it."""

    text: str
    vector: Floats
    logits: Floats


class Readings:
    """Texts of one message as the model reads them; each is counted and encoded once.

    Parameters
    ----------
    model
        Trained.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._counted: dict[str, CountedText] = {}
        self._read: dict[str, Reading] = {}

    def count(self, text: str) -> CountedText:
        """Return the n-grams of a text, and the logits that they give alone."""
        if text not in self._counted:
            columns, values = self._model.features.compute_row(text)
            logits = self._model.head.compute_logits(columns, values, None)
            self._counted[text] = CountedText(text, columns, values, logits)
        return self._counted[text]

    def read(self, text: str) -> Reading:
        """Return the vector and the logits of a text; the encoder takes some milliseconds."""
        if text not in self._read:
            counted, vector = self.count(text), self._model.encoder.encode(text)
            self._read[text] = Reading(text, vector, counted.logits + vector @ self._model.head.embedding)
        return self._read[text]


def softmax(logits: Floats) -> Floats:
    """Return shares that sum to one, from logits of shape (intents,)."""
    powers = np.exp(logits.astype(np.float64) - float(logits.max()))
    shares: Floats = (powers / powers.sum()).astype(np.float32)
    return shares

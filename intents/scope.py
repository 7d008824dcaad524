"""Signals of being out of scope, weighed by the logistic function of `model.Scope`."""

import numpy as np

from intents import features
from intents.arrays import Floats

SIGNALS = (
    "the head's confidence that it is out of scope",
    "the energy of the intents in scope",
    "the share of known words",
    "cosine to the nearest centroid in scope",
    "cosine to the three nearest utterances in scope",
    "cosine to the three nearest utterances out of scope",
    "the length in words",
)


def compute_signals(
    text: str,
    logits: Floats,
    near_within: Floats,
    near_outside: Floats,
    centroid_similarities: Floats,
    known_words: frozenset[str],
    outside: int,
) -> Floats:
    """Return the signals of one message, in the order of `SIGNALS`.

    Parameters
    ----------
    text
        Normalised.
    logits : array of shape (intents,)
        Calibrated.
    near_within, near_outside : array of shape (utterances,)
        Cosines to the nearest remembered utterances in scope, and to those out of scope.
    centroid_similarities : array of shape (intents,)
        Cosine to each intent's centroid.
    known_words
        Words of utterances in scope.
    outside
        The position of out-of-scope among the intents.

    Returns
    -------
    array of shape (signals,)
    """
    within = np.delete(logits, outside)
    energy = float(np.logaddexp.reduce(within))
    said = features.split_words(text)
    known = sum(word in known_words for word in said) / len(said) if said else 0.0
    return np.array(
        [
            np.clip(float(logits[outside]) - energy, -12.0, 12.0),
            energy,
            known,
            float(np.delete(centroid_similarities, outside).max(initial=-1.0)),
            float(near_within.mean()) if len(near_within) else 0.0,
            float(near_outside.mean()) if len(near_outside) else 0.0,
            np.log1p(len(said)),
        ],
        dtype=np.float32,
    )

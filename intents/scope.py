"""Signals of being out of scope, weighed by the logistic function of `model.Scope`."""

import numpy as np
import numpy.typing as npt

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
_NEAREST = 3


def compute_signals(
    text: str,
    logits: Floats,
    similarities: Floats,
    centroid_similarities: Floats,
    is_outside: npt.NDArray[np.bool_],
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
    similarities : array of shape (utterances,)
        Cosine to each remembered utterance.
    centroid_similarities : array of shape (intents,)
        Cosine to each intent's centroid.
    is_outside : array of shape (utterances,)
        Whether each remembered utterance is out of scope.
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
            _mean_nearest(similarities[~is_outside]),
            _mean_nearest(similarities[is_outside]),
            np.log1p(len(said)),
        ],
        dtype=np.float32,
    )


def _mean_nearest(similarities: Floats) -> float:
    if not len(similarities):
        return 0.0
    count = min(_NEAREST, len(similarities))
    return float(np.partition(similarities, -count)[-count:].mean())

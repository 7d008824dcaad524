"""Trials of new utterances: what each would change, without training.

A ridge regression over the same vectors and n-grams stands in for the head: an exact formula gives its prediction for
each utterance had the regression not learnt that one, so all utterances can be compared with and without the new one.
The regression is right a little less often than the model; `small-steps train` decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from intents.arrays import Doubles, Floats
from intents.corpus import Corpus, Utterance
from intents.model import Model, ModelError
from intents.normalisation import normalise_for_model

_SKETCH = 384  # dimensions that the n-grams are projected to; more changes nothing that an editor would see
_RIDGE = 2.0
_SEED = 20
_CLOSE = 5


@dataclass(frozen=True, slots=True)
class ChangedUtterance:
    """An utterance that would be taken for another intent."""

    utterance: Utterance
    before: str
    after: str

    @property
    def for_the_better(self) -> bool:
        """Whether the utterance is right afterwards."""
        return self.after in self.utterance.accepted


@dataclass(frozen=True, slots=True)
class Trial:
    """The changes that one new utterance would bring.

    Parameters
    ----------
    before
        What the model takes it for today: the three likeliest intents with their confidence.
    changes
        Utterances that would be taken for another intent.
    drawn
        Utterances of other intents that come nearest to changing sides.
    """

    before: tuple[tuple[str, float], ...]
    changes: tuple[ChangedUtterance, ...]
    drawn: tuple[Utterance, ...]


class Trials:
    """Trials of new utterances, each independent of the others.

    The regression is solved once, in some seconds; a new row then changes its inverse by
    a product of two vectors (Sherman and Morrison's formula), so that a trial takes milliseconds.

    Parameters
    ----------
    model
        Trained on the corpus, or on one much like it.
    corpus
        What would be added to.
    """

    def __init__(self, model: Model, corpus: Corpus) -> None:
        self._model = model
        known = {text: row for row, text in enumerate(model.memory.texts)}
        self._utterances = [utterance for utterance in corpus.utterances if utterance.text in known]
        ids = model.catalogue.ids
        self._sketch = np.random.default_rng(_SEED).choice(
            np.array([-1.0, 1.0], dtype=np.float32) / np.float32(np.sqrt(_SKETCH)), size=(model.features.width, _SKETCH)
        )
        vectors = model.memory.vectors[[known[utterance.text] for utterance in self._utterances]]
        self._rows = self._compute_rows(
            [normalise_for_model(utterance.text) for utterance in self._utterances], vectors
        )
        self._answers = np.eye(len(ids))[[ids.index(utterance.intent) for utterance in self._utterances]]
        self._inverse = np.linalg.inv(self._rows.T @ self._rows + _RIDGE * np.eye(self._rows.shape[1]))
        projected = self._rows @ self._inverse
        self._weights = projected.T @ self._answers
        self._predicted = self._rows @ self._weights
        self._leverage = np.einsum("ij,ij->i", projected, self._rows)

    def try_utterance(self, intent: str, text: str) -> Trial:
        """Return what an utterance would change under an intent.

        Parameters
        ----------
        intent
            Where it would be added.
        text
            As somebody would type it.

        Raises
        ------
        ModelError
            When there is no such intent.
        """
        from intents.readings import softmax

        model, ids = self._model, self._model.catalogue.ids
        check_intent(model, intent)
        said = normalise_for_model(text)
        vector = model.encoder.encode(said)
        shares = softmax(model.head.compute_logits(*model.features.compute_row(said), vector))
        before = self._predict_left_out(self._predicted, self._leverage)
        after = self._predict_with(self._compute_rows([said], vector[None])[0], ids.index(intent))
        pull = _measure_pull(before, after, ids.index(intent))
        outside = [row for row in np.argsort(-pull, kind="stable") if intent not in self._utterances[row].accepted]
        return Trial(
            before=tuple((ids[i], float(shares[i])) for i in np.argsort(-shares)[:3]),
            changes=tuple(
                ChangedUtterance(utterance, ids[old], ids[now])
                for utterance, old, now in zip(
                    self._utterances, before.argmax(axis=1), after.argmax(axis=1), strict=True
                )
                if old != now
            ),
            drawn=tuple(self._utterances[row] for row in outside[:_CLOSE]),
        )

    def _compute_rows(self, texts: Sequence[str], vectors: Floats) -> Doubles:
        """Return rows of vectors beside a random projection of the n-grams, of shape (texts, columns)."""
        drawn = self._model.features.compute_matrix(texts) @ self._sketch
        return np.hstack([vectors, drawn, np.ones((len(texts), 1))], dtype=np.float64)

    def _predict_with(self, new: Doubles, intent: int) -> Doubles:
        """Return the leave-one-out predictions of the regression, had the new row been learnt."""
        direction = self._inverse @ new
        stretch = 1.0 + float(new @ direction)
        missing = -(new @ self._weights)
        missing[intent] += 1.0
        along = self._rows @ direction
        predicted = self._predicted + np.outer(along, missing) / stretch
        return self._predict_left_out(predicted, self._leverage - along**2 / stretch)

    def _predict_left_out(self, predicted: Doubles, leverage: Doubles) -> Doubles:
        """Return exact leave-one-out predictions: y − (y − ŷ) / (1 − h)."""
        unseen: Doubles = self._answers - (self._answers - predicted) / (1.0 - leverage)[:, None]
        return unseen


def check_intent(model: Model, intent: str) -> None:
    """Raise an error for an intent that the model does not know, before `Trials` computes for seconds.

    Raises
    ------
    ModelError
        When there is no such intent.
    """
    ids = model.catalogue.ids
    if intent not in ids:
        raise ModelError(f"There is no intent called {intent}; known are {', '.join(ids)}.")


def _measure_pull(before: Doubles, after: Doubles, intent: int) -> Doubles:
    """Return how far the intent's score came closer to each utterance's best score."""
    gained: Doubles = (after[:, intent] - after.max(axis=1)) - (before[:, intent] - before.max(axis=1))
    return gained

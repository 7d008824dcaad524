"""What would a new utterance change? Answered at once, without training.

A ridge regression over the same vectors and n-grams stands in for the head: it has an exact formula for what it would
say about each utterance had it not seen that one, so all utterances can be compared with and without the new one. It
is a little less right than the model; `small-steps train` has the last word.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from intents.corpus import Corpus, Utterance
from intents.model import Model, ModelError
from intents.normalise import normalise

Floats = npt.NDArray[np.float32]

_SKETCH = 384  # dimensions that the n-grams are projected to; more changes nothing that an editor would see
_RIDGE = 2.0
_SEED = 20
_CLOSE = 5


@dataclass(frozen=True, slots=True)
class Change:
    """An utterance that changes sides."""

    utterance: Utterance
    before: str
    after: str

    @property
    def for_the_better(self) -> bool:
        """Whether it is right afterwards."""
        return self.after in self.utterance.accepted


@dataclass(frozen=True, slots=True)
class Trial:
    """What a new utterance would change.

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
    changes: tuple[Change, ...]
    drawn: tuple[Utterance, ...]


def try_utterance(model: Model, corpus: Corpus, intent: str, text: str) -> Trial:
    """Try an utterance under an intent.

    Parameters
    ----------
    model
        Trained on the corpus, or on one much like it.
    corpus
        What it would be added to.
    intent
        Where it would be added.
    text
        As somebody would type it.

    Raises
    ------
    ModelError
        When there is no such intent.
    """
    from intents.classifier import softmax

    ids = model.catalogue.ids
    if intent not in ids:
        raise ModelError(f"There is no intent called {intent}; known are {', '.join(ids)}.")
    said = normalise(text)
    new = _describe(model, [said])[0]
    shares = softmax(model.head.logits(*model.features.row(said), model.encoder.encode(said)))
    known = {text: row for row, text in enumerate(model.memory.texts)}
    utterances = [utterance for utterance in corpus.utterances if utterance.text in known]
    rows = [known[utterance.text] for utterance in utterances]
    described = _describe(model, [normalise(u.text) for u in utterances], model.memory.vectors[rows])
    before, after = _with_and_without(
        described, [ids.index(u.intent) for u in utterances], new, ids.index(intent), len(ids)
    )
    changes = [
        Change(utterance, ids[old], ids[now])
        for utterance, old, now in zip(utterances, before.argmax(axis=1), after.argmax(axis=1), strict=True)
        if old != now
    ]
    pull = _pull(before, after, ids.index(intent))
    outside = [row for row in np.argsort(-pull, kind="stable") if intent not in utterances[row].accepted]
    return Trial(
        before=tuple((ids[i], float(shares[i])) for i in np.argsort(-shares)[:3]),
        changes=tuple(changes),
        drawn=tuple(utterances[row] for row in outside[:_CLOSE]),
    )


def _describe(model: Model, texts: Sequence[str], vectors: Floats | None = None) -> Floats:
    """Put vectors and a random projection of the n-grams side by side."""
    sketch = np.random.default_rng(_SEED).choice(
        np.array([-1.0, 1.0], dtype=np.float32), size=(model.features.width, _SKETCH)
    ) / np.float32(np.sqrt(_SKETCH))
    drawn = np.zeros((len(texts), _SKETCH), dtype=np.float32)
    for row, text in enumerate(texts):
        columns, values = model.features.row(text)
        drawn[row] = values @ sketch[columns]
    encoded = model.encoder.encode_all(texts) if vectors is None else vectors
    return np.hstack([encoded, drawn, np.ones((len(texts), 1), dtype=np.float32)])


def _with_and_without(
    described: Floats, intents: Sequence[int], new: Floats, intent: int, count: int
) -> tuple[Floats, Floats]:
    """Say what ridge regression makes of each utterance that it has not seen, without and with the new one."""
    answers = np.eye(count, dtype=np.float64)[np.array(intents)]
    rows = described.astype(np.float64)
    extended, extended_answers = np.vstack([rows, new]), np.vstack([answers, np.eye(count)[intent]])
    return _unseen(rows, answers), _unseen(extended, extended_answers)[:-1]


def _unseen(rows: npt.NDArray[np.float64], answers: npt.NDArray[np.float64]) -> Floats:
    """Exact leave-one-out predictions: y − (y − ŷ) / (1 − h)."""
    inverse = np.linalg.inv(rows.T @ rows + _RIDGE * np.eye(rows.shape[1]))
    projected = rows @ inverse
    predicted = projected @ (rows.T @ answers)
    leverage = np.einsum("ij,ij->i", projected, rows)[:, None]
    unseen: Floats = (answers - (answers - predicted) / (1.0 - leverage)).astype(np.float32)
    return unseen


def _pull(before: Floats, after: Floats, intent: int) -> Floats:
    """How far the intent came closer to each utterance's best."""
    gained: Floats = (after[:, intent] - after.max(axis=1)) - (before[:, intent] - before.max(axis=1))
    return gained

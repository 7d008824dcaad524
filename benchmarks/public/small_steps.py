"""Our own code on a public set: both layers, weighed on unseen texts; energy, known words and centroids for outside.

Out-of-scope examples are not learnt from, so that the contestants know the same.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.public.contestant import Answer
from benchmarks.public.sets import Pairs, PublicSet
from intents import features, tuning
from intents.encoder import Encoder
from intents.features import Block, Features
from intents.layers import Layers, fit_layers
from intents.model import Head
from intents.normalise import normalise
from intents.plan import Plan

Signals = tuple[float, float, float]  # energy, share of known words, cosine to the nearest centroid

_LEAST_STEPS = 500  # of fine-tuning: few utterances are passed over more often
_MOST_PASSES = 20


class SmallSteps:
    """Both layers over the published encoder or over one that is fine-tuned on the set.

    Parameters
    ----------
    fine_tuned
        Whether the encoder learns as well.
    ngrams, embedding
        Which layers take part.
    """

    def __init__(self, *, fine_tuned: bool = False, ngrams: bool = True, embedding: bool = True) -> None:
        self._fine_tuned = fine_tuned
        self._kept = (float(ngrams), float(embedding))

    def learn(self, data: PublicSet, folder: Path) -> None:
        """Fit the layers; weigh them on the validation part, or on a fifth that the trial has not seen."""
        train = [(normalise(text), label) for text, label in data.train]
        ids, texts = data.labels, [text for text, _ in train]
        layers, vectors = self._fit(train, ids, folder)
        if data.validation:
            trial, where, unseen = layers, folder, [(normalise(text), label) for text, label in data.validation]
        else:
            where = folder / "trial"
            trial, _ = self._fit([pair for i, pair in enumerate(train) if i % 5], ids, where)
            unseen = train[::5]
        seen = [text for text, _ in unseen]
        said = trial.logits(trial.features.matrix(seen), Encoder.load(where).encode_all(seen))
        weights = tuning.weigh(*said, one_hot([label for _, label in unseen], ids), np.ones(len(unseen)))
        head = layers.head(weights[0] * self._kept[0], weights[1] * self._kept[1])
        centroids = one_hot([label for _, label in train], ids).T @ vectors
        centroids /= np.linalg.norm(centroids, axis=1, keepdims=True)
        known = sorted({word for text in texts for word in features.words(text)})
        _save(folder, layers.features, head, centroids, ids, known)
        observe = _observer(folder)
        observed = np.array([observe(text)[1] for text in seen])
        np.savez(folder / "signals.npz", means=observed.mean(axis=0), scales=observed.std(axis=0) + 1e-9)

    def load(self, folder: Path) -> Answer:
        """Read the arrays; no PyTorch, no scikit-learn."""
        reference = np.load(folder / "signals.npz")
        ids = json.loads((folder / "words.json").read_text("utf-8"))["ids"]
        observe = _observer(folder)

        def answer(asked: Sequence[str]) -> tuple[list[str], npt.NDArray[np.float64]]:
            found = [observe(normalise(text)) for text in asked]
            standard = (np.array([signals for _, signals in found]) - reference["means"]) / reference["scales"]
            return [ids[best] for best, _ in found], -standard.sum(axis=1)

        return answer

    def _fit(self, train: Pairs, ids: Sequence[str], folder: Path) -> tuple[Layers, npt.NDArray[np.float32]]:
        from intents.finetuning import Recipe, export, fine_tune

        texts, labels = [text for text, _ in train], one_hot([label for _, label in train], ids)
        batches = max(1, len(texts) // Recipe().batch)
        passes = min(_MOST_PASSES, max(Recipe().epochs, -(-_LEAST_STEPS // batches))) if self._fine_tuned else 0
        export(fine_tune(texts, labels, Recipe(epochs=passes)), folder)
        vectors = Encoder.load(folder).encode_all(texts)
        return fit_layers(texts, labels, vectors, Plan()), vectors


def one_hot(labels: Sequence[str], ids: Sequence[str]) -> npt.NDArray[np.float32]:
    """Give a row for each label with a one at its position."""
    index = {name: i for i, name in enumerate(ids)}
    return np.eye(len(ids), dtype=np.float32)[[index[label] for label in labels]]


def _save(
    folder: Path,
    learnt: Features,
    head: Head,
    centroids: npt.NDArray[np.float32],
    ids: Sequence[str],
    known: Sequence[str],
) -> None:
    np.savez(
        folder / "head.npz",
        ngrams=head.ngrams,
        embedding=head.embedding,
        bias=head.bias,
        centroids=centroids,
        word_idf=learnt.words.idf,
        letter_idf=learnt.letters.idf,
    )
    vocabularies = {"words": dict(learnt.words.vocabulary), "letters": dict(learnt.letters.vocabulary)}
    (folder / "words.json").write_text(json.dumps({**vocabularies, "ids": list(ids), "known": list(known)}), "utf-8")


def _observer(folder: Path) -> Callable[[str], tuple[int, Signals]]:
    arrays = dict(np.load(folder / "head.npz").items())
    words = json.loads((folder / "words.json").read_text("utf-8"))
    known = frozenset(words["known"])
    learnt = Features(Block(words["words"], arrays["word_idf"]), Block(words["letters"], arrays["letter_idf"]))
    head = Head(arrays["ngrams"], arrays["embedding"], arrays["bias"])
    encoder = Encoder.load(folder) if head.embedding.any() else None

    def observe(said: str) -> tuple[int, Signals]:
        vector = encoder.encode(said) if encoder else None
        logits = head.logits(*learnt.row(said), vector)
        single = features.words(said)
        share = sum(word in known for word in single) / max(1, len(single))
        nearest = 0.0 if vector is None else float((arrays["centroids"] @ vector).max())
        return int(logits.argmax()), (float(np.logaddexp.reduce(logits)), share, nearest)

    return observe

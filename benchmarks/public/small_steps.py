"""Our own code on a public set: both layers, weighed on unseen texts; energy, known words and centroids for outside.

Out-of-scope examples are not learnt from, so that the contestants know the same.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from benchmarks.public.contestant import Answer
from benchmarks.public.sets import Pairs, PublicSet
from intents import features
from intents.arrays import Doubles, Floats
from intents.encoder import Encoder
from intents.features import Features, NgramWeights
from intents.model import Head
from intents.normalisation import normalise_text
from intents.training import thresholds
from intents.training.layers import Layers, fit_layers
from intents.training.plan import Plan

Signals = tuple[float, float, float]  # energy, share of known words, cosine to the nearest centroid
Layering = Literal["n-grams", "encoder", "both"]

_TAKES_PART: dict[Layering, tuple[str, ...]] = {
    "n-grams": ("ngrams",),
    "encoder": ("embedding",),
    "both": ("ngrams", "embedding"),
}
_NOTHING = NgramWeights({}, np.zeros(0, dtype=np.float32))

_LEAST_STEPS = 500  # of fine-tuning: few utterances are passed over more often
_MOST_PASSES = 20


class SmallSteps:
    """Both layers over the published encoder or over one that is fine-tuned on the set.

    Parameters
    ----------
    fine_tuned
        Whether the encoder learns as well.
    parts
        Which layers answer. They are learnt alike, so each choice reads what another has learnt.
    """

    def __init__(self, *, fine_tuned: bool = False, parts: Layering = "both") -> None:
        self._fine_tuned, self._parts = fine_tuned, parts

    def learn(self, data: PublicSet, folder: Path) -> None:
        """Fit the layers; weigh them on the validation part, or on a fifth that the trial has not seen."""
        train = [(normalise_text(text), label) for text, label in data.train]
        ids, texts = data.labels, [text for text, _ in train]
        layers, vectors = self._fit(train, ids, folder)
        if data.validation:
            trial, where, unseen = layers, folder, [(normalise_text(text), label) for text, label in data.validation]
        else:
            where = folder / "trial"
            trial, _ = self._fit([pair for i, pair in enumerate(train) if i % 5], ids, where)
            unseen = train[::5]
        seen = [text for text, _ in unseen]
        said = trial.compute_logits(trial.features.compute_matrix(seen), Encoder.load(where).encode_texts(seen))
        weights = thresholds.weigh_layers(
            *said, encode_one_hot([label for _, label in unseen], ids), np.ones(len(unseen))
        )
        centroids = encode_one_hot([label for _, label in train], ids).T @ vectors
        centroids /= np.linalg.norm(centroids, axis=1, keepdims=True)
        known = sorted({word for text in texts for word in features.split_words(text)})
        _save_layers(folder, layers, weights, centroids, ids, known)
        for parts in _TAKES_PART:
            observe = _build_observer(folder, parts)
            observed = np.array([observe(text)[1] for text in seen])
            np.savez(folder / f"{parts}.npz", means=observed.mean(axis=0), scales=observed.std(axis=0) + 1e-9)

    def load(self, folder: Path) -> Answer:
        """Return the answers of the arrays; no PyTorch, no scikit-learn."""
        reference = np.load(folder / f"{self._parts}.npz")
        ids = json.loads((folder / "words.json").read_text("utf-8"))["ids"]
        observe = _build_observer(folder, self._parts)

        def answer(asked: Sequence[str]) -> tuple[list[str], Doubles]:
            found = [observe(normalise_text(text)) for text in asked]
            standard = (np.array([signals for _, signals in found]) - reference["means"]) / reference["scales"]
            return [ids[best] for best, _ in found], -standard.sum(axis=1)

        return answer

    def _fit(self, train: Pairs, ids: Sequence[str], folder: Path) -> tuple[Layers, Floats]:
        from intents.training.fine_tune import Recipe, export_encoder, fine_tune_encoder

        texts, labels = [text for text, _ in train], encode_one_hot([label for _, label in train], ids)
        batches = max(1, len(texts) // Recipe().batch)
        passes = min(_MOST_PASSES, max(Recipe().epochs, -(-_LEAST_STEPS // batches))) if self._fine_tuned else 0
        export_encoder(fine_tune_encoder(texts, labels, Recipe(epochs=passes)), folder)
        vectors = Encoder.load(folder).encode_texts(texts)
        return fit_layers(texts, labels, vectors, Plan()), vectors


def encode_one_hot(labels: Sequence[str], ids: Sequence[str]) -> Floats:
    """Return a row for each label with a one at its position, of shape (labels, ids)."""
    index = {name: i for i, name in enumerate(ids)}
    return np.eye(len(ids), dtype=np.float32)[[index[label] for label in labels]]


def _save_layers(
    folder: Path,
    layers: Layers,
    weights: Sequence[float],
    centroids: Floats,
    ids: Sequence[str],
    known: Sequence[str],
) -> None:
    arrays = {"words": layers.features.words.idf, "letters": layers.features.letters.idf, "centroids": centroids}
    for part, head in (("ngrams", layers.combine(weights[0], 0.0)), ("embedding", layers.combine(0.0, weights[1]))):
        arrays |= {part: getattr(head, part), f"{part}_bias": head.bias}
    np.savez(folder / "head.npz", **arrays)
    learnt = {"words": dict(layers.features.words.vocabulary), "letters": dict(layers.features.letters.vocabulary)}
    (folder / "words.json").write_text(json.dumps({**learnt, "ids": list(ids), "known": list(known)}), "utf-8")


def _build_observer(folder: Path, parts: Layering) -> Callable[[str], tuple[int, Signals]]:
    """Return a function from a text to its label and signals, with only the layers that answer in memory."""
    arrays, words = np.load(folder / "head.npz"), json.loads((folder / "words.json").read_text("utf-8"))
    taking = _TAKES_PART[parts]
    bias = sum(arrays[f"{part}_bias"] for part in taking)
    learnt, ngrams = Features(_NOTHING, _NOTHING), np.zeros((0, len(bias)), dtype=np.float32)
    if "ngrams" in taking:
        learnt = Features(
            NgramWeights(words["words"], arrays["words"]), NgramWeights(words["letters"], arrays["letters"])
        )
        ngrams = arrays["ngrams"]
    head = Head(ngrams, arrays["embedding"], bias)
    encoder = Encoder.load(folder) if "embedding" in taking else None
    centroids, known = arrays["centroids"], frozenset(words["known"])

    def observe(said: str) -> tuple[int, Signals]:
        vector = encoder.encode(said) if encoder else None
        logits = head.compute_logits(*learnt.compute_row(said), vector)
        single = features.split_words(said)
        share = sum(word in known for word in single) / max(1, len(single))
        nearest = 0.0 if vector is None else float((centroids @ vector).max())
        return int(logits.argmax()), (float(np.logaddexp.reduce(logits)), share, nearest)

    return observe

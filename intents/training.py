"""Rebuilds the whole model from the utterances: encoder, n-grams, head, confidence, scope and thresholds.

The encoder is fine-tuned once on every utterance, for the model, and once without each fold, for everything that is
chosen: a head over the vectors of the very utterances that the encoder learnt from believes them too much, so
confidence, scope and thresholds are fitted on vectors of utterances that neither encoder nor head has seen.
"""

import hashlib
import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from intents import corpus, features, tuning
from intents.catalogue import MODEL_FOLDER, OUT_OF_SCOPE, Catalogue
from intents.corpus import Corpus, Utterance
from intents.decisions import Costs, Thresholds
from intents.encoder import Encoder
from intents.evaluating import Judged, Report, measure
from intents.features import Features
from intents.finetuning import EXPORTED, Recipe, export, fine_tune
from intents.model import VECTOR_STEPS, Head, Memory, ModelError, Scope, save
from intents.normalise import normalise
from intents.scope import SIGNALS, signals

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Say = Callable[[str], None]

_EMBEDDING_SCALE = 4.0  # brings the vectors to the spread at which one strength suits n-grams and vectors alike


@dataclass(frozen=True, slots=True)
class Plan:
    """How the model is trained.

    Parameters
    ----------
    recipe
        Of the encoder.
    ngram_strength, embedding_strength
        Inverse regularisation of the two linear layers.
    least_words, least_letters
        In how many utterances an n-gram must stand.
    also_share
        What the further acceptable intents of an utterance get of its label, together.
    costs
        What each mistake costs; the thresholds follow.
    folds
        How many times an encoder is fine-tuned without a part of the utterances, to see what it makes of them. 0 is
        quick: all is then chosen on the validation utterances, and `intents check` cannot tell what is wrong when
        held out.
    threads
        Of PyTorch.
    """

    recipe: Recipe = field(default_factory=Recipe)
    ngram_strength: float = 30.0
    embedding_strength: float = 1.0
    least_words: int = 2
    least_letters: int = 2
    also_share: float = 0.3
    costs: Costs = field(default_factory=Costs)
    folds: int = 3
    threads: int = 2


@dataclass(frozen=True, slots=True)
class Layers:
    """The two linear layers, before they are brought together."""

    features: Features
    ngrams: Floats
    ngram_bias: Floats
    embedding: Floats
    embedding_bias: Floats

    def logits(self, matrix: Any, vectors: Floats) -> tuple[Floats, Floats]:
        """Give what each layer says."""
        return matrix @ self.ngrams + self.ngram_bias, vectors @ self.embedding + self.embedding_bias

    def head(self, ngram_weight: float, embedding_weight: float) -> Head:
        """Bring the layers together, as sure as calibration found them to be."""
        return Head(
            (ngram_weight * self.ngrams).astype(np.float32),
            (embedding_weight * self.embedding).astype(np.float32),
            (ngram_weight * self.ngram_bias + embedding_weight * self.embedding_bias).astype(np.float32),
        )


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of the training.

    Parameters
    ----------
    judged
        Every utterance as judged by a model that had not seen it.
    report
        Measured on these.
    """

    judged: tuple[Judged, ...]
    report: Report


_KEPT_APART = -1  # the fold of the validation utterances: no model learns from them


@dataclass(frozen=True, slots=True)
class Task:
    """The utterances as training needs them.

    Parameters
    ----------
    catalogue
        Gives the intents their positions.
    utterances, texts
        As written, and normalised.
    labels : array of shape (utterances, intents)
        Shares; rows sum to one.
    folds : array of shape (utterances,)
        In which fold each is left out; -1 for those that no model learns from.
    """

    catalogue: Catalogue
    utterances: Sequence[Utterance]
    texts: Sequence[str]
    labels: Floats
    folds: Integers

    @property
    def outside(self) -> int:
        """The position of out-of-scope."""
        return self.catalogue.ids.index(OUT_OF_SCOPE)

    @property
    def hard(self) -> Integers:
        """The position of each utterance's own intent."""
        index = {name: i for i, name in enumerate(self.catalogue.ids)}
        return np.array([index[utterance.intent] for utterance in self.utterances], dtype=np.int64)

    def learnt(self, without: int | None) -> Integers:
        """The rows that a model learns from that leaves a fold out (None: that leaves out none)."""
        return np.flatnonzero((self.folds != _KEPT_APART) & (self.folds != (-2 if without is None else without)))

    def unseen(self, without: int | None) -> Integers:
        """The rows that this model is tried on."""
        return np.flatnonzero(self.folds == (_KEPT_APART if without is None else without))


def train(
    folder: Path = MODEL_FOLDER,
    *,
    utterances: Path = corpus.UTTERANCES,
    validation: Path = corpus.VALIDATION,
    plan: Plan | None = None,
    cache: Path | None = None,
    say: Say = print,
) -> Trained:
    """Rebuild the model.

    Parameters
    ----------
    folder : Path, default=intents/model
        Where the model goes.
    utterances : Path, default=intents/utterances
        What is learnt.
    validation : Path, default=intents/validation
        What thresholds are chosen on besides the folds.
    plan : Plan, optional
        How.
    cache : Path, optional
        Where encoders and vectors are kept between runs; a change of utterances or recipe makes new ones.
    say : callable, default=print
        Told what is going on.

    Raises
    ------
    CorpusError
        When the utterances cannot be used.
    ModelError
        When the published encoder is missing.
    """
    plan = plan or Plan()
    learnt = corpus.load(utterances)
    task = prepare(learnt, corpus.load_held_out(learnt.catalogue, validation), plan)
    say(f"{len(learnt.utterances)} utterances of {len(learnt.catalogue.ids)} intents, {plan.folds} folds by writer")
    with tempfile.TemporaryDirectory() as scratch:
        encoders = _Encoders(cache or Path(scratch), task, plan, say)
        unseen = _try_unseen(task, encoders, plan, say)
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("encoder.onnx", "tokenizer.json"):
            (folder / name).write_bytes((encoders.folder(None) / name).read_bytes())
        _save(folder, learnt, task, encoders.vectors(None), unseen, plan)
    return Trained(unseen.judged, measure(unseen.judged, task.catalogue, plan.costs))


def prepare(learnt: Corpus, validation: Sequence[Utterance], plan: Plan) -> Task:
    """Turn utterances into texts, labels and folds; what is nothing but mark-up is left out."""
    ids = learnt.catalogue.ids
    trained = [utterance for utterance in learnt.utterances if normalise(utterance.text)]
    apart = [utterance for utterance in validation if normalise(utterance.text)]
    kept = [*trained, *apart]
    labels = np.zeros((len(kept), len(ids)), dtype=np.float32)
    for row, utterance in enumerate(kept):
        labels[row, ids.index(utterance.intent)] = 1.0 - (plan.also_share if utterance.also else 0.0)
        for other in utterance.also:
            labels[row, ids.index(other)] += plan.also_share / len(utterance.also)
    folds = np.concatenate([assign_folds(trained, plan.folds or 1), np.full(len(apart), _KEPT_APART, dtype=np.int64)])
    return Task(learnt.catalogue, kept, [normalise(u.text) for u in kept], labels, folds)


def assign_folds(utterances: Sequence[Utterance], folds: int) -> Integers:
    """Give each utterance a fold, so that what is measured is a writer whom the model has not read.

    An intent whose writers are fewer than the folds is divided by writer and voice, and by line where even these
    are too few. The largest group goes to the emptiest fold, so folds are about equal for each intent.
    """
    assigned = np.zeros(len(utterances), dtype=np.int64)
    by_intent: defaultdict[str, list[int]] = defaultdict(list)
    for row, utterance in enumerate(utterances):
        by_intent[utterance.intent].append(row)
    for rows in by_intent.values():
        filled = [0] * folds
        for group in sorted(_groups(utterances, rows, folds), key=lambda group: (-len(group), group[0])):
            emptiest = filled.index(min(filled))
            assigned[group] = emptiest
            filled[emptiest] += len(group)
    return assigned


def _groups(utterances: Sequence[Utterance], rows: Sequence[int], folds: int) -> list[list[int]]:
    """Divide an intent's utterances by writer, or more finely where there are too few writers for the folds."""
    keys: tuple[Callable[[int], object], ...] = (
        lambda row: utterances[row].writer,
        lambda row: (utterances[row].writer, utterances[row].voice),
    )
    for key in keys:
        groups: defaultdict[object, list[int]] = defaultdict(list)
        for row in rows:
            groups[key(row)].append(row)
        if len(groups) >= folds:
            return list(groups.values())
    return [[row] for row in rows]


def fit_layers(texts: Sequence[str], labels: Floats, vectors: Floats, plan: Plan) -> Layers:
    """Fit the two linear layers.

    They are fitted apart and weighed afterwards, on utterances that neither has seen: fitted together, the vectors
    of a fine-tuned encoder would leave the n-grams nothing to learn.
    """
    learnt = features.learn(texts, plan.least_words, plan.least_letters)
    ngrams, ngram_bias = fit_linear(learnt.matrix(texts), labels, plan.ngram_strength)
    embedding, embedding_bias = fit_linear(vectors * np.float32(_EMBEDDING_SCALE), labels, plan.embedding_strength)
    return Layers(learnt, ngrams, ngram_bias, embedding * np.float32(_EMBEDDING_SCALE), embedding_bias)


def fit_linear(matrix: Any, labels: Floats, strength: float) -> tuple[Floats, Floats]:
    """Fit a multinomial logistic regression to shared labels.

    Parameters
    ----------
    matrix : array or sparse array of shape (texts, columns)
    labels : array of shape (texts, intents)
        Shares; a text with two labels is learnt twice, each time with its share as weight.
    strength
        Inverse regularisation.

    Returns
    -------
    (weights of shape (columns, intents), bias of shape (intents,))
    """
    from sklearn.linear_model import LogisticRegression

    rows, intents = np.nonzero(labels)
    # A looser tolerance loses up to three points; 1e-2 answered with one and the same intent.
    regression = LogisticRegression(C=strength, tol=1e-5, max_iter=1_000)
    regression.fit(matrix[rows], intents, sample_weight=labels[rows, intents])
    weights = np.zeros((matrix.shape[1], labels.shape[1]), dtype=np.float32)
    bias = np.full(labels.shape[1], -30.0, dtype=np.float32)
    # Of two intents scikit-learn keeps the difference only.
    sides = np.array([[-0.5], [0.5]]) if len(regression.classes_) == 2 else np.eye(len(regression.classes_))
    weights[:, regression.classes_] = (sides @ regression.coef_).T
    bias[regression.classes_] = sides @ regression.intercept_
    return weights, bias


class _Encoders:
    """Fine-tuned encoders and the vectors they give, one for each fold and one for all, kept on disk by content."""

    def __init__(self, cache: Path, task: Task, plan: Plan, say: Say) -> None:
        self._cache, self._task, self._plan, self._say = cache, task, plan, say
        self._vectors: dict[Path, Floats] = {}

    def folder(self, fold: int | None) -> Path:
        """Give the folder of the encoder that was fine-tuned without a fold, or on everything."""
        rows, recipe = self._task.learnt(fold), self._plan.recipe
        learnt = [[self._task.texts[i], self._task.labels[i].tolist()] for i in rows] if recipe.epochs else []
        folder = self._cache / _key([recipe.as_dict(), learnt, _versions(), EXPORTED])
        if not (folder / "tokenizer.json").exists():  # written last
            self._say(f"fine-tuning the encoder on {len(rows)} utterances ({_called(fold)})")
            texts = [self._task.texts[i] for i in rows]
            tuned = fine_tune(texts, self._task.labels[rows], recipe, self._plan.threads, self._say)
            export(tuned, folder)
        return folder

    def vectors(self, fold: int | None) -> Floats:
        """Give every utterance's vector by that encoder."""
        file = self.folder(fold) / f"vectors-{_key(list(self._task.texts))}.npy"
        if not file.exists():
            self._say(f"encoding the utterances ({_called(fold)})")
            np.save(file, Encoder.load(file.parent).encode_all(self._task.texts))
        if file not in self._vectors:
            self._vectors[file] = np.load(file, allow_pickle=False)
        return self._vectors[file]


def _called(fold: int | None) -> str:
    return "all" if fold is None else f"without fold {fold + 1}"


def _key(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class _Unseen:
    """What was found on utterances that the models behind it had not seen, and the layers that learnt from all."""

    layers: Layers
    weights: tuple[float, float]
    alone: Mapping[str, float]
    scope: Scope
    thresholds: Thresholds
    rows: Integers
    judged: tuple[Judged, ...]


def _try_unseen(task: Task, encoders: _Encoders, plan: Plan, say: Say) -> _Unseen:
    """Try each fold's models on the fold, and the final ones on the validation utterances; choose by these."""
    passes: list[int | None] = [*range(plan.folds), None]
    ngrams = np.zeros_like(task.labels)
    embedding = np.zeros_like(task.labels)
    for fold in passes:
        learnt, unseen, vectors = task.learnt(fold), task.unseen(fold), encoders.vectors(fold)
        say(f"fitting the linear layers ({_called(fold)})")
        layers = fit_layers([task.texts[i] for i in learnt], task.labels[learnt], vectors[learnt], plan)
        matrix = layers.features.matrix([task.texts[i] for i in unseen])
        ngrams[unseen], embedding[unseen] = layers.logits(matrix, vectors[unseen])
    rows = np.concatenate([task.unseen(fold) for fold in passes])
    if not len(rows):
        raise ModelError("Training needs utterances to choose thresholds on: folds, or files in intents/validation.")
    shares = _balance(task.folds[rows])
    weights = tuning.weigh(ngrams[rows], embedding[rows], task.labels[rows], shares)
    alone = {
        "n-grams alone": right_at_once(ngrams, task, rows),
        "embedding alone": right_at_once(embedding, task, rows),
        "both": right_at_once(weights[0] * ngrams + weights[1] * embedding, task, rows),
    }
    say("theme right at once, unseen: " + ", ".join(f"{name} {share:.1%}" for name, share in alone.items()))
    logits = weights[0] * ngrams + weights[1] * embedding
    observed = np.zeros((len(task.texts), len(SIGNALS)), dtype=np.float32)
    for fold in passes:
        memory = remember(task, encoders.vectors(fold), task.learnt(fold))
        unseen = task.unseen(fold)
        observed[unseen] = _signals(task, memory, encoders.vectors(fold), logits, unseen)
    say("choosing the thresholds")
    scope = tuning.fit_scope(observed[rows], task.hard[rows] == task.outside, shares)
    scores = np.array([scope.score(row) for row in observed[rows]])
    board = tuning.Board(logits[rows], scores, [task.utterances[i] for i in rows], task.catalogue, plan.costs, shares)
    thresholds = tuning.choose(board)
    return _Unseen(layers, weights, alone, scope, thresholds, rows, tuple(board.judged(thresholds)))


def right_at_once(logits: Floats, task: Task, rows: Integers) -> float:
    """Give the share of questions about themes whose likeliest intent is right."""
    ids, themes = task.catalogue.ids, set(task.catalogue.of_kind("theme"))
    outcomes = [
        ids[int(logits[row].argmax())] in task.utterances[row].accepted
        for row in rows
        if task.utterances[row].intent in themes
    ]
    return float(np.mean(outcomes)) if outcomes else 0.0


def _balance(folds: Integers) -> npt.NDArray[np.float64]:
    """Let the validation utterances weigh as much as all folds: few, but by a writer whom no model has read at all."""
    apart = folds == _KEPT_APART
    shares = np.ones(len(folds))
    if apart.any() and not apart.all():
        shares[apart] = (~apart).sum() / apart.sum()
    balanced: npt.NDArray[np.float64] = shares / shares.mean()
    return balanced


def remember(task: Task, vectors: Floats, rows: Integers) -> Memory:
    """Keep what is needed to find the nearest utterances among some rows."""
    hard = task.hard
    centroids = np.zeros((len(task.catalogue.ids), vectors.shape[1]), dtype=np.float32)
    for intent in range(len(centroids)):
        mean = vectors[rows][hard[rows] == intent].sum(axis=0)
        centroids[intent] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    known = {word for i in rows if hard[i] != task.outside for word in features.words(task.texts[i])}
    # The vectors are kept as int8; what is fitted here has to see them as they will be.
    kept = np.rint(vectors[rows] * VECTOR_STEPS).astype(np.float32) / np.float32(VECTOR_STEPS)
    return Memory(kept, hard[rows], tuple(task.utterances[i].text for i in rows), centroids, frozenset(known))


def _signals(task: Task, memory: Memory, vectors: Floats, logits: Floats, rows: Integers) -> Floats:
    observed = np.zeros((len(rows), len(SIGNALS)), dtype=np.float32)
    is_outside = memory.intents == task.outside
    for i, row in enumerate(rows):
        observed[i] = signals(
            task.texts[row],
            logits[row],
            memory.vectors @ vectors[row],
            memory.centroids @ vectors[row],
            is_outside,
            memory.known_words,
            task.outside,
        )
    return observed


def _save(folder: Path, learnt: Corpus, task: Task, vectors: Floats, unseen: _Unseen, plan: Plan) -> None:
    kept = task.learnt(None)
    taken_for = {
        int(row): (entry.best, entry.confidence) for row, entry in zip(unseen.rows, unseen.judged, strict=True)
    }
    save(
        folder,
        catalogue=learnt.catalogue,
        features=unseen.layers.features,
        head=unseen.layers.head(*unseen.weights),
        scope=unseen.scope,
        memory=remember(task, vectors, kept),
        thresholds=unseen.thresholds,
        unseen=[taken_for.get(int(row), ("", 0.0)) for row in kept],
        record={
            "corpus": learnt.fingerprint,
            "utterances": len(learnt.utterances),
            "plan": asdict(plan),
            "layers": {"ngrams": unseen.weights[0], "embedding": unseen.weights[1]},
            "layers_alone": dict(unseen.alone),
            "trained_with": _versions(),
        },
    )


def _versions() -> dict[str, str]:
    return {
        library: metadata.version(library)
        for library in ("numpy", "scikit-learn", "onnxruntime", "tokenizers", "torch", "transformers")
    }

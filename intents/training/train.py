"""Rebuilds the whole model from the utterances: encoder, n-grams, head, confidence, scope and thresholds.

The encoder is fine-tuned once on every utterance, for the model, and once without each fold, for everything that is
chosen: a head over the vectors of the very utterances that the encoder learnt from believes them too much, so
confidence, scope and thresholds are fitted on vectors of utterances that neither encoder nor head has seen.
"""

import multiprocessing
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from intents import corpus, features
from intents.corpus import Corpus
from intents.decisions import Thresholds
from intents.evaluation.metrics import Judged, Report, measure
from intents.model import MODEL_FOLDER, Memory, ModelError, Scope, round_vectors, save
from intents.scope import SIGNALS, signals
from intents.training import thresholds as tuning
from intents.training.dataset import KEPT_APART, Task, prepare, right_at_once
from intents.training.encoders import Encoders, Say, called, versions
from intents.training.layers import Layers, fit_layers
from intents.training.plan import Plan

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

_TOGETHER = 256  # utterances compared with the remembered ones at a time


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


def train(
    folder: Path = MODEL_FOLDER,
    *,
    utterances: Path = corpus.UTTERANCES,
    validation: Path = corpus.VALIDATION,
    plan: Plan | None = None,
    processors: int = 2,
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
    processors : int, default=2
        So many encoders are fine-tuned at a time.
    cache : Path, optional
        Where encoders and vectors are kept between runs; a change of utterances or recipe makes new ones.
    say : callable, default=print
        Told what is going on, in other processes as well: a function of a module, not of a function.

    Raises
    ------
    CorpusError
        When the utterances cannot be used.
    ModelError
        When the published encoder is missing, or there is one fold: it would leave nothing to learn from.
    """
    plan = plan or Plan()
    if plan.folds == 1:
        raise ModelError("One fold would leave nothing to learn from: train with 0, 2 or 3 folds.")
    learnt = corpus.load(utterances)
    task = prepare(learnt, corpus.load_held_out(learnt.catalogue, validation), plan)
    say(f"{len(learnt.utterances)} utterances of {len(learnt.catalogue.ids)} intents, {plan.folds} folds by writer")
    with tempfile.TemporaryDirectory() as scratch:
        threads = max(1, processors // (plan.folds + 1))
        encoders = Encoders(cache or Path(scratch), task, plan, say, threads)
        unseen = _try_unseen(encoders, processors)
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("encoder.onnx", "tokenizer.json"):
            (folder / name).write_bytes((encoders.folder(None) / name).read_bytes())
        _save(folder, learnt, task, encoders.vectors(None), unseen, plan)
    return Trained(unseen.judged, measure(unseen.judged, task.catalogue, plan.costs))


@dataclass(frozen=True, slots=True)
class _Learnt:
    """Layers that learnt from all but a fold, and what each says about the utterances it has not seen."""

    layers: Layers
    ngrams: Floats
    embedding: Floats


def _learn(encoders: Encoders, fold: int | None) -> _Learnt:
    import sklearn.linear_model  # noqa: F401 - only what is loaded can be limited
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)
    task, plan = encoders.task, encoders.plan
    vectors, rows, unseen = encoders.vectors(fold), task.learnt(fold), task.unseen(fold)
    encoders.say(f"fitting the linear layers ({called(fold)})")
    layers = fit_layers([task.texts[i] for i in rows], task.labels[rows], vectors[rows], plan)
    matrix = layers.features.matrix([task.texts[i] for i in unseen])
    return _Learnt(layers, *layers.logits(matrix, vectors[unseen]))


def _learn_all(encoders: Encoders, folds: Sequence[int | None], processors: int) -> list[_Learnt]:
    """Learn side by side, each on one processor: quicker than one after the other on all of them."""
    if not encoders.plan.recipe.epochs:
        encoders.vectors(None)  # as published, one encoder serves all: it is written once, before they need it
    try:
        with ProcessPoolExecutor(processors, mp_context=multiprocessing.get_context("spawn")) as pool:
            return list(pool.map(partial(_learn, encoders), folds))
    except BrokenProcessPool:
        raise ModelError(
            "A process of the training was ended from outside, mostly for want of memory; "
            "train again with `--processors 1`."
        ) from None


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


def _try_unseen(encoders: Encoders, processors: int) -> _Unseen:
    """Try each fold's models on the fold, and the final ones on the validation utterances; choose by these."""
    task, say = encoders.task, encoders.say
    # All of it first: that takes longest, so the processors are done at about the same time.
    folds: list[int | None] = [None, *range(encoders.plan.folds)]
    rows = np.concatenate([task.unseen(fold) for fold in folds])
    if not len(rows):
        raise ModelError("Training needs utterances to choose thresholds on: folds, or files in intents/validation.")
    ngrams = np.zeros_like(task.labels)
    embedding = np.zeros_like(task.labels)
    learnt = _learn_all(encoders, folds, processors)
    for fold, one in zip(folds, learnt, strict=True):
        unseen = task.unseen(fold)
        ngrams[unseen], embedding[unseen] = one.ngrams, one.embedding
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
    for fold in folds:
        memory = remember(task, encoders.vectors(fold), task.learnt(fold))
        unseen = task.unseen(fold)
        observed[unseen] = _signals(task, memory, encoders.vectors(fold), logits, unseen)
    say("choosing the thresholds")
    scope = tuning.fit_scope(observed[rows], task.hard[rows] == task.outside, shares)
    scores = np.array([scope.score(row) for row in observed[rows]])
    board = tuning.Board(
        logits[rows], scores, [task.utterances[i] for i in rows], task.catalogue, encoders.plan.costs, shares
    )
    thresholds = tuning.choose(board)
    return _Unseen(learnt[0].layers, weights, alone, scope, thresholds, rows, tuple(board.judged(thresholds)))


def _balance(folds: Integers) -> npt.NDArray[np.float64]:
    """Let the validation utterances weigh as much as all folds: few, but by writers whom no model has read at all."""
    apart = folds == KEPT_APART
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
    kept, scales = round_vectors(vectors[rows])  # what is fitted here has to see them as they will be
    return Memory(
        vectors=kept,
        intents=hard[rows],
        texts=tuple(task.utterances[i].text for i in rows),
        centroids=centroids,
        known_words=frozenset(known),
        vector_scales=scales,
    )


def _signals(task: Task, memory: Memory, vectors: Floats, logits: Floats, rows: Integers) -> Floats:
    observed = np.zeros((len(rows), len(SIGNALS)), dtype=np.float32)
    is_outside = memory.intents == task.outside
    for start in range(0, len(rows), _TOGETHER):
        some = rows[start : start + _TOGETHER]
        near, central = vectors[some] @ memory.vectors.T, vectors[some] @ memory.centroids.T
        for i, row in enumerate(some):
            observed[start + i] = signals(
                task.texts[row], logits[row], near[i], central[i], is_outside, memory.known_words, task.outside
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
        head=unseen.layers.head(*unseen.weights).in_eight_bits(),
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
            "trained_with": versions(),
        },
    )

"""Training of the whole model: encoder, n-grams, head, confidence, scope and thresholds.

The encoder is fine-tuned once on every utterance, for the model, and once without each fold, for everything that is
chosen: a head over the vectors of the very utterances that the encoder learnt from is over-sure of them, so
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

from intents import corpus, features
from intents.arrays import Doubles, Floats, Integers
from intents.corpus import Corpus
from intents.decisions import Thresholds
from intents.evaluation.metrics import Judgement, Report, compute_report
from intents.model import MODEL_FOLDER, Memory, ModelError, Scope, count_steps, round_vectors, save_model
from intents.neighbours import NEAREST
from intents.scope import SIGNALS, compute_signals
from intents.training.dataset import KEPT_APART, TrainingSet, build_training_set, compute_theme_accuracy
from intents.training.encoders import Encoders, Progress, describe_fold, read_versions
from intents.training.layers import Layers, fit_layers
from intents.training.plan import Plan
from intents.training.thresholds import CostTable, choose_thresholds, fit_scope, weigh_layers

_TOGETHER = 256  # utterances compared with the remembered ones at a time


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """Judgements and metrics of a training.

    Parameters
    ----------
    judged
        Every utterance as judged by a model that had not seen it.
    report
        Measured on these.
    """

    judged: tuple[Judgement, ...]
    report: Report


def train_model(
    folder: Path = MODEL_FOLDER,
    *,
    utterances: Path = corpus.UTTERANCES,
    validation: Path = corpus.VALIDATION,
    plan: Plan | None = None,
    processors: int = 2,
    cache: Path | None = None,
    report_progress: Progress = print,
) -> TrainingResult:
    """Train the model, write it into a folder, and return what was measured.

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
    report_progress : callable, default=print
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
    read_versions()  # raises at once where PyTorch is missing, before utterances are read and processes started
    learnt = corpus.load_corpus(utterances)
    data = build_training_set(learnt, corpus.load_held_out(learnt.catalogue, validation), plan)
    report_progress(
        f"{len(learnt.utterances)} utterances of {len(learnt.catalogue.ids)} intents, {plan.folds} folds by writer"
    )
    with tempfile.TemporaryDirectory() as scratch:
        threads = max(1, processors // (plan.folds + 1))
        encoders = Encoders(cache or Path(scratch), data, plan, report_progress, threads)
        unseen = _evaluate_unseen(encoders, processors)
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("encoder.onnx", "tokenizer.json"):
            (folder / name).write_bytes((encoders.build_folder(None) / name).read_bytes())
        _save_result(folder, learnt, data, encoders.compute_vectors(None), unseen, plan)
    return TrainingResult(unseen.judged, compute_report(unseen.judged, data.catalogue, plan.costs))


@dataclass(frozen=True, slots=True)
class _FoldResult:
    """Layers that learnt from all but one fold, and their logits for the utterances they have not seen."""

    layers: Layers
    ngrams: Floats
    embedding: Floats


def _learn_fold(encoders: Encoders, fold: int | None) -> _FoldResult:
    import sklearn.linear_model  # noqa: F401 - only what is loaded can be limited
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)
    data, plan = encoders.data, encoders.plan
    vectors, rows, unseen = encoders.compute_vectors(fold), data.list_learnt_rows(fold), data.list_unseen_rows(fold)
    encoders.report_progress(f"fitting the linear layers ({describe_fold(fold)})")
    layers = fit_layers([data.texts[i] for i in rows], data.labels[rows], vectors[rows], plan, data.weights[rows])
    matrix = layers.features.compute_matrix([data.texts[i] for i in unseen])
    return _FoldResult(layers, *layers.compute_logits(matrix, vectors[unseen]))


def _learn_folds(encoders: Encoders, folds: Sequence[int | None], processors: int) -> list[_FoldResult]:
    """Return the result of each fold, learnt side by side on one processor each, which is quicker."""
    if not encoders.plan.recipe.epochs:
        encoders.compute_vectors(None)  # as published, one encoder serves all: it is written once, before they need it
    try:
        with ProcessPoolExecutor(processors, mp_context=multiprocessing.get_context("spawn")) as pool:
            return list(pool.map(partial(_learn_fold, encoders), folds))
    except BrokenProcessPool:
        raise ModelError(
            "A process of the training was ended from outside, mostly for want of memory; "
            "train again with `--processors 1`."
        ) from None


@dataclass(frozen=True, slots=True)
class _UnseenResult:
    """Choices made on utterances that the models behind them had not seen, and the layers that learnt from all."""

    layers: Layers
    weights: tuple[float, float]
    alone: Mapping[str, float]
    scope: Scope
    thresholds: Thresholds
    rows: Integers
    judged: tuple[Judgement, ...]


def _evaluate_unseen(encoders: Encoders, processors: int) -> _UnseenResult:
    """Return what is chosen on unseen utterances: each fold by its models, validation by the final ones."""
    data, report_progress = encoders.data, encoders.report_progress
    # All of it first: that takes longest, so the processors are done at about the same time.
    folds: list[int | None] = [None, *range(encoders.plan.folds)]
    rows = np.concatenate([data.list_unseen_rows(fold) for fold in folds])
    if not len(rows):
        raise ModelError("Training needs utterances to choose thresholds on: folds, or files in intents/validation.")
    ngrams = np.zeros_like(data.labels)
    embedding = np.zeros_like(data.labels)
    learnt = _learn_folds(encoders, folds, processors)
    for fold, one in zip(folds, learnt, strict=True):
        unseen = data.list_unseen_rows(fold)
        ngrams[unseen], embedding[unseen] = one.ngrams, one.embedding
    shares = _balance_weights(data, rows)
    weights = weigh_layers(ngrams[rows], embedding[rows], data.labels[rows], shares)
    alone = {
        "n-grams alone": compute_theme_accuracy(ngrams, data, rows),
        "embedding alone": compute_theme_accuracy(embedding, data, rows),
        "both": compute_theme_accuracy(weights[0] * ngrams + weights[1] * embedding, data, rows),
    }
    report_progress("theme right at once, unseen: " + ", ".join(f"{name} {share:.1%}" for name, share in alone.items()))
    logits = weights[0] * ngrams + weights[1] * embedding
    observed = np.zeros((len(data.texts), len(SIGNALS)), dtype=np.float32)
    for fold in folds:
        memory = build_memory(data, encoders.compute_vectors(fold), data.list_learnt_rows(fold))
        unseen = data.list_unseen_rows(fold)
        observed[unseen] = _compute_signals(data, memory, encoders.compute_vectors(fold), logits, unseen)
    report_progress("choosing the thresholds")
    scope = fit_scope(observed[rows], data.intent_positions[rows] == data.out_of_scope_position, shares)
    scores = np.array([scope.score(row) for row in observed[rows]])
    board = CostTable(
        logits[rows], scores, [data.utterances[i] for i in rows], data.catalogue, encoders.plan.costs, shares
    )
    thresholds = choose_thresholds(board)
    return _UnseenResult(learnt[0].layers, weights, alone, scope, thresholds, rows, tuple(board.judge_all(thresholds)))


def _balance_weights(data: TrainingSet, rows: Integers) -> Doubles:
    """Return weights that let three groups count alike: the folds, writers who were given a theme, and real people.

    No model has read the last two at all, and the last alone wrote of what befell them.
    """
    apart = data.folds[rows] == KEPT_APART
    people = np.array([data.utterances[row].writer == corpus.PEOPLE for row in rows], dtype=np.bool_)
    shares = np.ones(len(rows))
    for group in (~apart, apart & ~people, apart & people):
        if group.any():
            shares[group] = len(rows) / group.sum()
    balanced: Doubles = shares / shares.mean()
    return balanced


def build_memory(data: TrainingSet, vectors: Floats, rows: Integers) -> Memory:
    """Return the memory of some rows: what is needed to find the nearest utterances."""
    hard = data.intent_positions
    centroids = np.zeros((len(data.catalogue.ids), vectors.shape[1]), dtype=np.float32)
    for intent in range(len(centroids)):
        mean = vectors[rows][hard[rows] == intent].sum(axis=0)
        centroids[intent] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    known = {
        word for i in rows if hard[i] != data.out_of_scope_position for word in features.split_words(data.texts[i])
    }
    kept, scales = round_vectors(vectors[rows])  # what is fitted here has to see them as they will be
    return Memory(
        steps=count_steps(kept, scales),
        intents=hard[rows],
        texts=tuple(data.utterances[i].text for i in rows),
        centroids=centroids,
        known_words=frozenset(known),
        vector_scales=scales,
    )


def _compute_signals(data: TrainingSet, memory: Memory, vectors: Floats, logits: Floats, rows: Integers) -> Floats:
    observed = np.zeros((len(rows), len(SIGNALS)), dtype=np.float32)
    is_outside, remembered = memory.intents == data.out_of_scope_position, memory.vectors.T
    for start in range(0, len(rows), _TOGETHER):
        some = rows[start : start + _TOGETHER]
        near, central = vectors[some] @ remembered, vectors[some] @ memory.centroids.T
        for i, row in enumerate(some):
            observed[start + i] = compute_signals(
                data.texts[row],
                logits[row],
                _find_largest(near[i][~is_outside]),
                _find_largest(near[i][is_outside]),
                central[i],
                memory.known_words,
                data.out_of_scope_position,
            )
    return observed


def _find_largest(cosines: Floats) -> Floats:
    most = min(NEAREST, len(cosines))
    return np.partition(cosines, -most)[-most:] if most else cosines


def _save_result(
    folder: Path, learnt: Corpus, data: TrainingSet, vectors: Floats, unseen: _UnseenResult, plan: Plan
) -> None:
    kept = data.list_learnt_rows(None)
    taken_for = {
        int(row): (entry.best, entry.confidence) for row, entry in zip(unseen.rows, unseen.judged, strict=True)
    }
    save_model(
        folder,
        catalogue=learnt.catalogue,
        features=unseen.layers.features,
        head=unseen.layers.combine(*unseen.weights).in_eight_bits(),
        scope=unseen.scope,
        memory=build_memory(data, vectors, kept),
        thresholds=unseen.thresholds,
        unseen=[taken_for.get(int(row), ("", 0.0)) for row in kept],
        record={
            "corpus": learnt.fingerprint,
            "utterances": len(learnt.utterances),
            "plan": asdict(plan),
            "layers": {"ngrams": unseen.weights[0], "embedding": unseen.weights[1]},
            "layers_alone": dict(unseen.alone),
            "trained_with": read_versions(),
        },
    )

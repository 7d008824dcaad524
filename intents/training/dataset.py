"""The training set: texts, labels, and the fold in which each utterance is left out."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from intents.arrays import Floats, Integers
from intents.catalogue import OUT_OF_SCOPE, Catalogue
from intents.corpus import Corpus, Utterance
from intents.encoder import MAX_CHARACTERS
from intents.normalisation import normalise_for_model, shorten_text
from intents.training.plan import Plan

KEPT_APART = -1  # the fold of the validation utterances: no model learns from them
LATE = -3  # the fold of writers who came when the encoder had been fine-tuned: the linear layers alone learn from them


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Utterances with their texts, labels and folds.

    Parameters
    ----------
    catalogue
        Gives the intents their positions.
    utterances, texts
        As written, and as the model reads them.
    labels : array of shape (utterances, intents)
        Shares; rows sum to one.
    folds : array of shape (utterances,)
        In which fold each is left out; -1 for those that no model learns from, -3 for those that no encoder does.
    weights : array of shape (utterances,)
        How much each counts in what is learnt.
    """

    catalogue: Catalogue
    utterances: Sequence[Utterance]
    texts: Sequence[str]
    labels: Floats
    folds: Integers
    weights: Floats

    @property
    def out_of_scope_position(self) -> int:
        """Position of out-of-scope among the intents."""
        return self.catalogue.ids.index(OUT_OF_SCOPE)

    @property
    def intent_positions(self) -> Integers:
        """Position of each utterance's own intent, of shape (utterances,)."""
        index = {name: i for i, name in enumerate(self.catalogue.ids)}
        return np.array([index[utterance.intent] for utterance in self.utterances], dtype=np.int64)

    def list_learnt_rows(self, without: int | None) -> Integers:
        """Return the rows that a model learns from without one fold; without None, from all folds."""
        return np.flatnonzero((self.folds != KEPT_APART) & (self.folds != (-2 if without is None else without)))

    def list_encoder_rows(self, without: int | None) -> Integers:
        """Return the rows that an encoder is fine-tuned on without one fold; without None, on all folds."""
        rows = self.list_learnt_rows(without)
        tuned: Integers = rows[self.folds[rows] != LATE]
        return tuned

    def list_unseen_rows(self, without: int | None) -> Integers:
        """Return the rows that the model without this fold has not learnt from."""
        return np.flatnonzero(self.folds == (KEPT_APART if without is None else without))


def build_training_set(learnt: Corpus, validation: Sequence[Utterance], plan: Plan) -> TrainingSet:
    """Return texts, labels and folds of utterances; what is nothing but mark-up is left out."""
    ids = learnt.catalogue.ids
    trained = [utterance for utterance in learnt.utterances if normalise_for_model(utterance.text)]
    apart = [utterance for utterance in validation if normalise_for_model(utterance.text)]
    kept = [*trained, *apart]
    labels = np.zeros((len(kept), len(ids)), dtype=np.float32)
    for row, utterance in enumerate(kept):
        labels[row, ids.index(utterance.intent)] = 1.0 - (plan.also_share if utterance.also else 0.0)
        for other in utterance.also:
            labels[row, ids.index(other)] += plan.also_share / len(utterance.also)
    late = np.array([utterance.writer in plan.late for utterance in kept], dtype=np.bool_)
    folds = np.full(len(kept), KEPT_APART, dtype=np.int64)
    folds[late] = LATE
    in_folds = np.flatnonzero(~late[: len(trained)])
    folds[in_folds] = assign_folds([trained[row] for row in in_folds], plan.folds or 1)
    weights = np.array([plan.lifelike_weight if u.writer in plan.lifelike else 1.0 for u in kept], dtype=np.float32)
    weights /= weights[~late].mean()  # so that the strengths mean the same whatever the weight
    return TrainingSet(learnt.catalogue, kept, [read_whole(u.text) for u in kept], labels, folds, weights)


def read_whole(text: str) -> str:
    """Return a message as the encoder reads it whole: of a long one, head and tail."""
    return shorten_text(normalise_for_model(text), MAX_CHARACTERS)


def assign_folds(utterances: Sequence[Utterance], folds: int) -> Integers:
    """Return a fold for each utterance, so that each fold measures writers whom the model has not read.

    An intent whose writers are fewer than the folds is divided by writer and voice, and by line where even these
    are too few. The largest group goes to the emptiest fold, so folds are about equal for each intent.
    """
    assigned = np.zeros(len(utterances), dtype=np.int64)
    by_intent: defaultdict[str, list[int]] = defaultdict(list)
    for row, utterance in enumerate(utterances):
        by_intent[utterance.intent].append(row)
    for rows in by_intent.values():
        filled = [0] * folds
        for group in sorted(_group_rows(utterances, rows, folds), key=lambda group: (-len(group), group[0])):
            emptiest = filled.index(min(filled))
            assigned[group] = emptiest
            filled[emptiest] += len(group)
    return assigned


def _group_rows(utterances: Sequence[Utterance], rows: Sequence[int], folds: int) -> list[list[int]]:
    """Return an intent's rows grouped by writer, or more finely where writers are fewer than folds."""
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


def compute_theme_accuracy(logits: Floats, data: TrainingSet, rows: Integers) -> float:
    """Return the share of questions about themes whose likeliest intent is right."""
    ids, themes = data.catalogue.ids, set(data.catalogue.list_ids("theme"))
    outcomes = [
        ids[int(logits[row].argmax())] in data.utterances[row].accepted
        for row in rows
        if data.utterances[row].intent in themes
    ]
    return float(np.mean(outcomes)) if outcomes else 0.0

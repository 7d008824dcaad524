"""Choices made on unseen utterances: the layers' weights, the scope's weights and the thresholds."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from intents.arrays import Doubles, Floats, Integers
from intents.catalogue import Catalogue
from intents.corpus import Utterance
from intents.decisions import Costs, Decision, Thresholds
from intents.evaluation.metrics import Judgement, compute_cost
from intents.model import Scope

_GRIDS: dict[str, tuple[float, ...]] = {
    "handover": tuple(np.round(np.arange(0.04, 0.72, 0.02), 2).tolist()),
    "out_of_scope": tuple(np.round(np.arange(0.2, 0.96, 0.02), 2).tolist()),
    "conversation": tuple(np.round(np.arange(0.2, 0.82, 0.04), 2).tolist()),
    "answer": tuple(np.round(np.arange(0.2, 0.92, 0.02), 2).tolist()),
}
_ROUNDS = 4


def weigh_layers(ngrams: Floats, embedding: Floats, labels: Floats, shares: Doubles) -> tuple[float, float]:
    """Return the weights of the two layers at which the softmax of their sum is the confidence.

    One search finds the temperature as well, since a temperature would divide both weights.

    Parameters
    ----------
    ngrams, embedding : arrays of shape (utterances, intents)
        What layers say that have not seen the utterance.
    labels : array of shape (utterances, intents)
        Shares.
    shares : array of shape (utterances,)
        How much each utterance counts.
    """
    from scipy.optimize import minimize

    def loss(logs: Doubles) -> float:
        first, second = np.exp(logs)
        logits = first * ngrams + second * embedding
        total = np.logaddexp.reduce(logits, axis=1)
        return float(np.average(total - (labels * logits).sum(axis=1), weights=shares))

    found = minimize(loss, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-6})
    first, second = np.exp(found.x)
    return round(float(first), 4), round(float(second), 4)


def fit_scope(observed: Floats, outside: npt.NDArray[np.bool_], shares: Doubles) -> Scope:
    """Return the logistic function that weighs the signals of being out of scope.

    Parameters
    ----------
    observed : array of shape (utterances, signals)
        Of utterances that nothing behind the signals has seen.
    outside : array of shape (utterances,)
        Whether each is out of scope.
    shares : array of shape (utterances,)
        How much each utterance counts.
    """
    from sklearn.linear_model import LogisticRegression

    means, scales = observed.mean(axis=0), np.maximum(observed.std(axis=0), 1e-6)
    standard = (observed - means) / scales
    if outside.all() or not outside.any():  # a corpus of one kind only, as in a test
        return Scope(np.zeros(observed.shape[1], dtype=np.float32), means, scales, 30.0 if outside.all() else -30.0)
    regression = LogisticRegression(tol=1e-5, max_iter=1_000).fit(standard, outside, sample_weight=shares)
    return Scope(regression.coef_[0].astype(np.float32), means, scales, float(regression.intercept_[0]))


def choose_thresholds(board: "CostTable") -> Thresholds:
    """Return the thresholds of least cost, chosen one after the other until none moves.

    Among equally cheap values the middle one is taken, as the least likely to be an accident of these utterances.
    """
    thresholds = Thresholds()
    for _ in range(_ROUNDS):
        before = thresholds
        for name, grid in _GRIDS.items():
            totals = np.array([board.compute_mean_cost(replace(thresholds, **{name: value})) for value in grid])
            cheapest = np.flatnonzero(totals <= totals.min() + 1e-9)
            thresholds = replace(thresholds, **{name: grid[int(cheapest[len(cheapest) // 2])]})
        if thresholds == before:
            break
    return thresholds


class CostTable:
    """The cost of every decision about each utterance, so that trying thresholds is a look-up."""

    _DECISIONS: tuple[Decision, ...] = ("answer", "clarify", "conversation", "handover", "out-of-scope")

    def __init__(
        self,
        logits: Floats,
        scores: Doubles,
        utterances: Sequence[Utterance],
        catalogue: Catalogue,
        costs: Costs,
        weights: Doubles | None = None,
    ) -> None:
        self._ids, self._utterances, self._scores = catalogue.ids, utterances, scores
        self._weights = weights
        kinds = {intent.id: intent.kind for intent in catalogue.intents.values()}
        self._of_kind = {
            kind: np.array([i for i, name in enumerate(self._ids) if kinds[name] == kind], dtype=np.int64)
            for kind in ("theme", "conversation", "handover", "out-of-scope")
        }
        powers = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
        self._shares = powers / powers.sum(axis=1, keepdims=True)
        self._costs = np.array(
            [
                [compute_cost(self._judge_row(row, decision), kinds, costs) for decision in self._DECISIONS]
                for row in range(len(utterances))
            ]
        )
        self._grave = self._shares[:, self._of_kind["handover"]].sum(axis=1)
        self._theme = self._shares[:, self._of_kind["theme"]].max(axis=1, initial=0.0)
        self._talk = self._shares[:, self._of_kind["conversation"]].max(axis=1, initial=0.0)
        self._outside = self._shares[:, self._of_kind["out-of-scope"]].max(axis=1, initial=0.0)

    def decide_all(self, thresholds: Thresholds) -> list[Decision]:
        """Return the decision about each utterance, as `decisions.choose_decision` makes it."""
        return [self._DECISIONS[i] for i in self._choose_decisions(thresholds)]

    def compute_mean_cost(self, thresholds: Thresholds) -> float:
        """Return the mean cost of an utterance, in clarifying questions."""
        spent = self._costs[np.arange(len(self._costs)), self._choose_decisions(thresholds)]
        return float(np.average(spent, weights=self._weights))

    def judge_all(self, thresholds: Thresholds) -> list[Judgement]:
        """Return the judgement of each utterance."""
        return [self._judge_row(row, decision) for row, decision in enumerate(self.decide_all(thresholds))]

    def _judge_row(self, row: int, decision: Decision) -> Judgement:
        """Return one utterance as judged under a decision."""
        shares = self._shares[row]
        themes = self._of_kind["theme"]
        best_themes = themes[np.argsort(-shares[themes], kind="stable")][:3]
        acting = self._of_kind[{"answer": "theme", "clarify": "theme"}.get(decision, decision)]
        best = int(shares.argmax())
        return Judgement(
            self._utterances[row],
            decision,
            self._ids[acting[shares[acting].argmax()]] if len(acting) else self._ids[best],
            tuple(self._ids[i] for i in best_themes),
            self._ids[best],
            float(shares[best]),
            float(shares[best_themes[0]]) if len(best_themes) else 0.0,
        )

    def _choose_decisions(self, thresholds: Thresholds) -> Integers:
        talks = (self._talk >= self._theme) & (self._talk >= self._outside) & (self._talk >= thresholds.conversation)
        choice = np.where(self._theme >= thresholds.answer, 0, 1)
        refused = (self._outside > self._theme) & (self._outside > self._talk)
        choice = np.where(refused | (self._scores >= thresholds.out_of_scope), 4, choice)
        choice = np.where(talks, 2, choice)
        return np.where(self._grave >= thresholds.handover, 3, choice)

"""Settling of care: weights of gravity, and the thresholds that cost least, on messages that no model learnt from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from intents import corpus
from intents.arrays import Doubles
from intents.care_rules import CareCosts, read_care
from intents.classifier import Classifier
from intents.gravity import SIGNALS
from intents.normalisation import normalise_lines
from intents.readings import Readings

_GRID = np.round(np.arange(0.02, 1.0, 0.02), 2)
_SHOWN = (0.06, 0.1, 0.14, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.94, 0.98)


@dataclass(frozen=True, slots=True)
class _Group:
    """Messages of one kind.

    Parameters
    ----------
    name, share
        What they are, and the share of a day's messages that they stand for.
    signals : array of shape (messages, signals)
    caught : array of shape (messages,)
        Whether the net has a phrase for it.
    is_crisis
        Whether people have to be named.
    """

    name: str
    share: float
    signals: Doubles
    caught: npt.NDArray[np.bool_]
    is_crisis: bool = False


def settle_care(
    classifier: Classifier, crises: Sequence[str], near_misses: Sequence[str], change: Sequence[str]
) -> str:
    """Return the weights that fit best, the curve of costs, and the thresholds at its lowest point.

    Weights are fitted as if the net had no phrase for anything; on the curve, what the net catches is caught whatever
    the threshold. The utterances of the validation writers stand beside the messages that are given.

    Parameters
    ----------
    classifier
        With the model in use.
    crises, near_misses, change
        Messages of the part that is for settling.
    """
    rules = read_care()
    groups = _build_groups(classifier, crises, near_misses, change, rules["shares"])
    weights, bias = _fit_weights(groups)
    lines = ["weights that fit best:", f"  bias: {bias:.2f}"]
    lines += [f"  {name}: {weight:.2f}" for name, weight in zip(SIGNALS, weights, strict=True)]
    in_use = np.array([rules["gravity"][name] for name in SIGNALS])
    for title, some, base in (("in use", in_use, rules["gravity"]["bias"]), ("fitted", weights, bias)):
        lines += ["", f"with the weights {title}:", *_draw_curve(groups, some, base, CareCosts(**rules["costs"]))]
    return "\n".join(lines)


def _build_groups(
    classifier: Classifier,
    crises: Sequence[str],
    near_misses: Sequence[str],
    change: Sequence[str],
    shares: Mapping[str, float],
) -> list[_Group]:
    catalogue = classifier.model.catalogue
    handovers = frozenset(catalogue.list_ids("handover"))
    apart = corpus.load_held_out(catalogue, corpus.VALIDATION)
    grave = [one.text for one in apart if one.intent in handovers]
    rest = [one.text for one in apart if not one.accepted & handovers]
    return [
        _build_group(classifier, "crises", shares["crises"], [*crises, *grave], is_crisis=True),
        _build_group(classifier, "near-misses", shares["near_misses"], near_misses),
        _build_group(classifier, "change questions", shares["change"], [*change, *rest]),
    ]


def _build_group(
    classifier: Classifier, name: str, share: float, texts: Sequence[str], *, is_crisis: bool = False
) -> _Group:
    rows, caught = [], []
    for text in texts:
        signals, is_caught = classifier.triage.measure(normalise_lines(text), Readings(classifier.model))
        rows.append([signals[signal] for signal in SIGNALS])
        caught.append(is_caught)
    return _Group(name, share, np.array(rows, dtype=np.float64), np.array(caught), is_crisis)


def _fit_weights(groups: Sequence[_Group]) -> tuple[Doubles, float]:
    """Return weights and bias; crises, near-misses and change questions count alike as groups, near-misses twice."""
    from sklearn.linear_model import LogisticRegression

    rows = np.concatenate([group.signals for group in groups])
    grave = np.concatenate([np.full(len(group.signals), group.is_crisis) for group in groups])
    counts = {"crises": 2.0, "near-misses": 1.5, "change questions": 0.5}
    weights = np.concatenate([np.full(len(g.signals), 500.0 * counts[g.name] / len(g.signals)) for g in groups])
    fitted = LogisticRegression(C=1.0, max_iter=2_000).fit(rows, grave, sample_weight=weights)
    return fitted.coef_[0], float(fitted.intercept_[0])


def _draw_curve(groups: Sequence[_Group], weights: Doubles, bias: float, costs: CareCosts) -> list[str]:
    gravity = {
        group.name: np.where(group.caught, 1.0, 1.0 / (1.0 + np.exp(-bias - group.signals @ weights)))
        for group in groups
    }
    reach = {name: [(values >= limit).mean() for limit in _GRID] for name, values in gravity.items()}
    lines = ["from      " + "  ".join(f"{group.name:>16}" for group in groups) + "   cost as perhaps   as danger"]
    as_perhaps = np.array([_cost_perhaps(groups, reach, i, costs) for i in range(len(_GRID))])
    as_danger = np.array([_cost_danger(groups, reach, i, costs) for i in range(len(_GRID))])
    for i, limit in enumerate(_GRID):
        if limit in _SHOWN:
            shares = "  ".join(f"{reach[group.name][i]:16.1%}" for group in groups)
            lines.append(f"{limit:4.2f}      {shares}   {as_perhaps[i]:15.3f}   {as_danger[i]:9.3f}")
    lines.append(f"least: perhaps from {_GRID[as_perhaps.argmin()]}, danger from {_GRID[as_danger.argmin()]}")
    return lines


def _cost_perhaps(groups: Sequence[_Group], reach: Mapping[str, Sequence[float]], i: int, costs: CareCosts) -> float:
    """Return the mean cost of a message if all from this gravity on were perhaps."""
    return _sum_costs(groups, reach, i, costs.missed, costs.needless_support)


def _cost_danger(groups: Sequence[_Group], reach: Mapping[str, Sequence[float]], i: int, costs: CareCosts) -> float:
    """Return the mean cost of a message if all from this gravity on were danger, and found as perhaps below it."""
    return _sum_costs(groups, reach, i, costs.milder, costs.needless_card)


def _sum_costs(
    groups: Sequence[_Group], reach: Mapping[str, Sequence[float]], i: int, short: float, needless: float
) -> float:
    shares = ((group, reach[group.name][i]) for group in groups)
    return sum(group.share * (short * (1 - share) if group.is_crisis else needless * share) for group, share in shares)

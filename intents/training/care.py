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
_UNFITTED = "length"  # of messages: crises of the settling part are short, and real people's trouble is long
_ONE_SENTENCE = 20  # words of a handover that would stand among others as one sentence
_SEVERAL = 18  # words of a message that has parts
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
    messages, count
        Where the signals are of parts: the message of each, and the number of messages.
    """

    name: str
    share: float
    signals: Doubles
    caught: npt.NDArray[np.bool_]
    is_crisis: bool = False
    messages: npt.NDArray[np.int64] | None = None
    count: int = 0

    def reach(self, gravity: Doubles, limit: float) -> float:
        """Return the share of messages of which one part is at least so grave."""
        over = (gravity >= limit) | self.caught
        return float(over.mean()) if self.messages is None else len(set(self.messages[over].tolist())) / self.count


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
    costs, lines = CareCosts(**rules["costs"]), []
    whole = _build_groups(classifier, crises, near_misses, change, rules["shares"])
    parts = _build_part_groups(classifier, crises, near_misses, rules["shares"])
    for title, groups, in_use in (("messages", whole, rules["gravity"]), ("parts of messages", parts, rules["parts"])):
        weights, bias = _fit_weights(groups)
        lines += [f"{title}: weights that fit best", f"  bias: {bias:.2f}"]
        lines += [f"  {name}: {weight:.2f}" for name, weight in zip(SIGNALS, weights, strict=True)]
        used = np.array([in_use[name] for name in SIGNALS])
        lines += ["", f"{title}, with the weights in use:", *_draw_curve(groups, used, in_use["bias"], costs)]
        lines += ["", f"{title}, with the weights fitted:", *_draw_curve(groups, weights, bias, costs), ""]
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
    rest = [one.text for one in apart if not one.accepted & handovers and one.writer != corpus.PEOPLE]
    people = [one.text for one in apart if not one.accepted & handovers and one.writer == corpus.PEOPLE]
    return [
        _build_group(classifier, "crises", shares["crises"], [*crises, *grave], is_crisis=True),
        _build_group(classifier, "near-misses", shares["near_misses"], near_misses),
        _build_group(classifier, "change questions", shares["change"], [*change, *rest]),
        _build_group(classifier, "real people", shares["people"], people),
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


def _build_part_groups(
    classifier: Classifier, crises: Sequence[str], near_misses: Sequence[str], shares: Mapping[str, float]
) -> list[_Group]:
    """Return handovers of one sentence, as they would stand among others, and the parts of messages of several."""
    catalogue = classifier.model.catalogue
    handovers = frozenset(catalogue.list_ids("handover"))
    apart = corpus.load_held_out(catalogue, corpus.VALIDATION)
    grave = [one.text for one in apart if one.intent in handovers and len(one.text.split()) <= _ONE_SENTENCE]
    others = [one for one in apart if one.intent not in handovers and not one.accepted & handovers]
    long = [one for one in others if len(one.text.split()) >= _SEVERAL]
    change = _build_parts(classifier, "change questions", shares["change"], [one.text for one in long])
    lifelike = [one.text for one in long if one.writer == corpus.PEOPLE]
    return [
        _build_group(classifier, "crises", shares["crises"], [*crises, *grave], is_crisis=True),
        _build_group(classifier, "near-misses", shares["near_misses"], near_misses),
        change,
        _build_parts(classifier, "real people", shares["people"], lifelike),
    ]


def _build_parts(classifier: Classifier, name: str, share: float, texts: Sequence[str]) -> _Group:
    rows, numbers = [], []
    for number, text in enumerate(texts):
        for signals in classifier.triage.measure_parts(normalise_lines(text), Readings(classifier.model)):
            rows.append([signals[signal] for signal in SIGNALS])
            numbers.append(number)
    nobody = np.zeros(len(rows), dtype=np.bool_)
    return _Group(
        name, share, np.array(rows).reshape(-1, len(SIGNALS)), nobody, messages=np.array(numbers), count=len(texts)
    )


def _fit_weights(groups: Sequence[_Group]) -> tuple[Doubles, float]:
    """Return weights and bias; crises, near-misses and change questions count alike as groups, near-misses twice."""
    from sklearn.linear_model import LogisticRegression

    rows = np.concatenate([group.signals for group in groups])
    grave = np.concatenate([np.full(len(group.signals), group.is_crisis) for group in groups])
    apart = 1.5 if groups[-1].count else 0.5
    counts = {"crises": 2.0, "near-misses": 1.5, "change questions": apart, "real people": apart}
    if not groups[-1].count:
        rows[:, SIGNALS.index(_UNFITTED)] = 0.0
    weights = np.concatenate([np.full(len(g.signals), 500.0 * counts[g.name] / max(1, len(g.signals))) for g in groups])
    fitted = LogisticRegression(C=1.0, max_iter=2_000).fit(rows, grave, sample_weight=weights)
    return fitted.coef_[0], float(fitted.intercept_[0])


def _draw_curve(groups: Sequence[_Group], weights: Doubles, bias: float, costs: CareCosts) -> list[str]:
    gravity = {group.name: 1.0 / (1.0 + np.exp(-bias - group.signals @ weights)) for group in groups}
    reach = {group.name: [group.reach(gravity[group.name], limit) for limit in _GRID] for group in groups}
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

"""Metrics of a classifier, on utterances that it was not trained on."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from intents.arrays import Doubles
from intents.care import NO_CARE, Care
from intents.catalogue import OUT_OF_SCOPE, Catalogue, Kind
from intents.corpus import Utterance
from intents.decisions import Costs, Decision

if TYPE_CHECKING:
    from intents.classifier import Classifier

_RESAMPLES = 2_000
_BINS = 10


@dataclass(frozen=True, slots=True)
class Judgement:
    """An utterance, and what the classifier made of it.

    Parameters
    ----------
    utterance
        With the intents that count as right.
    decision
        What would be done.
    acted_upon
        The intent that the decision acts upon; for `clarify` the likeliest.
    themes
        The likeliest themes, of which the bot asks.
    best, confidence
        The likeliest intent, whatever is decided, and how sure we were of it.
    theme_confidence
        Of the likeliest theme: what the threshold for answering is held against.
    care
        That the message was given.
    """

    utterance: Utterance
    decision: Decision
    acted_upon: str
    themes: tuple[str, ...]
    best: str
    confidence: float
    theme_confidence: float = 0.0
    care: Care = NO_CARE

    @property
    def is_handed_over(self) -> bool:
        """Whether people are named before anything else: the full card, or support with the question back below."""
        return self.decision == "handover" or self.care.band == "perhaps"

    @property
    def people(self) -> str | None:
        """The topic of the people who are named first; None where none are."""
        if not self.is_handed_over:
            return None
        return self.acted_upon if self.decision == "handover" else self.care.topic

    @property
    def right(self) -> bool:
        """Whether the likeliest intent counts as right."""
        return self.best in self.utterance.accepted


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share with its 95 % bootstrap interval and the number of utterances behind it."""

    value: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{self.value:.1%} ({self.low:.1%} to {self.high:.1%}, n = {self.count})" if self.count else "none"


class Confusion(NamedTuple):
    """Number of times that utterances of one intent were taken for another."""

    meant: str
    taken_for: str
    times: int


class ReliabilityBin(NamedTuple):
    """One of ten equal ranges of confidence: its share of all, its mean confidence and its share right, each 0 to 1."""

    share: float
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Report:
    """Every metric of one evaluation.

    Parameters
    ----------
    figures
        By what they say.
    calibration_error
        Expected calibration error of the confidence.
    by_voice
        Share of themes right at once.
    by_intent
        Share right, whatever the kind.
    confusions
        Most frequent first.
    cost
        Mean cost of an utterance, in clarifying questions.
    """

    figures: Mapping[str, Estimate]
    calibration_error: float
    by_voice: Mapping[str, Estimate]
    by_intent: Mapping[str, Estimate]
    confusions: Sequence[Confusion]
    cost: float


def judge_utterances(classifier: "Classifier", utterances: Iterable[Utterance]) -> list[Judgement]:
    """Return the judgement of each utterance, classified as the bot classifies it."""
    judged = []
    for utterance in utterances:
        found = classifier.classify(utterance.text)
        best = found.intents[0]
        judged.append(
            Judgement(
                utterance,
                found.decision,
                best.id,
                tuple(theme.id for theme in found.themes),
                best.id,
                best.confidence,
                found.themes[0].confidence,
                found.care,
            )
        )
    return judged


def compute_report(
    judged: Sequence[Judgement], catalogue: Catalogue, costs: Costs | None = None, seed: int = 20
) -> Report:
    """Return every metric of these judgements.

    Parameters
    ----------
    judged
        Utterances that the model was not trained on.
    catalogue
        Tells each intent's kind.
    costs : Costs, optional
        For the mean cost.
    seed : int, default=20
        Of the bootstrap.
    """
    kinds: dict[str, Kind] = {intent.id: intent.kind for intent in catalogue.intents.values()}
    chance = np.random.default_rng(seed)
    costs = costs or Costs()
    return Report(
        figures={name: _estimate_share(outcomes, chance) for name, outcomes in _list_outcomes(judged, kinds).items()},
        calibration_error=compute_calibration_error(
            np.array([entry.confidence for entry in judged]), np.array([entry.right for entry in judged])
        ),
        by_voice=_estimate_groups(judged, kinds, lambda u: u.voice, chance),
        by_intent=_estimate_groups(judged, None, lambda u: u.intent, chance),
        confusions=_count_confusions(judged),
        cost=float(np.mean([compute_cost(entry, kinds, costs) for entry in judged])) if judged else 0.0,
    )


def compute_cost(entry: Judgement, kinds: Mapping[str, Kind], costs: Costs) -> float:
    """Return the cost of one decision, in clarifying questions."""
    accepted = entry.utterance.accepted
    true_kinds = {kinds[intent] for intent in accepted}
    if kinds[entry.utterance.intent] == "handover":
        return _compute_handover_cost(entry, accepted, costs)
    match entry.decision:
        case "handover":
            return 0.0 if "handover" in true_kinds else costs.needless_handover
        case "clarify":
            if kinds[entry.utterance.intent] == OUT_OF_SCOPE:
                return costs.clarified_out_of_scope
            return costs.clarify if accepted & set(entry.themes) else costs.clarify_in_vain
        case "out-of-scope":
            return 0.0 if OUT_OF_SCOPE in accepted else costs.refused
        case "conversation":
            return 0.0 if entry.acted_upon in accepted else costs.wrong_conversation
        case _:
            if entry.acted_upon in accepted:
                return 0.0
            is_outside = kinds[entry.utterance.intent] == OUT_OF_SCOPE
            return costs.answered_out_of_scope if is_outside else costs.wrong_lesson


def _compute_handover_cost(entry: Judgement, accepted: frozenset[str], costs: Costs) -> float:
    if entry.decision == "handover":
        return 0.0 if entry.acted_upon in accepted else costs.wrong_handover
    if entry.is_handed_over:  # support first, and a question back that is not needed
        return costs.clarify if entry.people in accepted else costs.wrong_handover
    if entry.acted_upon in accepted:  # also: says that another answer would be as good
        return 0.0
    return costs.clarified_handover if entry.decision == "clarify" else costs.missed_handover


def compute_calibration_error(confidence: Doubles, right: npt.NDArray[np.bool_]) -> float:
    """Return the expected calibration error, over ten bins: mean distance of confidence from share right."""
    return sum(share * abs(sure - good) for share, sure, good in bin_reliability(confidence, right))


def bin_reliability(confidence: Doubles, right: npt.NDArray[np.bool_]) -> list[ReliabilityBin]:
    """Return the bins of confidence that are not empty, lowest first."""
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    return [
        ReliabilityBin(float(np.mean(bins == i)), float(confidence[bins == i].mean()), float(right[bins == i].mean()))
        for i in range(_BINS)
        if (bins == i).any()
    ]


def _list_outcomes(judged: Sequence[Judgement], kinds: Mapping[str, Kind]) -> dict[str, list[bool]]:
    of_kind: defaultdict[str, list[Judgement]] = defaultdict(list)
    for entry in judged:
        of_kind[kinds[entry.utterance.intent]].append(entry)
    themes, talk = of_kind["theme"], of_kind["conversation"]
    handovers, outside = of_kind["handover"], of_kind["out-of-scope"]
    acceptable = [entry for entry in judged if all(kinds[name] != "handover" for name in entry.utterance.accepted)]
    return {
        "theme right at once": [entry.best in entry.utterance.accepted for entry in themes],
        "theme within three": [bool(entry.utterance.accepted & set(entry.themes[:3])) for entry in themes],
        "theme answered outright": [entry.decision == "answer" for entry in themes],
        "theme answered outright and wrong": [
            entry.decision == "answer" and entry.acted_upon not in entry.utterance.accepted for entry in themes
        ],
        "theme asked back": [entry.decision == "clarify" for entry in themes],
        "theme refused": [entry.decision == "out-of-scope" for entry in themes],
        "conversation right": [
            entry.decision == "conversation" and entry.acted_upon in entry.utterance.accepted for entry in talk
        ],
        "handover found": [entry.is_handed_over for entry in handovers],
        "handover found, with the full card": [entry.decision == "handover" for entry in handovers],
        "handover to the right people": [entry.people in entry.utterance.accepted for entry in handovers],
        "handover false alarm": [entry.decision == "handover" for entry in acceptable],
        "support without need": [entry.care.band == "perhaps" for entry in acceptable],
        "out of scope refused": [entry.decision == "out-of-scope" for entry in outside],
        "real question refused": [entry.decision == "out-of-scope" for entry in (*themes, *talk)],
        "all right": [entry.right for entry in judged],
    }


def _estimate_share(outcomes: Sequence[bool], chance: np.random.Generator) -> Estimate:
    """Return a share with its bootstrap interval: to resample zeros and ones is to draw from a binomial."""
    count = len(outcomes)
    if not count:
        return Estimate(0.0, 0.0, 0.0, 0)
    share = sum(outcomes) / count
    low, high = np.quantile(chance.binomial(count, share, _RESAMPLES) / count, [0.025, 0.975])
    return Estimate(share, float(low), float(high), count)


def _estimate_groups(
    judged: Sequence[Judgement],
    kinds: Mapping[str, Kind] | None,
    key: Callable[[Utterance], str],
    chance: np.random.Generator,
) -> dict[str, Estimate]:
    groups: defaultdict[str, list[bool]] = defaultdict(list)
    for entry in judged:
        if kinds is None or kinds[entry.utterance.intent] == "theme":
            groups[key(entry.utterance)].append(entry.right)
    return {name: _estimate_share(groups[name], chance) for name in sorted(groups)}


def _count_confusions(judged: Sequence[Judgement]) -> list[Confusion]:
    counts = Counter((entry.utterance.intent, entry.best) for entry in judged if not entry.right)
    return sorted(
        (Confusion(meant, taken, times) for (meant, taken), times in counts.items()),
        key=lambda confusion: (-confusion.times, confusion.meant, confusion.taken_for),
    )

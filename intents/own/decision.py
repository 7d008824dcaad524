"""The decision with own themes: the shipped decision first, then what is within the budget, then what is offered."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from intents.arrays import Floats
from intents.languages import ENGLISH, UNDETERMINED

if TYPE_CHECKING:
    from intents.classifier import Classification, RankedIntent
    from intents.own.layers import OwnLayers

LEAST = 0.15  # confidence under which the shipped answer is left alone
REFUSED = 0.5  # confidence that a message needs which the shipped model refuses: most of those are no work of ours
CONTESTED = 0.8  # confidence of a shipped answer from which both themes are asked back, instead of the own one answered
MOST_OFFERED = 2
_RANKED, _THEMES = 5, 4  # as many as the shipped decision holds

Verdict = Literal["left", "asked", "won"]


@dataclass(frozen=True, slots=True)
class OwnVerdict:
    """What own themes make of a message.

    Parameters
    ----------
    verdict
        ``won``: the theme is answered; ``asked``: it is asked back beside the shipped theme; ``left``: neither.
    theme
        The id of the theme that won or is asked; empty when the shipped answer is left alone.
    confidence
        Of that theme.
    offered
        Ids of what is offered below the answer, the likeliest first.
    """

    verdict: Verdict
    theme: str = ""
    confidence: float = 0.0
    offered: tuple[str, ...] = ()


def is_open(found: "Classification") -> bool:
    """Return whether own themes are asked at all: people, conversation, names and other languages come first."""
    if found.named or found.care.band == "danger" or found.language not in (ENGLISH, UNDETERMINED):
        return False
    return found.decision in ("answer", "clarify", "out-of-scope")


def judge(
    found: "Classification", layers: "OwnLayers", scores: Floats, told: Collection[str], allowed: Collection[str]
) -> OwnVerdict:
    """Return what own themes make of a message that is open to them.

    Parameters
    ----------
    found
        The shipped decision.
    scores : array of shape (themes,)
    told
        Ids of the topics whose words the message holds.
    allowed
        Ids of the topics that there are.
    """
    margins = {
        name: float(scores[place] - layers.budget.outright[place])
        for place, name in enumerate(layers.themes)
        if name in allowed
    }
    limits = layers.budget.refused if found.decision == "out-of-scope" else layers.budget.offered
    near = {
        name: margins[name]
        for place, name in enumerate(layers.themes)
        if name in margins and scores[place] > limits[place]
    }
    listed = sorted(near, key=lambda name: -near[name])
    offered = list(dict.fromkeys([*listed, *(name for name in layers.topics if name in told and name in allowed)]))
    best = max(margins, key=lambda name: margins[name], default="")
    if best and margins[best] > 0:
        sure = layers.budget.compute_confidence(margins[best])
        if sure >= (REFUSED if found.decision == "out-of-scope" else LEAST):
            contested = found.decision == "answer" and found.intents[0].confidence >= CONTESTED
            others = tuple(name for name in offered if name != best)[:MOST_OFFERED]
            return OwnVerdict("asked" if contested else "won", best, sure, others)
    return OwnVerdict("left", offered=tuple(offered[:MOST_OFFERED]))


def apply_verdict(found: "Classification", verdict: OwnVerdict) -> "Classification":
    """Return a classification with what own themes make of the message."""
    if verdict.verdict == "left":
        return replace(found, offered=verdict.offered)
    won = verdict.verdict == "won" and found.care.band == "none"
    own = _rank(found, verdict)
    return replace(
        found,
        decision="answer" if won else "clarify",
        intents=(own, *found.intents)[:_RANKED],
        themes=(own, *found.themes)[:_THEMES],
        offered=verdict.offered,
    )


def _rank(found: "Classification", verdict: OwnVerdict) -> "RankedIntent":
    """Return the own theme as a ranked intent, at least as sure as the one that it comes before."""
    shipped = found.intents[0]
    sure = verdict.confidence if verdict.verdict == "asked" else max(verdict.confidence, shipped.confidence)
    return replace(shipped, id=verdict.theme, confidence=float(np.clip(sure, 0.0, 0.99)))

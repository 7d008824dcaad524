"""The budget: how much of what others' messages look like an own theme may win, and may be offered for."""

from dataclasses import dataclass

import numpy as np

from intents.arrays import Floats, Integers

OUTRIGHT = 0.005  # share of others' unseen messages that a theme may win
OUTRIGHT_IN_ALL = 0.03  # share that the themes of all packs may win together
OFFERED = 0.01  # share of others' unseen messages under which a theme may be offered by meaning
OFFERED_IN_ALL = 0.06
UNDER_REFUSALS = 0.02  # share of others' refused messages that may be offered a theme: no answer stands above it
UNDER_REFUSALS_IN_ALL = 0.10
_PRIOR = 0.03  # share of an organisation's messages that one of its own themes gets, for the confidence
_TIGHTENINGS, _TIGHTER = 30, 0.85  # each theme is held tighter until all together keep to their cap
_NEWTON_STEPS, _CONVERGED, _DAMPING = 100, 1e-6, 1e-6


@dataclass(frozen=True, slots=True)
class Budget:
    """Scores from which own themes win or are offered.

    Parameters
    ----------
    outright : array of shape (themes,)
    offered : array of shape (themes,)
    refused : array of shape (themes,)
        From which a theme is offered under a refusal.
    slope, intercept
        Of the logistic function that makes a confidence of how far a score lies above `outright`.
    """

    outright: Floats
    offered: Floats
    refused: Floats
    slope: float
    intercept: float

    def compute_confidence(self, margin: float) -> float:
        """Return the probability, 0 to 1, that a message is about a theme whose score lies so far above its limit."""
        return float(1.0 / (1.0 + np.exp(-np.clip(self.slope * margin + self.intercept, -30.0, 30.0))))


def set_budget(others: Floats, refused: Floats, own: Floats, topic_of: Integers) -> Budget:
    """Return the limits at which themes keep to their budgets, each alone and all together.

    Parameters
    ----------
    others : array of shape (messages, themes)
        Scores of others' unseen messages, by layers that have not learned from them.
    refused : array of shape (messages, themes)
        Of those among them that the shipped model refuses.
    own : array of shape (phrases,)
        Score of each phrase for its own theme, by layers that have not learned from it.
    topic_of : array of shape (phrases,)
        The theme of each phrase.
    """
    outright = _limit(others, OUTRIGHT, OUTRIGHT_IN_ALL)
    offered = np.minimum(_limit(others, OFFERED, OFFERED_IN_ALL), outright)
    under = np.minimum(_limit(refused, UNDER_REFUSALS, UNDER_REFUSALS_IN_ALL), offered) if len(refused) else offered
    slope, intercept = _fit_logistic((others - outright).ravel(), own - outright[topic_of])
    return Budget(outright, offered, under, slope, intercept)


def _limit(others: Floats, each: float, in_all: float) -> Floats:
    """Return the scores that at most these shares of the messages exceed."""
    limits = _limit_each(others, each)
    for _ in range(_TIGHTENINGS):
        if np.mean((others > limits).any(axis=1)) <= in_all:
            break
        each *= _TIGHTER
        limits = _limit_each(others, each)
    return limits


def _limit_each(others: Floats, share: float) -> Floats:
    allowed = int(len(others) * share)
    found: Floats = np.sort(others, axis=0)[len(others) - allowed - 1]
    return found


def _fit_logistic(others: Floats, own: Floats) -> tuple[float, float]:
    """Return slope and intercept of a logistic regression on one number, by Newton's method.

    Own phrases together weigh as much as their share of an organisation's messages, whatever their number.
    """
    margins = np.concatenate([others, own]).astype(np.float64)
    is_own = np.concatenate([np.zeros(len(others)), np.ones(len(own))])
    weights = np.where(is_own == 1, _PRIOR / max(len(own), 1), (1 - _PRIOR) / max(len(others), 1))
    design = np.column_stack([margins, np.ones(len(margins))])
    found = np.array([0.5, -1.0])
    for _ in range(_NEWTON_STEPS):
        said = 1.0 / (1.0 + np.exp(-np.clip(design @ found, -30.0, 30.0)))
        slope = design.T @ (weights * (is_own - said)) - _DAMPING * found
        curve = (design * (weights * said * (1.0 - said))[:, None]).T @ design + _DAMPING * np.eye(2)
        step = np.linalg.solve(curve, slope)
        found = found + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < _CONVERGED:
            break
    return float(found[0]), float(found[1])

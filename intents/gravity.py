"""Gravity: how grave a text is, from 0 to 1, by the model's confidence and by words that speak for and against it."""

import math
import re
from collections.abc import Iterable, Mapping

from intents.care import Topic
from intents.subjects import Subjects

SIGNALS = ("model", "ngrams", "work", "self", "many", "other", "asks", "short", "length", "clinical", "concern")
_WORD = re.compile(r"[a-z]+")
_CLIP = 6.0  # log-odds; beyond, the model knows no better
_MOST_WORK = 2  # words of the work that count
_FEW_WORDS = 4


class Gravity:
    """Weighing of a text's signals.

    Parameters
    ----------
    weights, parts, suspicion
        Of each signal, and the bias: for a message as a whole, for one sentence or clause of it, and for one of these
        by its n-grams alone.
    words
        Lists of `care.yaml`.
    """

    def __init__(
        self,
        weights: Mapping[str, float],
        parts: Mapping[str, float],
        suspicion: Mapping[str, float],
        words: Mapping[str, Iterable[str]],
    ) -> None:
        self._whole, self._part, self._suspicion = weights, parts, suspicion
        self._work = frozenset(words["work"])
        self._asks = tuple(words["asks"])
        self.subjects = Subjects(words)

    def list_signals(self, text: str, share: float, ngram_share: float, topic: Topic) -> dict[str, float]:
        """Return the signals of a text.

        Parameters
        ----------
        text
            In small letters, without apostrophes.
        share, ngram_share
            Of the three handovers by the model, and by its n-grams alone.
        topic
            The likeliest of the three.
        """
        words, subjects = _WORD.findall(text), self.subjects.find_all(text)
        return {
            "model": _compute_log_odds(share),
            "ngrams": _compute_log_odds(ngram_share),
            "work": float(min(_MOST_WORK, sum(word in self._work for word in words))),
            "self": float("self" in subjects or "my" in words),
            "many": float("many" in subjects),
            "other": float("other" in subjects),
            "asks": float(any(phrase in text for phrase in self._asks)),
            "short": float(len(words) < _FEW_WORDS),
            "length": math.log(max(1, len(words))),
            "clinical": float(topic == "clinical-advice"),
            "concern": float(topic == "raising-a-concern"),
        }

    def weigh(self, signals: Mapping[str, float], *, is_part: bool = False) -> float:
        """Return the gravity of a message, or of a part of one, from 0 to 1."""
        return _weigh(signals, self._part if is_part else self._whole)

    def suspect(self, signals: Mapping[str, float]) -> float:
        """Return how grave a part may be by what its n-grams alone show, from 0 to 1."""
        return _weigh(signals, self._suspicion)


def _weigh(signals: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return 1.0 / (1.0 + math.exp(-weights["bias"] - sum(weights[name] * signals[name] for name in SIGNALS)))


def _compute_log_odds(share: float) -> float:
    share = min(max(share, 1e-9), 1.0 - 1e-9)
    return min(_CLIP, max(-_CLIP, math.log(share / (1.0 - share))))

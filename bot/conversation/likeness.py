"""Likeness of a turn to what people type after a lesson, by meaning: for turns that no phrase matches."""

from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    import numpy as np

Encode = Callable[[str], "np.ndarray[Any, Any]"]
_NEIGHBOURS = 3


class FollowUpLikeness:
    """Compares turns with examples of follow-ups. The examples are read when the first turn is compared.

    Parameters
    ----------
    encode
        Returns the vector of a text.
    """

    def __init__(self, encode: Encode) -> None:
        self._encode = encode
        self._means: list[str] = []
        self._vectors: np.ndarray[Any, Any] | None = None

    def find(self, text: str) -> tuple[str, float]:
        """Return what the likest examples mean, and the cosine of the likest of them, from -1 to 1."""
        import numpy as np

        if self._vectors is None:
            examples = [(means, one) for means, listed in _load_examples().items() for one in listed]
            self._means = [means for means, _ in examples]
            self._vectors = np.stack([self._compute_unit(one) for _, one in examples])
        likeness = self._vectors @ self._compute_unit(text)
        nearest = [int(position) for position in np.argsort(-likeness, kind="stable")[:_NEIGHBOURS]]
        votes: dict[str, float] = {}
        for position in nearest:
            votes[self._means[position]] = votes.get(self._means[position], 0.0) + float(likeness[position]) ** 2
        means = max(votes, key=lambda name: votes[name])
        return means, max(float(likeness[position]) for position in nearest if self._means[position] == means)

    def _compute_unit(self, text: str) -> "np.ndarray[Any, Any]":
        import numpy as np

        vector = self._encode(text.casefold())
        unit: np.ndarray[Any, Any] = vector / (np.linalg.norm(vector) or 1.0)
        return unit


@cache
def _load_examples() -> dict[str, list[str]]:
    text = resources.files(__package__).joinpath("phrases", "follow_up_examples.yaml").read_text("utf-8")
    examples: dict[str, list[str]] = yaml.safe_load(text)
    return examples

"""Likeness of a turn to what people type in a talk, by meaning: for turns that no phrase matches."""

import threading
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from intents.packaged_yaml import read_packaged_yaml

if TYPE_CHECKING:
    import numpy as np

Encode = Callable[[str], "np.ndarray[Any, Any]"]
EncodeExamples = Callable[[Sequence[str]], "Iterable[np.ndarray[Any, Any]]"]
_NEIGHBOURS = 3


class FollowUpLikeness:
    """Compares turns with examples of follow-ups. The examples are read when the first turn is compared.

    Parameters
    ----------
    encode
        Returns the vector of a text.
    encode_examples
        Returns the vectors of many texts; by default each is encoded.
    """

    def __init__(self, encode: Encode, encode_examples: EncodeExamples | None = None) -> None:
        self._examples = _Examples("follow_up_examples", encode, encode_examples)

    def find(self, text: str) -> tuple[str, float]:
        """Return what the likest examples mean, and the cosine of the likest of them, from -1 to 1."""
        import numpy as np

        means, likeness = self._examples.compare(text)
        nearest = [int(position) for position in np.argsort(-likeness, kind="stable")[:_NEIGHBOURS]]
        votes: dict[str, float] = {}
        for position in nearest:
            votes[means[position]] = votes.get(means[position], 0.0) + float(likeness[position]) ** 2
        best = max(votes, key=lambda name: votes[name])
        return best, max(float(likeness[position]) for position in nearest if means[position] == best)


class TalkLikeness:
    """Compares turns with examples of what is foreign to any talk about change, and of what people say within one.

    Parameters
    ----------
    encode, encode_examples
        As for `FollowUpLikeness`.
    """

    def __init__(self, encode: Encode, encode_examples: EncodeExamples | None = None) -> None:
        self._examples = _Examples("talk_examples", encode, encode_examples)

    def measure_foreignness(self, text: str) -> float:
        """Return how much liker a turn is to what is foreign than to what is said within a talk, from -2 to 2."""
        import numpy as np

        means, likeness = self._examples.compare(text)
        near = {
            name: float(np.sort(likeness[[one == name for one in means]])[-_NEIGHBOURS:].mean())
            for name in ("foreign", "talk")
        }
        return near["foreign"] - near["talk"]


class _Examples:
    """Vectors of the examples of one file in phrases/, read when the first turn is compared."""

    def __init__(self, name: str, encode: Encode, encode_examples: EncodeExamples | None) -> None:
        self._name = name
        self._encode = encode
        self._encode_examples = encode_examples or (lambda texts: [encode(text) for text in texts])
        self._means: list[str] = []
        self._vectors: np.ndarray[Any, Any] | None = None
        self._reading = threading.Lock()

    def compare(self, text: str) -> "tuple[list[str], np.ndarray[Any, Any]]":
        """Return what each example means, and its cosine to a text."""
        vectors = self._read()
        return self._means, vectors @ _scale_to_one(self._encode(text.casefold()))

    def _read(self) -> "np.ndarray[Any, Any]":
        """Return the vectors of the examples; who comes while another thread encodes them waits for the rest."""
        import numpy as np

        with self._reading:
            if self._vectors is None:
                examples = [(means, one) for means, listed in _load_examples(self._name).items() for one in listed]
                self._means = [means for means, _ in examples]
                encoded = self._encode_examples([one.casefold() for _, one in examples])
                self._vectors = np.stack([_scale_to_one(vector) for vector in encoded])
            return self._vectors


def _scale_to_one(vector: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    import numpy as np

    unit: np.ndarray[Any, Any] = vector / (np.linalg.norm(vector) or 1.0)
    return unit


@cache
def _load_examples(name: str) -> dict[str, list[str]]:
    examples: dict[str, list[str]] = read_packaged_yaml("bot.conversation", "phrases", f"{name}.yaml")
    return examples

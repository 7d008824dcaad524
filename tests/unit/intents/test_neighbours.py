"""The nearest utterances are those that a comparison with all of them would find."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents import Classifier
from intents.model import count_steps, round_vectors
from intents.neighbours import NEAREST, Neighbours

DIMENSIONS = 128


def build(chance: np.random.Generator, count: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Return steps and scales of vectors: a few bundles, wider or narrower, as utterances of intents are."""
    middles = chance.normal(0, 1, (7, DIMENSIONS))
    vectors = middles[chance.integers(0, 7, count)] + spread * chance.normal(0, 1, (count, DIMENSIONS))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    rounded, scales = round_vectors(vectors)
    return count_steps(rounded, scales), scales


@given(st.integers(0, 2**32 - 1), st.integers(1, 700), st.floats(0, 5), st.floats(0, 1))
def test_they_are_those_of_a_comparison_with_all(seed: int, count: int, spread: float, share: float) -> None:
    """For a text like some of them and for one like none, in groups of any size, the empty one included."""
    chance = np.random.default_rng(seed)
    steps, scales = build(chance, count, spread)
    inside = chance.uniform(0, 1, count) < share
    groups = np.flatnonzero(inside), np.flatnonzero(~inside)
    neighbours, vectors = Neighbours(steps, scales), steps * scales[:, None]
    for text in (vectors[0], chance.normal(0, 1, DIMENSIONS)):
        vector = (text / np.linalg.norm(text)).astype(np.float32)
        for group, found in zip(groups, neighbours.find(vector, *groups), strict=True):
            all_of_them = np.sort(vectors[group] @ vector)[::-1]
            np.testing.assert_allclose(found.cosines, all_of_them[:NEAREST], atol=1e-5)
            np.testing.assert_allclose(vectors[found.positions] @ vector, found.cosines, atol=1e-5)
            assert set(found.positions) <= set(group)


@pytest.mark.parametrize("every", [1, 7])
def test_they_are_those_of_the_model(classifier: Classifier, every: int) -> None:
    """In the model that is shipped, for utterances of its own and for messages that are none."""
    memory = classifier.model.memory
    group = np.arange(0, len(memory.texts), every)
    vectors = memory.vectors[group]
    for text in (*memory.texts[::5_000], "lasagne for eight people", "", "our consultants cross their arms"):
        vector = classifier.encode(text)
        (found,) = memory.neighbours.find(vector, group)
        np.testing.assert_allclose(found.cosines, np.sort(vectors @ vector)[::-1][:NEAREST], atol=2e-6)

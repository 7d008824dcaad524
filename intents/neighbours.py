"""The remembered utterances that are nearest to a text: the same as if the text were compared with each of them.

Vectors are projected on the directions in which most of them lie. How much of a vector its projection leaves out tells
how near it can be at most, and only those that can be among the nearest are compared in full. Their vectors stay in the
bytes that they are stored in: bytes and projections take half of the memory of floats, and a text half of the time.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from intents.arrays import Floats, Integers

NEAREST = 3
_DIRECTIONS = 96  # with 64 the comparisons in full take longer, and 128 take 5 MiB more
_SAMPLE = 4_000  # vectors by which the directions are chosen
_BLOCK = 512  # vectors that are floats at a time: three quarters of a MiB, which the heap keeps for the next block
_FIRST = 64  # utterances that are compared in full to learn how near the nearest are at least
_ROUNDING = 1e-5  # of a cosine in single precision, with room to spare


class Nearest(NamedTuple):
    """Positions of the nearest utterances, the nearest first, and their cosines."""

    positions: Integers
    cosines: Floats


class Neighbours:
    """Finds the nearest among remembered utterances.

    Parameters
    ----------
    steps : array of shape (utterances, dimensions)
        Vectors of length one, each in whole steps of its own.
    scales : array of shape (utterances,)
        The size of a step of each vector.
    """

    def __init__(self, steps: npt.NDArray[np.int8], scales: Floats) -> None:
        self._steps = steps
        self._scales = scales
        every = max(1, len(steps) // _SAMPLE)
        self._directions = _choose_directions(steps[::every] * scales[::every, None])
        self._projected = np.empty((self._directions.shape[1], len(steps)), dtype=np.float32)
        self._left_out = np.empty(len(steps), dtype=np.float32)
        for start in range(0, len(steps), _BLOCK):
            some = slice(start, start + _BLOCK)
            vectors: Floats = steps[some] * scales[some, None]
            projected: Floats = vectors @ self._directions
            self._projected[:, some], self._left_out[some] = projected.T, _measure_left_out(vectors, projected)

    def find(self, vector: Floats, *groups: Integers) -> tuple[Nearest, ...]:
        """Return the three utterances of each group that are nearest to a text.

        Parameters
        ----------
        vector : array of shape (dimensions,)
            Of length one.
        *groups
            Positions of utterances.
        """
        projected: Floats = vector @ self._directions
        at_most: Floats = projected @ self._projected
        at_most += self._left_out * _measure_left_out(vector[None], projected[None])
        return tuple(self._find_in(group, at_most[group], vector) for group in groups)

    def _find_in(self, group: Integers, at_most: Floats, vector: Floats) -> Nearest:
        if len(group) > _FIRST:
            likely = self._compare(group[np.argpartition(at_most, -_FIRST)[-_FIRST:]], vector)
            so_near = np.partition(likely, -NEAREST)[-NEAREST]
            group = group[at_most >= so_near - _ROUNDING]
        cosines = self._compare(group, vector)
        first = np.argsort(-cosines, kind="stable")[:NEAREST]
        return Nearest(group[first], cosines[first])

    def _compare(self, positions: Integers, vector: Floats) -> Floats:
        cosines = np.empty(len(positions), dtype=np.float32)
        for start in range(0, len(positions), _BLOCK):
            some = positions[start : start + _BLOCK]
            cosines[start : start + _BLOCK] = self._steps[some].astype(np.float32) @ vector
        cosines *= self._scales[positions]
        return cosines


def _choose_directions(vectors: Floats) -> Floats:
    """Return the directions in which most of the vectors lie, of shape (dimensions, directions), at right angles."""
    _, found = np.linalg.eigh((vectors.T @ vectors).astype(np.float64))  # quicker than in single precision
    return np.ascontiguousarray(found[:, -_DIRECTIONS:], dtype=np.float32)


def _measure_left_out(vectors: Floats, projected: Floats) -> Floats:
    """Return the length of what projections leave out of vectors, of shape (vectors,)."""
    squares = np.einsum("ij,ij->i", vectors, vectors) - np.einsum("ij,ij->i", projected, projected)
    left_out: Floats = np.sqrt(np.maximum(squares, 0.0))
    return left_out

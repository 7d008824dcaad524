"""Meaning of lessons: the vectors of their texts, and how alike a message is to each lesson of a theme."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.models import Lesson, Theme

Vector = npt.NDArray[np.floating[Any]]
Encode = Callable[[str], Vector]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a message and a lesson are in meaning.

    Parameters
    ----------
    whole
        Cosine of their vectors, -1 to 1.
    within
        Cosine of what sets them apart from the theme, -1 to 1: what all lessons of a theme have in common says nothing
        of which one is meant. Half of it is the lesson's as a whole, half that of its nearest text, so that one tag
        in the writer's words counts although the lesson has others. Of 300 messages 154 got a lesson that fits in
        place of 149, and 49 one beside the point in place of 57 (`benchmarks/lessons.jsonl`, whose readers knew the 150
        lessons of November 2026).
    """

    whole: float
    within: float


@dataclass(frozen=True, slots=True)
class _ThemeVectors:
    """The lessons of a theme as vectors, all of length one but `shared`.

    Parameters
    ----------
    lessons
        Of shape (lessons, dimensions).
    shared
        What all of them have in common: their mean.
    apart
        What sets each lesson apart from that, of shape (lessons, dimensions).
    texts
        What sets each text apart from that, of shape (texts, dimensions), lesson after lesson.
    begins
        The row at which the texts of each lesson begin.
    """

    lessons: Vector
    shared: Vector
    apart: Vector
    texts: Vector
    begins: list[int]


def list_texts(lesson: Lesson) -> tuple[str, ...]:
    """Return the texts of a lesson whose vectors say what it is about; their mean is the lesson's own."""
    return (lesson.title, lesson.lesson, *lesson.tags, *lesson.nudge_texts)


class LessonMeanings:
    """Likeness in meaning of messages to lessons.

    Parameters
    ----------
    encode
        Returns the vector of a text, of length one. It is called for the lessons of a theme when the theme is first
        asked for, or by `prepare`.
    """

    def __init__(self, encode: Encode) -> None:
        self._encode = encode
        self._themes: dict[str, _ThemeVectors] = {}

    def prepare(self, theme: Theme) -> None:
        """Encode the lessons of a theme, so that nobody waits for it."""
        self._find(theme)

    def compute_likeness(self, theme: Theme, meaning: Vector) -> Mapping[str, Likeness]:
        """Return how alike a message is to each lesson of a theme, by lesson id.

        Parameters
        ----------
        meaning
            The vector of the message, of length one.
        """
        known = self._find(theme)
        whole, apart = known.lessons @ meaning, to_length_one(meaning - known.shared)
        of_all = known.apart @ apart
        nearest = np.maximum.reduceat(known.texts @ apart, known.begins)
        return {
            lesson.id: Likeness(float(alike), float(within))
            for lesson, alike, within in zip(theme.lessons, whole, (of_all + nearest) / 2, strict=True)
        }

    def _find(self, theme: Theme) -> _ThemeVectors:
        if theme.id not in self._themes:
            texts = [np.stack([self._encode(text) for text in list_texts(lesson)]) for lesson in theme.lessons]
            lessons = np.stack([to_length_one(one.mean(axis=0)) for one in texts])
            shared = lessons.mean(axis=0)
            begins = list(accumulate((len(one) for one in texts[:-1]), initial=0))
            apart, texts_apart = to_length_one(lessons - shared), to_length_one(np.concatenate(texts) - shared)
            self._themes[theme.id] = _ThemeVectors(lessons, shared, apart, texts_apart, begins)
        return self._themes[theme.id]


def to_length_one(vectors: Vector) -> Vector:
    """Return vectors of length one; what has no length stays as it is."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(lengths > 1e-6, lengths, 1.0)  # a theme of one lesson leaves nothing but rounding

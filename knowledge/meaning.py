"""Meaning of lessons: the vectors of their texts, and how alike a message is to each lesson of a theme."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
        of which one is meant.
    """

    whole: float
    within: float


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
        self._themes: dict[str, Vector] = {}

    def prepare(self, theme: Theme) -> Vector:
        """Return the vectors of the lessons of a theme, encoded once, of shape (lessons, dimensions)."""
        if theme.id not in self._themes:
            self._themes[theme.id] = np.stack([self._describe(lesson) for lesson in theme.lessons])
        return self._themes[theme.id]

    def compute_likeness(self, theme: Theme, meaning: Vector) -> Mapping[str, Likeness]:
        """Return how alike a message is to each lesson of a theme, by lesson id.

        Parameters
        ----------
        meaning
            The vector of the message, of length one.
        """
        lessons = self.prepare(theme)
        shared = lessons.mean(axis=0)
        whole, within = lessons @ meaning, _to_length_one(lessons - shared) @ _to_length_one(meaning - shared)
        return {
            lesson.id: Likeness(float(of_all), float(apart))
            for lesson, of_all, apart in zip(theme.lessons, whole, within, strict=True)
        }

    def _describe(self, lesson: Lesson) -> Vector:
        return _to_length_one(np.mean([self._encode(text) for text in list_texts(lesson)], axis=0))


def _to_length_one(vectors: Vector) -> Vector:
    """Return vectors of length one; what has no length stays as it is."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(lengths > 1e-6, lengths, 1.0)  # a theme of one lesson leaves nothing but rounding

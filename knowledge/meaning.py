"""Meaning of lessons: the vectors of their texts, and how alike a message is to each lesson of a theme."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from knowledge.models import Lesson, Theme

Vector = npt.NDArray[np.floating[Any]]
Encode = Callable[[str], Vector]


def list_texts(lesson: Lesson) -> tuple[str, ...]:
    """Return the texts of a lesson whose vectors tell what it is about: title, lesson, tags and each step."""
    return (lesson.title, lesson.lesson, ", ".join(lesson.tags), *lesson.nudge_texts)


class LessonMeanings:
    """Likeness in meaning of messages to lessons.

    Parameters
    ----------
    encode
        Returns the vector of a text, of length one; called once for each text of a theme, when the theme is first
        asked for or by `prepare`.
    """

    def __init__(self, encode: Encode) -> None:
        self._encode = encode
        self._lessons: dict[str, Vector] = {}

    def prepare(self, theme: Theme) -> None:
        """Encode the lessons of a theme, so that nobody waits for it."""
        for lesson in theme.lessons:
            self._find_vector(lesson)

    def compute_likeness(self, theme: Theme, meaning: Vector) -> Mapping[str, float]:
        """Return the cosine of a message and each lesson of a theme, -1 to 1, by lesson id.

        Parameters
        ----------
        meaning
            The vector of the message, of length one.
        """
        return {lesson.id: float(self._find_vector(lesson) @ meaning) for lesson in theme.lessons}

    def _find_vector(self, lesson: Lesson) -> Vector:
        found = self._lessons.get(lesson.id)
        if found is None:
            title, told, tags, *steps = (self._encode(text) for text in list_texts(lesson))
            found = self._lessons[lesson.id] = _to_length_one(title + told + tags + np.mean(steps, axis=0))
        return found


def _to_length_one(vector: Vector) -> Vector:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)

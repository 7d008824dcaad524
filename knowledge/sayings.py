"""Sayings: words to say in one situation, found by how alike a question and the ways of asking for them are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from knowledge.lesson_fields import AskerRole
from knowledge.meaning import Encode, Vector, to_length_one
from knowledge.models import Lesson, Saying, Theme
from knowledge.similarity import WordIndex

_BY_WORDS = 1.5  # of the similarity by words, beside the cosine


@dataclass(frozen=True, slots=True)
class FoundSaying:
    """Words to say, with the lesson whose advice they carry.

    Parameters
    ----------
    likeness
        How alike the question is to the ways of asking for the words: the cosine of what sets both apart from all
        questions, and the similarity by words. Above 0; what people ask for scores about .5.
    """

    saying: Saying
    theme: Theme
    lesson: Lesson
    likeness: float = 0.0


class SayingIndex:
    """Looks up the words that a question asks for.

    Parameters
    ----------
    sayings
        Each with the lesson that it belongs to, and the lesson's theme; at least one.
    encode
        Returns the vector of a text, of length one.
    """

    def __init__(self, sayings: Sequence[tuple[Saying, Theme, Lesson]], encode: Encode) -> None:
        self._sayings = sayings
        self._encode = encode

    def prepare(self) -> None:
        """Encode the ways of asking, and count their words, so that nobody waits for it."""
        _ = self._vectors, self._texts

    def find(
        self, text: str, meaning: Vector, role: AskerRole | None, without: Collection[str], most: int
    ) -> tuple[FoundSaying, ...]:
        """Return the sayings whose ways of asking are most alike a question, the likest first.

        Parameters
        ----------
        meaning
            The vector of the question, of length one.
        role
            Who asks, where they have said so; words for others are left out then.
        without
            Ids of sayings and of lessons that are not wanted.
        """
        shared, own = self._vectors
        by_meaning = own @ to_length_one(meaning - shared)
        weighed = self._texts.weigh_message(text)
        found = [
            FoundSaying(*one, float(by_meaning[row]) + _BY_WORDS * self._texts.compute_similarity(row, weighed))
            for row, one in enumerate(self._sayings)
            if (role is None or not one[0].roles or role in one[0].roles)
            and not {one[0].id, one[2].id}.intersection(without)
        ]
        return tuple(sorted(found, key=lambda one: -one.likeness)[:most])

    @cached_property
    def _texts(self) -> WordIndex:
        return WordIndex([" ".join((*saying.asks, saying.say)) for saying, _, _ in self._sayings])

    @cached_property
    def _vectors(self) -> tuple[Vector, Vector]:
        """What all ways of asking have in common, and what sets those of each saying apart, of length one.

        Their mean finds the right words for more questions than their nearest does: of 100 that a second writer made
        of 100 sayings, for 50 in place of 36.
        """
        asks = [np.stack([self._encode(ask) for ask in saying.asks]) for saying, _, _ in self._sayings]
        shared: Vector = np.concatenate(asks).mean(axis=0)
        own = np.stack([to_length_one(one - shared).mean(axis=0) for one in asks])
        return shared, to_length_one(own)


def list_asks(sayings: Sequence[Saying]) -> list[str]:
    """Return the texts of sayings whose vectors are compared with questions."""
    return [ask for saying in sayings for ask in saying.asks]

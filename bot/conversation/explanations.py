"""Explanations of the latest answers, for "Why this?": in memory, never on disk."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from cachetools import FIFOCache

_MAX_HELD = 1_000  # answers whose explanation is held

Words = tuple[str, ...]
Because = tuple[str, ...]


@dataclass(slots=True)
class _Explanation:
    because: Because
    text: str  # emptied as soon as the words are computed
    words: Words = ()


class Explanations:
    """The explanations of the latest thousand answers: the deciding words, and the reasons for the lesson.

    The words are computed on request, because few people ask; until then the text is held in their place.

    Parameters
    ----------
    explain
        Returns the words that decided about a text.
    """

    def __init__(self, explain: Callable[[str], Words]) -> None:
        self._explain = explain
        # A thread apart from the classifier’s: an explanation takes several times as long as an answer.
        self._explainer_thread = ThreadPoolExecutor(1, "explaining")
        self._held: FIFOCache[str, _Explanation] = FIFOCache(_MAX_HELD)

    def keep(self, answer: str, because: Because, text: str = "") -> None:
        """Hold the explanation of an answer; the oldest goes when there are a thousand.

        Parameters
        ----------
        because
            Why this lesson within its theme, in sentences.
        text
            What was asked; empty for an answer that was no guess.
        """
        self._held[answer] = _Explanation(because, text)

    async def find(self, answer: str) -> tuple[Words, Because]:
        """Return the words and the reasons of an answer; empty for one that is not held any more."""
        kept = self._held.get(answer)
        if kept is None:
            return (), ()
        if kept.text:
            loop = asyncio.get_running_loop()
            kept.words = await loop.run_in_executor(self._explainer_thread, self._explain, kept.text)
            kept.text = ""
        return kept.words, kept.because

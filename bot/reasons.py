"""Why the latest answers were given: held in memory for "Why this?", never on disk."""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any

_KEPT = 1_000  # answers

Words = tuple[str, ...]
Because = tuple[str, ...]


class Reasons:
    """The words that decided, and why the lesson was chosen.

    The words are worked out after the answer has been given: few people ask for them, and nobody should wait.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Because, asyncio.Task[Words] | None]] = OrderedDict()

    def keep(self, answer: str, because: Because, words: Coroutine[Any, Any, Words] | None) -> None:
        """Keep the reasons of an answer, and forget the oldest beyond the last thousand.

        Parameters
        ----------
        because
            Why this lesson within its theme, in sentences.
        words
            Works out the words that decided; None for an answer that was no guess.
        """
        self._kept[answer] = (because, asyncio.create_task(words) if words else None)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    async def of(self, answer: str) -> tuple[Words, Because]:
        """Give the words and the reasons of an answer; empty for one that is not kept any more."""
        because, words = self._kept.get(answer, ((), None))
        return (await words if words else ()), because

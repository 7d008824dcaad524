"""Why the latest answers were given: held in memory for "Why this?", never on disk."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

_KEPT = 1_000  # answers

Words = tuple[str, ...]
Because = tuple[str, ...]


@dataclass(slots=True)
class _Kept:
    because: Because
    text: str  # until somebody asks for the words
    words: Words = ()


class Reasons:
    """The words that decided, and why the lesson was chosen.

    The words are worked out when somebody asks for them, since few people do; until then the text is held instead.

    Parameters
    ----------
    explain
        Works out the words that decided about a text.
    """

    def __init__(self, explain: Callable[[str], Words]) -> None:
        self._explain = explain
        # One thread, and not the one that answers: an explanation takes several times as long as an answer.
        self._explaining = ThreadPoolExecutor(1, "explaining")
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def keep(self, answer: str, because: Because, text: str = "") -> None:
        """Keep the reasons of an answer, and forget the oldest beyond the last thousand.

        Parameters
        ----------
        because
            Why this lesson within its theme, in sentences.
        text
            What was asked; empty for an answer that was no guess.
        """
        self._kept[answer] = _Kept(because, text)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    async def of(self, answer: str) -> tuple[Words, Because]:
        """Give the words and the reasons of an answer; empty for one that is not kept any more."""
        kept = self._kept.get(answer)
        if kept is None:
            return (), ()
        if kept.text:
            loop = asyncio.get_running_loop()
            kept.words = await loop.run_in_executor(self._explaining, self._explain, kept.text)
            kept.text = ""
        return kept.words, kept.because

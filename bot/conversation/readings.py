"""Readings of messages: each is classified once, in a thread, whether danger is decided or an answer chosen."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cachetools import TTLCache

if TYPE_CHECKING:
    from intents import Care, Classification, Classifier

_HELD_SECONDS = 60  # from the decision on danger until the answer is chosen, behind a claim in the database
_MOST_HELD = 500


@dataclass(frozen=True, slots=True)
class Danger:
    """Danger that a message shows: its care, the ids of the likeliest themes, were it about work, and the language."""

    care: "Care"
    themes: tuple[str, ...] = ()
    language: str = "en"


class Readings:
    """Classifies messages, and holds each reading in memory until the answer is chosen.

    Parameters
    ----------
    classifier
        Returns the intents of a text with their confidence.
    titles
        Returns the titles of the themes by id.
    """

    def __init__(self, classifier: "Classifier", titles: Callable[[], Mapping[str, str]]) -> None:
        self._classifier = classifier
        self._titles = titles
        # Tens of milliseconds in the loop's own thread would delay acknowledgements.
        self._thread = ThreadPoolExecutor(1, "thinking")
        self._quick_thread = ThreadPoolExecutor(1, "thinking-quickly")
        self._ahead: TTLCache[bytes, asyncio.Future[Classification]] = TTLCache(_MOST_HELD, _HELD_SECONDS)

    async def read(self, text: str) -> "Classification":
        """Return the classification of a text; one that was read ahead is used up."""
        digest = _digest(text)
        return await (self._ahead.pop(digest) if digest in self._ahead else self._start(text))

    async def decide_danger(self, text: str, *, quickly: bool) -> Danger | None:
        """Return the danger that a text shows; None where it shows none.

        The whole reading is held for `read`, so that what answers later is what decided here.

        Parameters
        ----------
        quickly
            Whether the net and the n-grams decide alone, without a wait for the readings that are under way.
        """
        if quickly:
            loop = asyncio.get_running_loop()
            care = await loop.run_in_executor(self._quick_thread, self._classifier.decide_danger_quickly, text)
            return Danger(care) if care else None
        digest = _digest(text)
        if digest not in self._ahead:
            self._ahead[digest] = self._start(text)
        found = await asyncio.shield(self._ahead[digest])  # whoever is cancelled ends nobody else's reading
        if found.care.band != "danger":
            return None
        self._ahead.pop(digest, None)  # the card is the answer
        return Danger(found.care, tuple(theme.id for theme in found.themes), found.language)

    def _start(self, text: str) -> "asyncio.Future[Classification]":
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._thread, self._classifier.classify, text, self._titles())


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()

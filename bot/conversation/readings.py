"""Readings of messages: each is classified once, in a thread, whether danger is decided or an answer chosen."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.conversation.likeness import EncodeExamples, FollowUpLikeness, TalkLikeness
from bot.conversation.spelling import correct_slips
from bot.conversation.starters import settle_starter

if TYPE_CHECKING:
    import numpy as np

    from intents import Care, Classification, Classifier

_HELD_SECONDS = 60  # from the decision on danger until the answer is chosen, behind a claim in the database


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
    encode_examples
        Returns the vectors of examples of follow-ups; by default the classifier encodes each.
    """

    def __init__(
        self,
        classifier: "Classifier",
        titles: Callable[[], Mapping[str, str]],
        encode_examples: EncodeExamples | None = None,
    ) -> None:
        self._classifier = classifier
        self._titles = titles
        # Tens of milliseconds in the loop's own thread would delay acknowledgements.
        self._thread = ThreadPoolExecutor(1, "thinking")
        encode = lambda text: classifier.encode(text)  # noqa: E731, PLW0108 - looked up when used
        self._likeness = FollowUpLikeness(encode, encode_examples)
        self._talk_likeness = TalkLikeness(encode, encode_examples)
        self._quick_thread = ThreadPoolExecutor(1, "thinking-quickly")
        self._ahead: dict[bytes, asyncio.Future[Classification]] = {}

    async def read(self, text: str) -> "Classification":
        """Return the classification of a text; one that was read ahead is used up."""
        digest = _digest(text)
        found = await (self._ahead.pop(digest) if digest in self._ahead else self._start(text))
        titles = self._titles()
        if any(theme.id not in titles for theme in found.themes):  # taken back by an editor while it was read
            found = await self._start(text)
        return settle_starter(text, found)

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
            return await loop.run_in_executor(self._quick_thread, self._decide_quickly, text)
        digest = _digest(text)
        if digest not in self._ahead:
            self._hold(digest, self._start(text))
        try:
            found = await asyncio.shield(self._ahead[digest])  # whoever is cancelled ends nobody else's reading
        except Exception:
            self._ahead.pop(digest, None)  # the answer tries again
            raise
        if found.care.band != "danger":
            return None
        self._ahead.pop(digest, None)  # the card is the answer
        return Danger(found.care, tuple(theme.id for theme in found.themes), found.language)

    def _hold(self, digest: bytes, reading: "asyncio.Future[Classification]") -> None:
        """Hold a reading until it is used up, or for a minute where no answer follows."""
        self._ahead[digest] = reading
        asyncio.get_running_loop().call_later(_HELD_SECONDS, self._drop, digest, reading)

    def _drop(self, digest: bytes, reading: "asyncio.Future[Classification]") -> None:
        if self._ahead.get(digest) is reading:
            del self._ahead[digest]

    def _decide_quickly(self, text: str) -> Danger | None:
        care = self._classifier.decide_danger_quickly(text)
        return Danger(care, language=self._classifier.find_language_of_danger(text)) if care else None

    async def read_corrected(self, text: str) -> "tuple[str, Classification] | None":
        """Return a text without slips of typing, and its classification; None where no slip is found."""
        known = self._classifier.model.memory.known_words
        corrected = await asyncio.get_running_loop().run_in_executor(self._thread, correct_slips, text, known)
        return (corrected, await self.read(corrected)) if corrected != text else None

    async def sift(self, texts: Mapping[str, float], besides: str) -> list[str]:
        """Return the texts that are worth reading: that are likely enough, by their n-grams alone, to be about a theme.

        Parameters
        ----------
        texts
            Each with the likelihood that it needs, from 0 to 1.
        besides
            Id of a theme that does not count; empty for none.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._sift, texts, besides)

    def _sift(self, texts: Mapping[str, float], besides: str) -> list[str]:
        titles, worth_reading = self._titles(), []
        for text, needed in texts.items():
            likely = self._classifier.surmise_themes(text, titles)
            if likely is None or any(share >= needed for name, share in likely.items() if name != besides):
                worth_reading.append(text)
        return worth_reading

    async def encode(self, text: str) -> "np.ndarray[Any, Any]":
        """Return the vector of a text, of length one."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._classifier.encode, text)

    async def find_alike(self, text: str) -> tuple[str, float]:
        """Return which follow-up a text is most like, and how much, from -1 to 1."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._likeness.find, text)

    async def measure_foreignness(self, text: str) -> float:
        """Return how much liker a text is to what is foreign than to what is said within a talk, from -2 to 2."""
        measure = self._talk_likeness.measure_foreignness
        return await asyncio.get_running_loop().run_in_executor(self._thread, measure, text)

    def warm_up(self) -> None:
        """Read the examples of turns, so that nobody waits for it."""
        self._likeness.find("how?")
        self._talk_likeness.measure_foreignness("how?")

    def _start(self, text: str) -> "asyncio.Future[Classification]":
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._thread, self._classifier.classify, text, self._titles())


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()

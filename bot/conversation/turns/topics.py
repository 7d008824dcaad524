"""Topics: the theme that a few words of a turn, or a clause of what was told before, are likeliest about."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from bot.actions import PickTheme
from bot.conversation.questions_back import LIKELY
from bot.conversation.turns.lookups import Classify
from bot.conversation.turns.meanings import Meant, Reread, Turn
from bot.message import Choice

if TYPE_CHECKING:
    from intents import Classification
    from knowledge import Knowledge

FEW_FOR_A_PROBLEM = 5  # words
_LIKELY_TOPIC = 0.2  # of a theme that is taken for a topic of a few words


class TopicReader:
    """Reads topics of a few words.

    Parameters
    ----------
    knowledge
        Returns the current knowledge.
    classify
        Returns the classification of a text.
    """

    def __init__(self, knowledge: "Callable[[], Knowledge]", classify: Classify) -> None:
        self._knowledge = knowledge
        self._classify = classify

    async def pick(self, topic: str, alone: "Classification", words: str, without: Collection[str]) -> Turn | None:
        """Return the pick of the theme that a topic of a few words is likeliest about, beside what was told before."""
        themes = self._knowledge().themes
        joined = await self._classify(join_detail(words, topic)) if words else alone
        scores = {one.id: one.confidence for one in alone.themes if one.id in themes and one.id not in without}
        if alone.decision == "out-of-scope":
            if not words or joined.care.band != "none" or joined.decision not in ("answer", "clarify"):
                return None
            scores = {one.id: one.confidence for one in joined.themes if one.id in themes and one.id not in without}
        ranked = sorted(scores, key=lambda name: -scores[name])
        if not ranked or scores[ranked[0]] < _LIKELY_TOPIC:
            return None
        others = [name for name in ranked[1:] if scores[name] >= LIKELY]
        hedge = f"I take it that you mean “{themes[ranked[0]].title}”" + ("; the others are below." if others else ".")
        return Meant(
            (PickTheme(ranked[0]),), hedge, tuple(Choice(PickTheme(name), themes[name].title) for name in others)
        )

    async def read_mentioned(self, text: str, clause: str) -> Turn | None:
        """Return the clause that a turn comes back to, or the theme that both together are likeliest about."""
        found = await self._classify(clause)
        if found.decision == "answer" or (await self._classify(text)).decision != "answer":
            picked = None if found.decision == "answer" else await self.pick(clause, found, text, ())
            return picked or Reread(clause)
        return None


def join_detail(words: str, detail: str) -> str:
    """Return what was told before and a detail of it as one text."""
    return f"{words.rstrip(' .')}. {detail}"

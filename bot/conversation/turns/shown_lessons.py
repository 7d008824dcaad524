"""Lessons that a place was shown: the one that is pending, the one that is recalled, and the words of each."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.conversation.turns.lookups import Classify
from bot.conversation.wording import fold, list_weighty_words
from bot.message import Message, Place
from bot.store.answers import Answer, Answers
from bot.store.pending import KEPT, Pending

if TYPE_CHECKING:
    from knowledge import Knowledge

_FIRST = re.compile(r"\b(?:first|beginning|start|started with|began with)\b")
_OF_RECALL = frozenset(("remind", "said", "told", "bit", "gave", "wrote", "beginning"))


class ShownLessons:
    """Looks up lessons that a place was shown.

    Parameters
    ----------
    knowledge
        Returns the current knowledge.
    answers
        What each place was told.
    classify
        Returns the classification of a text.
    """

    def __init__(self, knowledge: "Callable[[], Knowledge]", answers: Answers, classify: Classify) -> None:
        self._knowledge = knowledge
        self._answers = answers
        self._classify = classify

    async def find_pending(self, message: Message, shared: Pending | None) -> Answer | None:
        """Return the lesson that is pending: the thread's, or the tip that began it."""
        if shared and shared.about:
            return await self._answers.get(shared.about, message.place)
        return await self._answers.find_tip(message.place, message.began)

    async def recall(self, place: Place, text: str, answer: Answer) -> str:
        """Return the answer that is to be shown again: the first here, the one about what is named, or the last."""
        shown = await self._answers.list_lessons(place, datetime.now(UTC) - KEPT)
        if shown and _FIRST.search(fold(text)):
            return shown[0].id
        named = set(list_weighty_words(fold(text))) - _OF_RECALL
        about = [one.id for one in shown if named & self.list_known_words(one)]
        if named and not about:  # by its theme
            likely = [one.id for one in (await self._classify(" ".join(sorted(named)))).themes]
            about = [one.id for name in reversed(likely) for one in shown if one.intent == name]
        return about[-1] if about else answer.id

    def list_known_words(self, answer: Answer) -> frozenset[str]:
        """Return the folded words of a lesson, its step, its quote and its source; empty where the lesson is gone."""
        found = self._knowledge().find_nudge(answer.nudge or "")
        if found is None:
            return frozenset()
        theme, lesson, nudge = found
        source, quote = self._knowledge().find_source(lesson), lesson.quote
        place = (lesson.place.name, lesson.place.text, lesson.place.quote.speaker or "") if lesson.place else ()
        texts = (
            theme.title, lesson.title, lesson.lesson, *((quote.text, quote.speaker or "") if quote else ()), nudge.text,
            source.attribution if source else lesson.experience or "",
            *place, *lesson.how, lesson.say or "", lesson.if_not or "", *lesson.tags,
        )  # fmt: skip
        return frozenset(fold(" ".join(texts)).split())

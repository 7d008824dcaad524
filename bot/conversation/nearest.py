"""The nearest lesson: what is said in place of a second question back in a row."""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.actions import PickTheme
from bot.conversation.history import name_themes
from bot.conversation.lessons import Lessons
from bot.conversation.memory import Situation
from bot.conversation.questions_back import LIKELY, is_perhaps_ours
from bot.conversation.turns.lookups import Classify
from bot.conversation.turns.topics import join_detail
from bot.conversation.wording import fold
from bot.message import Choice, LessonReply, Place

if TYPE_CHECKING:
    from intents import Classification
    from knowledge import Knowledge

Belongs = Callable[[str, "Classification", Situation], Awaitable[bool]]
_NEAREST = "This is the nearest that I have."
_OTHERS = "This is the nearest that I have; what else it may be is below."
_BEFORE = 0.5  # of what was told before, beside the turn by itself
# Of the likeliest theme; below, it stays a question. In the messages of real people in the validation set it is right
# three times of ten from .1 to .2, and four times from .2 to .5.
_AFTER_A_QUESTION, _AFTER_A_LESSON = 0.2, 0.6
_AS_LIKELY = 0.8  # of the likeliest: a theme whose lesson fits may come before one whose lesson does not
_MOST_OTHERS = 3
_ECHOED, _FEW_WORDS, _SHORT = 0.3, 8, 3  # of likelihood; words of the turn; letters of a word that names nothing
_SOMETHING_NEW = re.compile(
    r"\b(?:different|another|other|new|separate|second) (?:q|question|thing|problem|issue|subject)\b"
)


class NearestLessons:
    """Chooses the likeliest lesson where one question back was asked already.

    Parameters
    ----------
    knowledge
        Returns the current knowledge.
    lessons
        Chooses and records lessons.
    classify
        Returns the classification of a text.
    belongs
        Returns whether a turn that is out of scope belongs to the talk.
    """

    def __init__(
        self, knowledge: "Callable[[], Knowledge]", lessons: Lessons, classify: Classify, belongs: Belongs
    ) -> None:
        self._knowledge = knowledge
        self._lessons = lessons
        self._classify = classify
        self._belongs = belongs

    async def choose(
        self, place: Place, text: str, found: "Classification", situation: Situation, without: Collection[str]
    ) -> LessonReply | None:
        """Return the lesson that is likeliest meant, said to be the nearest; None where a question is better.

        Parameters
        ----------
        text
            The turn by itself, in plain text.
        found
            What it was taken for, with the words before it where it was read with them.
        without
            Ids of themes and lessons that were turned down.
        """
        shared = situation.pending.shared
        if shared is None or shared.kind not in ("question", "lesson"):
            return None
        alone = await self._classify(text)
        if alone.care.band == "danger":
            return None
        refused = alone.decision == found.decision == "out-of-scope" and not is_perhaps_ours(alone)
        if refused and (shared.kind == "lesson" or not await self._belongs(text, alone, situation)):
            return None
        scores = await self._weigh(text, alone, found, situation, without)
        ranked = sorted(scores, key=lambda name: -scores[name])
        asked = shared.kind == "question" or bool(situation.pending.declined)
        if not ranked or scores[ranked[0]] < (_AFTER_A_QUESTION if asked else _AFTER_A_LESSON):
            return None
        near = [name for name in ranked if scores[name] >= _AS_LIKELY * scores[ranked[0]]]
        if not asked and len(near) > 1:  # after a lesson one question back is none too many
            return None
        selections = [await self._lessons.select(place, name, text, alone, situation.reader, without) for name in near]
        chosen = next((one for one in selections if one.fits), selections[0])
        lesson = await self._lessons.record(place, chosen, "lesson", text, alone)
        others = [name for name in ranked if name != chosen.theme.id and scores[name] >= LIKELY][:_MOST_OTHERS]
        choices = (Choice(PickTheme(name), self._knowledge().themes[name].title) for name in others)
        said = _OTHERS if others else _NEAREST
        return replace(lesson, confidence=said, choices=(*lesson.choices, *choices))

    async def _weigh(
        self,
        text: str,
        alone: "Classification",
        found: "Classification",
        situation: Situation,
        without: Collection[str],
    ) -> dict[str, float]:
        """Return how likely each theme is that was not turned down, by the turn and by what was told before it."""
        before: Mapping[str, float] = {one.id: one.confidence for one in found.themes}
        if _SOMETHING_NEW.search(fold(text)):
            before = {}
        elif situation.words and found.themes == alone.themes:
            joined = await self._classify(join_detail(situation.words, text))
            before = {one.id: one.confidence for one in joined.themes}
        elif not situation.words and situation.pending.shared:
            before = self._list_offered(situation.pending.shared.options)
        scores: dict[str, float] = {one.id: one.confidence for one in alone.themes}
        for name, confidence in before.items():
            scores[name] = scores.get(name, 0.0) + _BEFORE * confidence
        for name in self._list_echoed(text, situation):
            scores[name] = scores.get(name, 0.0) + _ECHOED
        known = self._knowledge().themes
        return {name: score for name, score in scores.items() if name in known and name not in without}

    def _list_echoed(self, text: str, situation: Situation) -> list[str]:
        """Return the theme on offer of whose title a few words repeat one that no other title has: “it's the staff”."""
        shared, words = situation.pending.shared, set(fold(text).split())
        if shared is None or shared.kind != "question" or len(words) > _FEW_WORDS:
            return []
        known = self._knowledge().themes
        offered = [known[name] for name in self._list_offered(shared.options) if name in known]
        titles = [{word for word in fold(theme.title).split() if len(word) > _SHORT} for theme in offered]
        echoed = [theme.id for theme, title in zip(offered, titles, strict=True) if title & words]
        return echoed if len(echoed) == 1 else []

    def _list_offered(self, options: Collection[tuple[str, float]]) -> dict[str, float]:
        """Return the themes that a question back offered, by id."""
        names = name_themes(self._knowledge(), (name for name, _ in options))
        return dict(zip(names, (confidence for _, confidence in options), strict=True))

"""Returns: turns that come back to another option, to an earlier lesson, or to what was told before."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from bot.actions import Part, PickTheme, ShowLesson, ShowPart
from bot.conversation import responses
from bot.conversation.earlier_offers import picks_another, read_other_pick
from bot.conversation.follow_ups import FollowUp, read_follow_up
from bot.conversation.issues import split_issues
from bot.conversation.mentioned import asks_for_other, find_mentioned, read_return, read_return_to_earlier
from bot.conversation.part_requests import find_part
from bot.conversation.questions_back import LIKELY
from bot.conversation.turns.lookups import Classify
from bot.conversation.turns.meanings import ON_A_LESSON, Meant, Reread, Said, Turn
from bot.conversation.turns.shown_lessons import ShownLessons
from bot.conversation.turns.topics import TopicReader
from bot.message import Choice, Message, Place
from bot.store.answers import Answer, Answers
from bot.store.pending import KEPT

if TYPE_CHECKING:
    from knowledge import Knowledge

_CLAUSES = re.compile(r"[,;.:?!]{1,5}\s|\s[-–—]\s|\s(?=(?:what|how) (?:do|would|should|can|could) )")
_MOST_OFFERED = 4


def _find_part_alone(text: str) -> Part | None:
    """Return the part that a few words ask for; None where they ask for none."""
    follow_up = read_follow_up(text) if text else None
    return cast(Part, follow_up.act) if follow_up and follow_up.act in ON_A_LESSON else None


class ReturnReader:
    """Reads turns that come back.

    Parameters
    ----------
    knowledge
        Returns the current knowledge.
    answers
        What each place was told.
    classify
        Returns the classification of a text.
    shown
        Looks up lessons that a place was shown.
    topics
        Reads a clause of what was told before.
    """

    def __init__(
        self,
        knowledge: "Callable[[], Knowledge]",
        answers: Answers,
        classify: Classify,
        shown: ShownLessons,
        topics: TopicReader,
    ) -> None:
        self._knowledge = knowledge
        self._answers = answers
        self._classify = classify
        self._shown = shown
        self._topics = topics

    async def read(self, message: Message, text: str, answer: Answer, words: str) -> Turn | None:
        """Read a turn that comes back: to another of what was on offer, to an earlier lesson, or to what was told."""
        offered = await self._list_earlier_offers(message.place, answer) if picks_another(text) else []
        if other := read_other_pick(text, [title for _, title in offered]):
            left = [one for one in offered if one[0] != answer.intent]
            if other.position is not None and offered:
                return Meant((PickTheme(offered[other.position][0]),))
            if len(left) == 1:
                return Meant((PickTheme(left[0][0]),))
            if left:
                return Said(responses.which_of_them(tuple(Choice(PickTheme(name), title) for name, title in left)))
        described, beside = read_return_to_earlier(text)
        if described:
            recalled = await self._shown.recall(message.place, described, answer)
            part = find_part(text) or _find_part_alone(beside)
            return Meant((ShowPart(recalled, part) if part else ShowLesson(recalled),))
        first, *rest = _CLAUSES.split(text, maxsplit=1)
        if named := read_return(first):
            follow_up = read_follow_up(rest[0]) if rest else None
            return await self._read_named_return(message.place, named, follow_up, answer, words)
        if clause := find_mentioned(text, words):
            return await self._topics.read_mentioned(text, clause)
        if asks_for_other(text) and words:
            return await self._find_other_issue(words, answer)
        return None

    async def _read_named_return(
        self, place: Place, named: str, follow_up: FollowUp | None, answer: Answer, words: str
    ) -> Turn:
        """Return the lesson that is named in “back to the staff one”: what was told of it, or one shown before."""
        part = cast(Part, follow_up.act) if follow_up and follow_up.act in ON_A_LESSON else None
        if clause := find_mentioned(f"the {named}", words):
            found = await self._classify(clause)
            shown = await self._answers.list_lessons(place, datetime.now(UTC) - KEPT)
            about = [one.id for one in shown if one.intent == found.intents[0].id]
            if not about and found.decision == "answer":
                return Meant((PickTheme(found.intents[0].id),), part=part or "")
            if about:
                return Meant((ShowPart(about[-1], part) if part else ShowLesson(about[-1]),))
        recalled = await self._shown.recall(place, named, answer)
        if recalled == answer.id:  # it was told, and no lesson on it was shown
            picked = await self._topics.pick(named, await self._classify(named), "", {answer.intent})
            if isinstance(picked, Meant):
                return replace(picked, part=part or "")
        return Meant((ShowPart(recalled, part) if part else ShowLesson(recalled),))

    async def _list_earlier_offers(self, place: Place, answer: Answer) -> list[tuple[str, str]]:
        """Return the themes, as (id, title), of the question back from which the last lesson was picked."""
        asked = await self._answers.latest_question(place) if answer.kind == "picked" else None
        themes = self._knowledge().themes
        ranked = asked.ranked if asked and asked.at <= answer.at else ()
        offered = [(name, themes[name].title) for name, share in ranked if name in themes and share >= LIKELY]
        return offered[:_MOST_OFFERED] if answer.intent in dict(offered) else []

    async def _find_other_issue(self, words: str, answer: Answer) -> Turn | None:
        """Return the clause of what was told that is likeliest about another theme than the last lesson's."""
        best: tuple[float, str] = (0.0, "")
        for clause in split_issues(words):
            found = await self._classify(clause)
            top = found.intents[0]
            if found.decision in ("answer", "clarify") and found.care.band == "none" and top.id != answer.intent:
                best = max(best, (top.confidence, clause))
        return Reread(best[1]) if best[1] else Said(responses.nothing_else_told())

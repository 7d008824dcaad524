"""Sayings: words to say, for a turn that asks for them, by whom it is to tell and what has happened."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.actions import PickTheme, ShowPart
from bot.conversation.care import ABOUT_WORK_QUESTION
from bot.conversation.depth import build_depth_reply, describe_words
from bot.conversation.follow_ups import read_follow_up
from bot.conversation.history import find_pending_lesson
from bot.conversation.lesson_reply import select_lesson
from bot.conversation.lessons import Lessons, find_role
from bot.conversation.memory import Situation
from bot.conversation.part_requests import find_part
from bot.conversation.phrase_book import load_phrases
from bot.conversation.questions_back import NEAREST_WORDS, NONE_OF_THEM
from bot.conversation.turns.meanings import Meant, PlannedStep, Turn
from bot.conversation.wording import fold, list_weighty_words
from bot.message import Choice, ClarifyReply, DepthReply, LessonReply, Place, Reply
from bot.store.answers import Answers

if TYPE_CHECKING:
    import numpy as np

    from intents import Classification
    from knowledge import FoundSaying, Knowledge, Selection

Encode = Callable[[str], "Awaitable[np.ndarray[Any, Any]]"]
# Of likeness. Of 150 questions that the writers of the words kept apart, the likeliest words were sure enough for 76
# and right for 74 of them; 117 had likely ones.
_SURE, _LIKELY = 0.6, 0.5
_ALIKE = 0.7  # whichever of several it is, it is about what was told
_CLEARLY, _FAR_BEHIND = 0.12, 0.3  # before the next, behind the first
_SURE_UNASKED = 0.85  # for a turn that asks for no words, and would be refused: “how do I get the papers a week before”
# Of 1,500 messages that are none of ours, 19 sound as if they asked for words, and 99 in 100 are so certainly foreign.
_CERTAINLY_FOREIGN, _HARDLY_FOREIGN = 0.95, 0.85
_MOST_OFFERED = 3
_TELLS = 2  # words of weight
_MAKE_YOUR_OWN = (
    "To make your own, say four things: what happened, what it does and to whom, what you ask for, and by when. "
    "As in: “On [day], [what happened]. For [these people] it means [this]. Could you [one thing] by [day]?”"
)


class Sayings:
    """Answers turns that ask for words with those that were written for their situation.

    Parameters
    ----------
    knowledge
        Returns the current knowledge.
    answers
        What each place was told.
    lessons
        Records the lesson whose advice words carry.
    encode
        Returns the vector of a text.
    promises
        Whether “I’ll do this” is offered.
    """

    def __init__(
        self,
        knowledge: "Callable[[], Knowledge]",
        answers: Answers,
        lessons: Lessons,
        encode: Encode,
        *,
        promises: bool,
    ) -> None:
        self._knowledge = knowledge
        self._answers = answers
        self._lessons = lessons
        self._encode = encode
        self._promises = promises

    async def choose(
        self, place: Place, text: str, found: "Classification", situation: Situation, without: Collection[str]
    ) -> Reply | None:
        """Return the words for which a turn asks; None where it asks for none, or it is not clear for which.

        A problem that is told besides gets the lesson whose advice the words carry. After a lesson all words that may
        be meant stand above its own; below lines of support they are choices.

        Parameters
        ----------
        text
            The turn, normalised, in one line.
        found
            What the turn is taken for.
        without
            Ids of sayings and lessons that the turn turns down.
        """
        asks = asks_for_words(text)
        if not (asks or _is_hardly_foreign(found)):
            return None
        lesson = await find_pending_lesson(self._knowledge(), self._answers, place, situation.pending.shared)
        if lesson and lesson.lesson.id in situation.pending.declined.union(without):
            lesson = None
        likely = await self._find_likely(text, found, situation, without, asks=asks, after_lesson=lesson is not None)
        if not likely:
            ours = asks and (found.decision != "out-of-scope" or asks_of_lesson(text))
            others = ours and found.decision != "answer" and not _is_bare(text)
            return self._show_beside(lesson, situation, ()) if lesson and others else None
        clear = len(likely) == 1 or likely[0].likeness - likely[1].likeness >= _CLEARLY
        sure = clear and likely[0].likeness >= _SURE
        if found.care.band == "perhaps" and lesson is None:
            return ClarifyReply(ABOUT_WORK_QUESTION, (*_build_choices(likely), NONE_OF_THEM))
        if found.decision == "answer" and (lesson is None or lesson.theme.id != found.intents[0].id):
            return await self._show_below_lesson(place, likely[0]) if sure or likely[0].likeness >= _ALIKE else None
        if sure:
            same = lesson is not None and lesson.lesson.id == likely[0].lesson.id
            return await self._show(place, likely[0], _find_answer(situation) if same else "")
        return self._show_beside(lesson, situation, likely) if lesson else None

    async def list_likely(self, text: str, found: "Classification", situation: Situation) -> list[Choice]:
        """Return the words that may be meant, to be picked or just used; none where a turn asks for none."""
        if found.care.band != "none":
            return []
        asks = asks_for_words(text)
        return _build_choices(await self._find_likely(text, found, situation, (), asks=asks, after_lesson=False))

    async def pick(self, place: Place, picked: str) -> Reply | None:
        """Return the lesson of words that were picked, which were shown already, by their id; None where it is none."""
        found = self._knowledge().find_saying(picked)
        return await self._show_below_lesson(place, found) if found else None

    async def _find_likely(
        self,
        text: str,
        found: "Classification",
        situation: Situation,
        without: Collection[str],
        *,
        asks: bool,
        after_lesson: bool,
    ) -> "list[FoundSaying]":
        """Return the words that a turn is likely to ask for, the likeliest first.

        Parameters
        ----------
        asks
            Whether it asks for words, or only is about what some are for.
        """
        if found.decision == "out-of-scope" and found.intents[0].confidence >= _CERTAINLY_FOREIGN:
            return []
        bare = _is_bare(text)
        before = situation.words if bare and asks and not after_lesson else ""
        if (bare and not before) or not (asks or _is_hardly_foreign(found)):
            return []
        text, role = f"{before} {text}".strip(), find_role(situation.reader)
        unwanted = situation.pending.declined.union(without)
        likely = self._knowledge().search_sayings(text, await self._encode(text), role, unwanted, _MOST_OFFERED)
        least = _SURE_UNASKED if not asks else _SURE if bare else _LIKELY
        if not likely or likely[0].likeness < least:
            return []
        return [one for one in likely if one.likeness >= max(_LIKELY, likely[0].likeness - _FAR_BEHIND)]

    async def _show(self, place: Place, found: "FoundSaying", shown: str = "") -> Reply:
        """Return words as a part of the lesson whose advice they carry.

        Parameters
        ----------
        shown
            Id of the answer, where that lesson was shown just before; otherwise it is recorded as another.
        """
        knowledge, selection = self._knowledge(), select_lesson(self._knowledge(), found.theme, found.lesson)
        answer = shown or (await self._lessons.record(place, selection, "picked")).answer
        say = found.saying.say
        return build_depth_reply(knowledge, selection, answer, "say", promises=self._promises, say=say)

    async def _show_below_lesson(self, place: Place, found: "FoundSaying") -> LessonReply:
        """Return the lesson whose advice words carry, with the words below it."""
        selection = select_lesson(self._knowledge(), found.theme, found.lesson)
        lesson = await self._lessons.record(place, selection, "lesson")
        return replace(lesson, confidence=describe_words(found.saying.say))

    def _show_beside(self, lesson: "Selection", situation: Situation, likely: "Sequence[FoundSaying]") -> DepthReply:
        """Return words that may be meant, those of the lesson that is pending, and how to make one's own."""
        own = build_depth_reply(self._knowledge(), lesson, _find_answer(situation), "say", promises=self._promises)
        others = tuple(f"{one.saying.title}: “{one.saying.say}”" for one in likely)
        shown = situation.pending.shared is not None and situation.pending.shared.part == "say"
        said = (f"From “{lesson.lesson.title}”: “{lesson.lesson.say}”",) if lesson.lesson.say and not shown else ()
        opening = NEAREST_WORDS if others else "I have no words for just that."
        return replace(own, paragraphs=(opening, *others, *said, _MAKE_YOUR_OWN))


def may_ask_for_words(turn: Turn | None, situation: Situation) -> bool:
    """Return whether a turn may ask for words: it was read as nothing else, or as asking for those of a lesson."""
    if not isinstance(turn, Meant):
        return not isinstance(turn, PlannedStep)
    shown = situation.pending.shared.part if situation.pending.shared else ""
    return all(isinstance(one, ShowPart) and "say" in (one.part, shown) for one in turn.actions)


def _is_bare(text: str) -> bool:
    """Return whether a turn tells nothing by which words could be found: “what do I say to her”."""
    return len(list_weighty_words(fold(text))) < _TELLS


def _is_hardly_foreign(found: "Classification") -> bool:
    """Return whether a turn would be refused, and is not so certainly none of ours."""
    return found.decision == "out-of-scope" and found.intents[0].confidence < _HARDLY_FOREIGN


def _find_answer(situation: Situation) -> str:
    """Return the id of the answer that is pending; empty for none."""
    return situation.pending.shared.about if situation.pending.shared else ""


def _build_choices(found: "Sequence[FoundSaying]") -> list[Choice]:
    return [Choice(PickTheme(one.saying.id), one.saying.title, one.saying.say) for one in found]


def asks_for_words(text: str) -> bool:
    """Return whether a turn asks for words to say or to write."""
    return asks_of_lesson(text) or any(one.pattern.search(fold(text)) for one in load_phrases("words_asked"))


def asks_of_lesson(text: str) -> bool:
    """Return whether a turn asks for the words of a lesson, whatever else it tells."""
    follow_up = read_follow_up(text)
    return find_part(text) == "say" or (follow_up is not None and follow_up.act == "say")

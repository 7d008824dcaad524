"""Corrections of a lesson: the topic that was meant instead of what was shown."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.actions import Another
from bot.conversation.corrections import Correction
from bot.conversation.denials import Denial
from bot.conversation.history import find_selection
from bot.conversation.picks import Picked, read_answer
from bot.conversation.turns.lookups import Classify
from bot.conversation.turns.meanings import Meant, Reread, Turn
from bot.conversation.turns.topics import FEW_FOR_A_PROBLEM, TopicReader, join_detail
from bot.conversation.wording import fold
from bot.store.answers import Answer

if TYPE_CHECKING:
    from intents import Classification
    from knowledge import Knowledge

_FEW_FOR_A_DETAIL = 3  # words


class LessonCorrectionReader:
    """Reads corrections where no question was asked back.

    Parameters
    ----------
    knowledge
        Returns the current knowledge.
    topics
        Reads a topic of a few words.
    classify
        Returns the classification of a text.
    """

    def __init__(self, knowledge: "Callable[[], Knowledge]", topics: TopicReader, classify: Classify) -> None:
        self._knowledge = knowledge
        self._topics = topics
        self._classify = classify

    async def read_denial(self, denial: Denial, answer: Answer) -> Turn | None:
        """Return what a lesson should have been about; None where that needs care."""
        if (await self._classify(denial.wanted)).care.band == "danger":
            return None
        turn = self.turn_down(denial.wanted, answer)
        return replace(turn, without=turn.without | {answer.intent}) if denial.drops else turn

    def turn_down(self, text: str, answer: Answer) -> Reread:
        """Return words that are read in place of the turn, with the lesson before it turned down."""
        return Reread(text, self._name_lesson(answer))

    def _names_theme(self, rejected: str, answer: Answer) -> bool:
        """Return whether words that were turned down name the theme of an answer: “not buy-in”."""
        theme = self._knowledge().themes.get(answer.intent)
        return theme is not None and isinstance(read_answer(rejected, [theme.title]), Picked)

    def _name_lesson(self, answer: Answer) -> frozenset[str]:
        """Return the ids of the lesson of an answer and of its step, which are not wanted again."""
        selection = find_selection(self._knowledge(), answer)
        return frozenset((selection.lesson.id, selection.nudge.id)) if selection else frozenset()

    async def read(
        self, text: str, correction: Correction, found: "Classification", answer: Answer | None, words: str
    ) -> Turn | None:
        """Return what a correction means; None where it is a problem of its own."""
        rejected = await self._classify(correction.rejected) if correction.rejected else None
        named = rejected is not None and (
            rejected.named or fold(correction.rejected) in ("this", "that", "it", "these")
        )
        if answer and correction.rejected and self._names_theme(correction.rejected, answer):
            return Reread(correction.wanted, self._name_lesson(answer) | {answer.intent})
        if found.decision == "answer" and not named:  # “not” is a word of the problem
            return self.turn_down(text, answer) if answer else None
        wanted = await self._classify(correction.wanted)
        if wanted.care.band == "danger":  # a doubt was weighed over the whole turn
            return None
        without = {rejected.intents[0].id} if rejected and rejected.named else set()
        if answer and (named or not correction.rejected) and not wanted.named:
            without.add(answer.intent)
        if answer and words and correction.adds and wanted.intents[0].id != answer.intent:
            joined = await self._classify(join_detail(words, correction.wanted))
            if joined.intents[0].id == answer.intent and len(correction.wanted.split()) <= _FEW_FOR_A_DETAIL:
                return Meant((Another(answer.id),))  # a detail of the same problem: “I meant without money”
        few = len(correction.wanted.split()) <= FEW_FOR_A_PROBLEM and not wanted.named
        if (
            few
            and wanted.decision != "answer"
            and (turn := await self._topics.pick(correction.wanted, wanted, words, without))
        ):
            return turn
        if wanted.decision not in ("answer", "clarify"):
            return None
        if answer:
            without |= self._name_lesson(answer)
        return Reread(correction.wanted, frozenset(without - {wanted.intents[0].id} if wanted.named else without))

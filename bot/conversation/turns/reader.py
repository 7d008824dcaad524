"""The reader of turns: which reader is asked, in which order."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.actions import PickTheme, SayCue
from bot.conversation.memory import Situation
from bot.conversation.reminder_days import names_a_moment
from bot.conversation.turns.lesson_corrections import LessonCorrectionReader
from bot.conversation.turns.lesson_follow_ups import FollowUpFinder
from bot.conversation.turns.lesson_requests import LessonRequests
from bot.conversation.turns.lesson_turns import LessonTurnReader
from bot.conversation.turns.lookups import Classify, FindAlike, FindDay, FindOpenPromise, MeasureForeignness
from bot.conversation.turns.meanings import Meant, Reread, Turn
from bot.conversation.turns.options import ThemeOptions
from bot.conversation.turns.personal_turns import PersonalTurnReader
from bot.conversation.turns.question_answers import QuestionAnswerReader
from bot.conversation.turns.returns import ReturnReader
from bot.conversation.turns.shown_lessons import ShownLessons
from bot.conversation.turns.topics import TopicReader
from bot.conversation.wording import remove_courtesy
from bot.message import AbilitiesByPlatform, Message
from bot.store.answers import Answers

if TYPE_CHECKING:
    from intents import Classification
    from knowledge import Knowledge


class TurnReader:
    """Reads turns in the light of what is pending.

    Parameters
    ----------
    knowledge
        Returns the current knowledge.
    answers
        What each place was told.
    classify
        Returns the classification of a text.
    find_open_promise
        Returns the id of a person's newest open promise; None where there is none.
    find_day
        Returns the day for which a turn asks; None where it names none.
    abilities
        What each platform can do.
    find_alike
        Returns which follow-up a text is most like in meaning, and how much, from -1 to 1.
    measure_foreignness
        Returns how much liker a text is to what is foreign than to what is said within a talk.
    """

    def __init__(
        self,
        knowledge: "Callable[[], Knowledge]",
        answers: Answers,
        classify: Classify,
        find_open_promise: FindOpenPromise,
        find_day: FindDay,
        abilities: AbilitiesByPlatform,
        find_alike: FindAlike,
        measure_foreignness: MeasureForeignness,
    ) -> None:
        shown = ShownLessons(knowledge, answers, classify)
        topics = TopicReader(knowledge, classify)
        self._options = ThemeOptions(knowledge)
        self._personal = PersonalTurnReader(find_open_promise, find_day)
        self._questions = QuestionAnswerReader(self._options, topics, classify)
        self._follow_ups = FollowUpFinder(knowledge, shown, classify, find_alike, measure_foreignness)
        self._lessons = LessonTurnReader(
            self._options,
            shown,
            ReturnReader(knowledge, answers, classify, shown, topics),
            LessonCorrectionReader(knowledge, topics, classify),
            self._follow_ups,
            LessonRequests(knowledge, answers, shown, self._personal, abilities),
            find_open_promise,
        )

    async def read(self, message: Message, text: str, found: "Classification", situation: Situation) -> Turn | None:
        """Return what a message means in the light of the last; None where it says something of its own.

        Parameters
        ----------
        text
            The message in one line, normalised.
        found
            What the message is taken for by itself.
        """
        own, shared = situation.pending.own, situation.pending.shared
        if shared and (named := self._options.find_named(text, shared)):
            return Meant((PickTheme(named),))
        safe = own is not None and own.kind == "promise" and found.care.band == "none"
        if own and safe and names_a_moment(text, is_problem=found.decision == "answer"):
            return Meant((SayCue(own.about, text),))
        if own and (turn := self._personal.read_pending(text, own, shared)):
            return turn
        bare = remove_courtesy(text)
        if (
            shared
            and shared.about
            and bare
            and bare != text
            and await self._follow_ups.is_new_problem(message, bare, shared)
        ):
            return Reread(bare)
        if shared and shared.kind == "question":
            turn = await self._questions.read(bare or text, found, shared, situation.words)
        else:
            turn = await self._lessons.read(message, bare, found, shared, situation.words) if bare else None
        if turn is None and bare and bare != text:
            return Reread(bare)
        return turn

"""Requests on a lesson: what is answered to a follow-up, to a bare yes or no, and to what no part of it says."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.actions import Action, Another, NoneOfThese, Part, PickTheme, Share, ShowLesson, ShowPart, ShowThemes, Why
from bot.conversation import responses
from bot.conversation.depth import LABELS, choose_next_part, list_parts
from bot.conversation.follow_ups import FollowUp
from bot.conversation.history import find_selection
from bot.conversation.picks import Agreed, Declined, Picked
from bot.conversation.turns.meanings import Meant, Reread, Said, Turn
from bot.conversation.turns.personal_turns import PersonalTurnReader
from bot.conversation.turns.shown_lessons import ShownLessons
from bot.conversation.unanswerable import Unanswerable
from bot.message import AbilitiesByPlatform, Choice, Message, Place, Reply
from bot.store.answers import Answer, Answers

if TYPE_CHECKING:
    from knowledge import Knowledge

_ANOTHER_ANGLE = "That was all I have on it in that lesson; this is another angle on the same theme."


class LessonRequests:
    """Turns requests on a lesson into what they mean.

    Parameters
    ----------
    knowledge
        Returns the current knowledge.
    answers
        What each place was told.
    shown
        Looks up lessons that a place was shown.
    personal
        Reads what is said of a step as a promise.
    abilities
        What each platform can do.
    """

    def __init__(
        self,
        knowledge: "Callable[[], Knowledge]",
        answers: Answers,
        shown: ShownLessons,
        personal: PersonalTurnReader,
        abilities: AbilitiesByPlatform,
    ) -> None:
        self._knowledge = knowledge
        self._answers = answers
        self._shown = shown
        self._personal = personal
        self._abilities = abilities

    def read_bare_answer(
        self, said: Picked | Agreed | Declined, answer: Answer | None, part: str, *, flat_no: bool
    ) -> Turn | None:
        """Read a number, a yes or a no where nothing was asked: a yes to a lesson goes on with it.

        Parameters
        ----------
        flat_no
            Whether it says no and nothing else, which turns a lesson down.
        """
        if flat_no and answer:
            return Meant((NoneOfThese(),))
        if isinstance(said, Picked):
            return Said(responses.what_is_meant())
        if isinstance(said, Agreed) and answer and (selection := find_selection(self._knowledge(), answer)):
            return Meant((ShowPart(answer.id, choose_next_part(selection, part)),))
        return Reread(said.rest) if isinstance(said, Declined) and said.rest else None

    def answer_beside_lesson(self, asked: Unanswerable, answer: Answer) -> Turn | None:
        """Return what is said to a question that no part of a lesson answers."""
        selection = find_selection(self._knowledge(), answer)
        if selection is None:
            return None
        sentence, minutes = asked.sentence, selection.nudge.minutes
        if asked.about_time and minutes:
            sentence = f"The small step is meant for about {minutes} minutes."
        return Said(
            responses.unanswered_by_lesson(sentence, Choice(ShowPart(answer.id, asked.part), LABELS[asked.part]))
        )

    async def follow(self, message: Message, text: str, follow_up: FollowUp, answer: Answer, part: str) -> Turn | None:
        """Return what a follow-up to a lesson means; None where it means nothing here."""
        match follow_up.act:
            case "how" | "say" | "if_not" | "brief" | "evidence" | "place" as wanted:
                if wanted != part:
                    return Meant((ShowPart(answer.id, wanted),))
                return self._find_more_of(answer, wanted)
            case "more":
                selection = find_selection(self._knowledge(), answer)
                return Meant((ShowPart(answer.id, choose_next_part(selection, part)),)) if selection else None
            case "again":
                return Meant((_show_again(answer.id, part),))
            case "back":
                before = answer if part else await self._answers.lesson_before(message.place, answer)
                return Meant((ShowLesson(before.id),)) if before else Said(responses.nothing_before())
            case "recall":
                return Meant((ShowLesson(await self._shown.recall(message.place, text, answer)),))
            case "another":
                return Meant((Another(answer.id),))
            case "topic":
                return Meant((ShowThemes(),))
            case "why":
                return Meant((Why(answer.id),))
            case "share":
                return Said(self._offer_to_share(message.place, answer))
            case _:
                return await self._personal.read_promise(message, text, follow_up.act, answer)

    def _find_more_of(self, answer: Answer, part: Part) -> Turn | None:
        """Return what there is beyond a part that was just shown: another example or way is another lesson's."""
        if part == "place":
            return self._find_other_example(answer) or Meant((Another(answer.id),))
        return (
            Meant((Another(answer.id),), _ANOTHER_ANGLE) if part == "if_not" else self._offer_other_parts(answer, part)
        )

    def _find_other_example(self, answer: Answer) -> Turn | None:
        """Return another lesson of the theme that tells where it was done; None where there is no other."""
        selection = find_selection(self._knowledge(), answer)
        lessons = selection.theme.lessons if selection else ()
        told = selection.lesson.place if selection else None
        other = next((one for one in lessons if one.place and one.place != told), None)
        return Meant((PickTheme(other.id),), "This lesson has another example.", part="place") if other else None

    def _offer_other_parts(self, answer: Answer, shown: Part) -> Turn | None:
        """Return the notice that a part which was just shown is all there is, with the other parts."""
        selection = find_selection(self._knowledge(), answer)
        if selection is None:
            return None
        parts = [Choice(ShowPart(answer.id, part), LABELS[part]) for part in list_parts(selection) if part != shown]
        return Said(responses.all_on_that(LABELS[shown], (*parts, Choice(Another(answer.id), "Another"))))

    def _offer_to_share(self, place: Place, answer: Answer) -> Reply:
        if not place.private:
            return responses.shared_already()
        if not self._abilities[place.platform].shares:
            return responses.cannot_share()
        return responses.press_to_share(Choice(Share(answer.id), "Share"))


def _show_again(answer: str, part: str) -> Action:
    return ShowPart(answer, part) if part else ShowLesson(answer)  # type: ignore[arg-type]  # read from our own row

"""The lessons of a place: chosen, recorded, and later explained, recalled or shared."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from bot.actions import Part
from bot.conversation import history, responses
from bot.conversation.depth import build_depth_reply, choose_next_part
from bot.conversation.explanations import Explanations
from bot.conversation.lesson_reply import build_lesson_reply, select_lesson
from bot.conversation.tips import TipChooser
from bot.message import LessonReply, Place, Reply, SmallStep, TextReply
from bot.store.answers import Answer, Answers, create_id

if TYPE_CHECKING:
    from intents import Classification
    from knowledge import Knowledge, Selection

_FAIRLY_SURE = 0.75


class Lessons:
    """Chooses the lessons of each place, and records them as answers.

    Parameters
    ----------
    knowledge
        Returns the current knowledge.
    answers
        What each place has seen.
    tips
        Chooses a tip where one is asked for.
    explanations
        Why the latest answers were given.
    today
        Returns today's local date.
    promises
        Whether “I’ll do this” is offered.
    """

    def __init__(
        self,
        knowledge: "Callable[[], Knowledge]",
        answers: Answers,
        tips: TipChooser,
        explanations: Explanations,
        today: Callable[[], date],
        *,
        promises: bool,
    ) -> None:
        self._knowledge = knowledge
        self._answers = answers
        self._tips = tips
        self._explanations = explanations
        self._today = today
        self._promises = promises

    async def choose(
        self,
        place: Place,
        theme: str,
        kind: history.RecordedKind,
        text: str = "",
        found: "Classification | None" = None,
    ) -> LessonReply:
        """Return a lesson of a theme that the place has not seen, recorded as an answer.

        Parameters
        ----------
        text
            What was asked, in plain text; empty for a theme that was asked for by name.
        found
            What the text was taken for.
        """
        seen = await self._answers.seen(place)
        selection = self._knowledge().choose(theme, "" if found and found.named else text, seen, seed=len(seen))
        return await self._record_lesson(place, selection, kind, text, found)

    async def choose_tip(self, place: Place, on: date | None = None, themes: Collection[str] = ()) -> LessonReply:
        """Return a tip that the place has not seen, for a local date (today when None), recorded as an answer."""
        tip = await self._tips.prepare(place, on or self._today(), themes, asked=True)
        await self._answers.record(tip.reply.answer, place, "tip", tip.reply.theme, tip.nudge)
        self._explanations.keep(tip.reply.answer, tip.because)
        return tip.reply

    async def choose_another(self, place: Place, answer: str) -> Reply:
        """Return another lesson on the theme of an answer; of the latest answer where the id is empty."""
        earlier = await self._find_answer(place, answer)
        if earlier is None or earlier.intent not in self._knowledge().themes:
            return responses.gone() if answer else await self.choose_tip(place)
        return await self.choose(place, earlier.intent, "another")

    async def choose_picked(self, place: Place, value: str) -> Reply:
        """Return the picked lesson, or a lesson of the picked theme, by id."""
        knowledge = self._knowledge()
        if value in knowledge.themes:
            return await self.choose(place, value, "theme")
        found = knowledge.find_lesson(value)
        if found is None:
            return responses.gone()
        theme, lesson = found
        seen = await self._answers.seen(place)
        if any(nudge.id in seen for nudge in lesson.nudges):
            selection = knowledge.choose(theme.id, "", seen, seed=len(seen))
        else:
            selection = select_lesson(knowledge, theme, lesson)
        return await self._record_lesson(place, selection, "picked")

    async def explain(self, place: Place, answer: str | None = None) -> Reply:
        """Return the explanation of an answer; of the latest lesson where `answer` is None."""
        if answer is None:
            earlier = await self._answers.latest_lesson(place)
        else:
            earlier = await self._answers.get(answer, place)
        if earlier is None:
            return responses.nothing_yet()
        words, because = await self._explanations.find(earlier.id)
        return history.build_why_reply(self._knowledge(), earlier, words, because) or responses.gone()

    async def list_sources(self, place: Place) -> TextReply:
        """Return the sources, headed by that of the latest lesson in the place."""
        return history.list_sources(self._knowledge(), await self._answers.latest_lesson(place))

    async def share(self, place: Place, answer: str, to: Place) -> LessonReply | None:
        """Return the lesson of an earlier answer, recorded as an answer in another place.

        Parameters
        ----------
        answer
            Id of the answer; empty for the latest lesson.
        to
            The place that receives the lesson; the lesson counts as seen there.

        Returns
        -------
        LessonReply or None
            None when there is no such answer in this place.
        """
        earlier = await self._find_answer(place, answer)
        selection = history.find_selection(self._knowledge(), earlier) if earlier else None
        return await self._record_lesson(to, selection, "shared") if selection else None

    async def recall(self, place: Place, answer: str) -> LessonReply | None:
        """Return the lesson of an earlier answer under the same id; None when the lesson is gone."""
        earlier = await self._answers.get(answer, place)
        selection = history.find_selection(self._knowledge(), earlier) if earlier else None
        if earlier is None or selection is None:
            return None
        kind = history.find_reply_kind(cast(history.RecordedKind, earlier.kind))
        return build_lesson_reply(selection, kind, answer, "", self._promises)

    async def show_part(self, place: Place, answer: str, part: Part | None, shown: str = "", chosen: str = "") -> Reply:
        """Return one part of what stands behind the lesson of an answer.

        Parameters
        ----------
        answer
            Id of the answer; empty for the latest lesson.
        part
            None for the part that follows the one that was `shown`.
        chosen
            A sentence in front, on why this part is shown.
        """
        earlier = await self._find_answer(place, answer)
        knowledge = self._knowledge()
        selection = history.find_selection(knowledge, earlier) if earlier else None
        if earlier is None or selection is None:
            return responses.gone() if answer else responses.nothing_yet()
        part = part or choose_next_part(selection, shown)
        return build_depth_reply(knowledge, selection, earlier.id, part, promises=self._promises, chosen=chosen)

    async def find_latest_step(self, place: Place, since: datetime) -> SmallStep | None:
        """Return the newest small step given in a place since an instant; None when there is none."""
        latest = await self._answers.latest_lesson(place)
        if latest is None or latest.at < since:
            return None
        selection = history.find_selection(self._knowledge(), latest)
        return SmallStep(latest.id, selection.theme.title, selection.nudge.text) if selection else None

    async def _record_lesson(
        self,
        place: Place,
        selection: "Selection",
        kind: history.RecordedKind,
        text: str = "",
        found: "Classification | None" = None,
    ) -> LessonReply:
        answer = create_id()
        ranked = list_ranked(found) if found else []
        await self._answers.record(answer, place, kind, selection.theme.id, selection.nudge.id, ranked)
        guessed = found is not None and not found.named
        held = guessed and found is not None and found.care.band == "none"
        self._explanations.keep(answer, selection.because, text if held else "")
        confidence = _describe_confidence(found) if guessed and found else ""
        return build_lesson_reply(selection, history.find_reply_kind(kind), answer, confidence, self._promises)

    async def _find_answer(self, place: Place, answer: str) -> Answer | None:
        """Return an answer of a place; the latest lesson where the id is empty."""
        return await self._answers.get(answer, place) if answer else await self._answers.latest_lesson(place)


def list_ranked(found: "Classification") -> list[tuple[str, float]]:
    """Return what is recorded of a ranking: of a message that needs care, the themes alone."""
    return [(one.id, one.confidence) for one in (found.intents if found.care.band == "none" else found.themes)]


def _describe_confidence(found: "Classification") -> str:
    sure = "I am fairly sure" if found.intents[0].confidence >= _FAIRLY_SURE else "I think"
    return f"{sure} that this is what you mean."

"""The tips of a place: chosen, previewed and rebuilt."""

import zlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.conversation.depth import build_depth_reply
from bot.conversation.lesson_reply import build_lesson_reply, select_lesson
from bot.conversation.moments import Moment, PlannedTip, ask_what_happened, choose_planned
from bot.message import ComingTip, DepthReply, LessonReply, Place, TextReply
from bot.store.answers import Answers, create_id
from bot.store.promises import StepsTaken

if TYPE_CHECKING:
    from knowledge import AskerRole, Knowledge, Selection


FindStepsTaken = Callable[[Place, datetime], Awaitable[StepsTaken]]
_SMALL = 15  # minutes; what is shorter is smaller than a step whose length nobody has measured


@dataclass(frozen=True, slots=True)
class PreparedTip:
    """A tip that is ready to be shown, and not recorded yet.

    Parameters
    ----------
    nudge
        Id of the small step, from which the same tip can be rebuilt.
    because
        Why this tip was chosen, in sentences.
    """

    reply: LessonReply
    nudge: str
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedPost:
    """What a place gets on a planned day, not recorded yet.

    Parameters
    ----------
    answer, theme, nudge
        What is recorded as seen; empty for a question, which shows nothing new.
    """

    reply: LessonReply | DepthReply | TextReply
    answer: str = ""
    theme: str = ""
    nudge: str = ""


class TipChooser:
    """Chooses the tips of each place and builds their replies.

    Parameters
    ----------
    knowledge
        Returns the current knowledge.
    answers
        What each place has seen.
    promises
        Whether “I’ll do this” is offered under a tip.
    find_steps
        Returns the small steps done in a place since an instant; None where promises are off.
    """

    def __init__(
        self,
        knowledge: "Callable[[], Knowledge]",
        answers: Answers,
        promises: bool = False,
        find_steps: "FindStepsTaken | None" = None,
    ) -> None:
        self._find_steps = find_steps
        self._knowledge = knowledge
        self._answers = answers
        self._promises = promises

    async def prepare(
        self,
        place: Place,
        on: date,
        themes: Collection[str] = (),
        *,
        asked: bool = False,
        role: "AskerRole | None" = None,
        minutes: int | None = None,
    ) -> PreparedTip:
        """Return the next tip of a place for a local date, without recording it.

        Parameters
        ----------
        asked
            Whether a person asked for the tip, so that it is no daily tip.
        role, minutes
            Whom it is for and how long they have, where that is known.
        """
        seen = await self._answers.seen(place)
        selection = self._knowledge().choose_tip(
            seen, on, themes, seed=_compute_seed(place), asked=asked, role=role, minutes=minutes
        )
        reply = build_lesson_reply(selection, "tip", create_id(), "", self._promises)
        return PreparedTip(reply, selection.nudge.id, selection.because)

    def find_smaller(self, nudge: str) -> str | None:
        """Return the id of the shortest other step of the same lesson that takes fewer minutes; None without one."""
        found = self._knowledge().find_nudge(nudge)
        if found is None:
            return None
        _, lesson, own = found
        most = own.minutes if own.minutes is not None else _SMALL
        shorter = [
            one
            for one in lesson.nudges
            if one.id != own.id and one.minutes is not None and one.minutes < most and set(one.roles) <= set(own.roles)
        ]
        return min(shorter, key=lambda one: one.minutes or 0).id if shorter else None

    async def prepare_planned(self, place: Place, planned: PlannedTip) -> PlannedPost:
        """Return what a place gets on a planned day, without recording it.

        A week without a step asks no question: another step comes in its place.
        """
        knowledge = self._knowledge()
        if planned.moment == "question" and (step := await self._find_step_of_week(place, planned.day)):
            return PlannedPost(ask_what_happened(*step, await self._find_progress(place, planned)))
        selection = choose_planned(knowledge, planned, await self._answers.seen(place), _compute_seed(place))
        answer = create_id()
        reply = self._build_planned(answer, selection, planned.moment)
        return PlannedPost(reply, answer, selection.theme.id, selection.nudge.id)

    async def list_planned(self, place: Place, planned: Sequence[PlannedTip]) -> list[ComingTip]:
        """Return exactly what `prepare_planned` would give, day after day, if nothing else is shown in between."""
        seen = await self._answers.seen(place)
        weeks = {_monday_of(one.day) for one in planned[:1] if await self._find_step_of_week(place, one.day)}
        coming = []
        for one in sorted(planned, key=lambda one: one.day):
            if one.moment == "question" and _monday_of(one.day) in weeks:
                coming.append(ComingTip(one.day, "a question about the small step", "What happened this week?"))
                continue
            selection = choose_planned(self._knowledge(), one, seen, _compute_seed(place))
            seen.append(selection.nudge.id)
            weeks.add(_monday_of(one.day))
            coming.append(ComingTip(one.day, selection.theme.title, selection.lesson.title))
        return coming

    async def list_coming(self, place: Place, days: Sequence[date], themes: Collection[str] = ()) -> list[ComingTip]:
        """Return the tips of a place that gets one on each of these days. See `list_planned`."""
        return await self.list_planned(place, [PlannedTip(day, themes=tuple(themes)) for day in days])

    def rebuild_planned(self, answer: str, nudge: str, moment: Moment) -> PlannedPost | None:
        """Return what was chosen earlier for a planned day; None when the knowledge no longer has its nudge."""
        knowledge = self._knowledge()
        found = knowledge.find_nudge(nudge)
        if found is None:
            return None
        theme, lesson, _ = found
        reply = self._build_planned(answer, select_lesson(knowledge, theme, lesson, nudge), moment)
        return PlannedPost(reply, answer, theme.id, nudge)

    def _build_planned(self, answer: str, selection: "Selection", moment: Moment) -> LessonReply | DepthReply:
        if moment == "story" and selection.lesson.place:
            return build_depth_reply(self._knowledge(), selection, answer, "place", promises=self._promises)
        return build_lesson_reply(selection, "tip", answer, "", self._promises)

    async def _find_progress(self, place: Place, planned: PlannedTip) -> StepsTaken | None:
        """Return the steps done in a place in the month of a day; None where it has not asked to see them."""
        if not planned.progress or self._find_steps is None:
            return None
        return await self._find_steps(place, datetime.combine(planned.day.replace(day=1), time.min, tzinfo=UTC))

    async def _find_step_of_week(self, place: Place, day: date) -> tuple[str, str] | None:
        """Return the id and the text of the first small step that was shown in the week of a date."""
        since = datetime.combine(_monday_of(day), time.min, tzinfo=UTC)
        first = await self._answers.first_tip(place, since)
        shown = self.rebuild(first.id, first.nudge) if first and first.nudge else None
        return (first.id, shown.nudge) if first and shown else None

    def list_titles(self) -> dict[str, str]:
        """Return the titles of the themes by their ids."""
        return {name: theme.title for name, theme in self._knowledge().themes.items()}

    def rebuild(self, answer: str, nudge: str) -> LessonReply | None:
        """Return the reply of a tip chosen earlier; None when the knowledge no longer has its nudge."""
        knowledge = self._knowledge()
        found = knowledge.find_nudge(nudge)
        if found is None:
            return None
        theme, lesson, _ = found
        return build_lesson_reply(select_lesson(knowledge, theme, lesson, nudge), "tip", answer, "", self._promises)


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _compute_seed(place: Place) -> int:
    """Return the seed of a place: its own order of tips, the same in a preview and in delivery."""
    return zlib.crc32(place.key.encode())

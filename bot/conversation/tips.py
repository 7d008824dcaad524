"""The tips of a place: chosen, foretold and rebuilt."""

import zlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bot.conversation.lesson_reply import build_lesson_reply, select_lesson
from bot.message import ComingTip, LessonReply, Place
from bot.store.answers import Answers, new_id

if TYPE_CHECKING:
    from knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class PreparedTip:
    """A tip that is ready to be told, and not recorded yet.

    Parameters
    ----------
    nudge
        Id of its small step; with it the same tip can be told again.
    because
        Why this one, in sentences.
    """

    reply: LessonReply
    nudge: str
    because: tuple[str, ...] = ()


class TipChooser:
    """Chooses the tips of a place and puts them into words.

    Parameters
    ----------
    knowledge
        Gives the knowledge as it is now.
    answers
        What each place has seen.
    promises
        Whether “I’ll do this” is offered under a tip.
    """

    def __init__(self, knowledge: "Callable[[], Knowledge]", answers: Answers, promises: bool = False) -> None:
        self._knowledge = knowledge
        self._answers = answers
        self._promises = promises

    async def prepare(
        self, place: Place, on: date, themes: Collection[str] = (), *, asked: bool = False
    ) -> PreparedTip:
        """Choose the next tip of a place, for a local date. Nothing is recorded.

        Parameters
        ----------
        asked
            Somebody asks for it, so it is no daily tip.
        """
        seen = await self._answers.seen(place)
        selection = self._knowledge().choose_tip(seen, on, themes, seed=_compute_seed(place), asked=asked)
        reply = build_lesson_reply(selection, "tip", new_id(), "", self._promises)
        return PreparedTip(reply, selection.nudge.id, selection.because)

    async def list_coming(self, place: Place, days: Sequence[date], themes: Collection[str] = ()) -> list[ComingTip]:
        """Tell exactly what `prepare` would choose on these days, if nothing else is told there in between."""
        if not days:
            return []
        seen = await self._answers.seen(place)
        selections = self._knowledge().choose_tips(min(days), days, seen, themes, seed=_compute_seed(place))
        return [
            ComingTip(day, selection.theme.title, selection.lesson.title)
            for day, selection in zip(sorted(days), selections, strict=True)
        ]

    def rebuild(self, answer: str, nudge: str) -> LessonReply | None:
        """Put a tip that was chosen before into words again; None when the knowledge no longer has it."""
        knowledge = self._knowledge()
        found = knowledge.find_lesson(nudge.rpartition("/")[0])
        if found is None:
            return None
        theme, lesson = found
        if all(one.id != nudge for one in lesson.nudges):
            return None
        return build_lesson_reply(select_lesson(knowledge, theme, lesson, nudge), "tip", answer, "", self._promises)


def _compute_seed(place: Place) -> int:
    """Give each place an order of its own, the same for a preview and for the tips that come."""
    return zlib.crc32(place.key.encode())

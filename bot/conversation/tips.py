"""The tips of a place: chosen, previewed and rebuilt."""

import zlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bot.conversation.lesson_reply import build_lesson_reply, select_lesson
from bot.message import ComingTip, LessonReply, Place
from bot.store.answers import Answers, create_id

if TYPE_CHECKING:
    from knowledge import Knowledge, Role


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
    """

    def __init__(self, knowledge: "Callable[[], Knowledge]", answers: Answers, promises: bool = False) -> None:
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
        role: "Role | None" = None,
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

    async def list_coming(self, place: Place, days: Sequence[date], themes: Collection[str] = ()) -> list[ComingTip]:
        """Return exactly the tips that `prepare` would choose on these days, if no other lesson is shown in between."""
        if not days:
            return []
        seen = await self._answers.seen(place)
        selections = self._knowledge().choose_tips(min(days), days, seen, themes, seed=_compute_seed(place))
        return [
            ComingTip(day, selection.theme.title, selection.lesson.title)
            for day, selection in zip(sorted(days), selections, strict=True)
        ]

    def rebuild(self, answer: str, nudge: str) -> LessonReply | None:
        """Return the reply of a tip chosen earlier; None when the knowledge no longer has its nudge."""
        knowledge = self._knowledge()
        found = knowledge.find_nudge(nudge)
        if found is None:
            return None
        theme, lesson, _ = found
        return build_lesson_reply(select_lesson(knowledge, theme, lesson, nudge), "tip", answer, "", self._promises)


def _compute_seed(place: Place) -> int:
    """Return the seed of a place: its own order of tips, the same in a preview and in delivery."""
    return zlib.crc32(place.key.encode())

"""A chosen lesson put into a reply: the one place where that is done, for a question and for a daily tip alike."""

import zlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from bot.actions import Another, Rate, TakeOn, Why
from bot.message import Choice, ComingTip, LessonReply, Place, Quote, order_choices
from bot.store.answers import Answers, new_id

if TYPE_CHECKING:
    from knowledge import Knowledge, Lesson, Selection, Theme

Kind = Literal["lesson", "theme", "tip"]


def build_lesson_reply(selection: "Selection", kind: Kind, answer: str, confidence: str, promises: bool) -> LessonReply:
    """Make the reply that tells a lesson.

    Parameters
    ----------
    answer
        Id under which it is remembered.
    confidence
        How sure the bot is, in words; empty when it was not a guess.
    promises
        Whether “I’ll do this” is offered.
    """
    choices = [
        Choice(Another(answer), "Another"),
        Choice(Why(answer), "Why this?"),
        Choice(Rate(answer, helpful=True), "Helpful"),
        Choice(Rate(answer, helpful=False), "Not helpful"),
    ]
    if promises:
        choices.append(Choice(TakeOn(answer), "I’ll do this"))
    return LessonReply(
        kind=kind,
        answer=answer,
        theme=selection.theme.id,
        theme_title=selection.theme.title,
        title=selection.lesson.title,
        lesson=selection.lesson.lesson,
        quote=_quote(selection),
        nudge=selection.nudge.text,
        about=selection.theme.about if kind == "theme" else "",
        confidence=confidence,
        also=selection.lesson.today or "",
        choices=order_choices(choices),
    )


def _quote(selection: "Selection") -> Quote:
    source = selection.source
    return Quote(
        text=selection.lesson.quote.text,
        author=source.author,
        title=source.title,
        publisher=source.publisher,
        date=source.date,
        satire=source.kind == "satire",
        url=source.url,
    )


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


class Tips:
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
        selection = self._knowledge().choose_tip(seen, on, themes, seed=_seed(place), asked=asked)
        reply = build_lesson_reply(selection, "tip", new_id(), "", self._promises)
        return PreparedTip(reply, selection.nudge.id, selection.because)

    async def coming(self, place: Place, days: Sequence[date], themes: Collection[str] = ()) -> list[ComingTip]:
        """Tell exactly what `prepare` would choose on these days, if nothing else is told there in between."""
        if not days:
            return []
        seen = await self._answers.seen(place)
        selections = self._knowledge().choose_tips(min(days), days, seen, themes, seed=_seed(place))
        return [
            ComingTip(day, selection.theme.title, selection.lesson.title)
            for day, selection in zip(sorted(days), selections, strict=True)
        ]

    def again(self, answer: str, nudge: str) -> LessonReply | None:
        """Put a tip that was chosen before into words again; None when the knowledge no longer has it."""
        knowledge = self._knowledge()
        found = knowledge.find_lesson(nudge.rpartition("/")[0])
        if found is None:
            return None
        theme, lesson = found
        if all(one.id != nudge for one in lesson.nudges):
            return None
        return build_lesson_reply(select_lesson(knowledge, theme, lesson, nudge), "tip", answer, "", self._promises)


def select_lesson(knowledge: "Knowledge", theme: "Theme", lesson: "Lesson", nudge: str | None = None) -> "Selection":
    """Select one lesson and none other, with the nudge of this id; with its first where it has no such nudge."""
    from knowledge import Selection

    step = next((one for one in lesson.nudges if one.id == nudge), lesson.nudges[0])
    return Selection(theme, lesson, step, knowledge.sources[lesson.quote.source])


def _seed(place: Place) -> int:
    """Give each place an order of its own, the same for a preview and for the tips that come."""
    return zlib.crc32(place.key.encode())

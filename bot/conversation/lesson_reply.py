"""Lesson replies: built here alone, for questions and for daily tips alike."""

from typing import TYPE_CHECKING, Literal

from bot.actions import Another, More, Rate, TakeOn, Why
from bot.message import Choice, LessonReply, Quote, order_choices

if TYPE_CHECKING:
    from knowledge import Knowledge, Lesson, LessonQuote, Selection, Source, Theme

Kind = Literal["lesson", "theme", "tip"]


def build_lesson_reply(selection: "Selection", kind: Kind, answer: str, confidence: str, promises: bool) -> LessonReply:
    """Return the reply that shows a selected lesson.

    Parameters
    ----------
    answer
        Id under which the answer is recorded.
    confidence
        How sure the bot is, in words; empty when it was not a guess.
    promises
        Whether “I’ll do this” is offered.
    """
    choices = [
        Choice(Another(answer), "Another"),
        Choice(More(answer), "More"),
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
        quote=_build_lesson_quote(selection.lesson, selection.source),
        nudge=selection.nudge.text,
        about=selection.theme.about if kind == "theme" else "",
        confidence=confidence,
        also=selection.lesson.today or "",
        choices=order_choices(choices),
        experience=selection.lesson.experience or "",
    )


def _build_lesson_quote(lesson: "Lesson", source: "Source | None") -> Quote | None:
    return build_quote(lesson.quote, source) if lesson.quote and source else None


def build_quote(words: "LessonQuote", source: "Source") -> Quote:
    """Return a quote with its source."""
    return Quote(
        text=words.text,
        author=source.author,
        title=source.title,
        publisher=source.publisher,
        date=source.date,
        satire=source.kind == "satire",
        url=source.url,
        speaker=words.speaker,
    )


def select_lesson(knowledge: "Knowledge", theme: "Theme", lesson: "Lesson", nudge: str | None = None) -> "Selection":
    """Return a selection of one lesson with the nudge of an id, or with its first nudge where that id is unknown."""
    from knowledge import Selection

    current = knowledge.resolve_nudge(nudge) if nudge else ""
    step = next((one for one in lesson.nudges if one.id == current), lesson.nudges[0])
    return Selection(theme, lesson, step, knowledge.find_source(lesson))

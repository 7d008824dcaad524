"""A lesson of a form as Slack and Teams would show it, whole or not."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.actions import Another, More, Rate, Share, TakeOn, Why
from bot.message import Choice, LessonReply, Quote, order_choices
from bot.platforms.simulator.looks import Json, Look

if TYPE_CHECKING:
    from knowledge import Source

_NOT_YET = "…"
_ANSWER = "preview"


def render_preview(
    form: Mapping[str, Any], lesson: int, step: int, sources: "Mapping[str, Source]", looks: Sequence[Look], theme: str
) -> Json | None:
    """Return a lesson in every look; None where the form has no such lesson.

    Parameters
    ----------
    sources
        What a quote may name, by id.
    theme
        The title of the theme.
    """
    lessons = form.get("lessons")
    if not isinstance(lessons, list) or lesson >= len(lessons) or not isinstance(lessons[lesson], Mapping):
        return None
    reply = _build_reply(lessons[lesson], step, sources, theme)
    return {look.name: look.render(reply) for look in looks}


def _build_reply(lesson: Mapping[str, Any], step: int, sources: "Mapping[str, Source]", theme: str) -> LessonReply:
    steps = [_read_step(one) for one in _read_list(lesson, "nudges")]
    choices = [
        Choice(TakeOn(_ANSWER), "I’ll do this"),
        Choice(Another(_ANSWER), "Another"),
        Choice(More(_ANSWER), "More"),
        Choice(Why(_ANSWER), "Why this?"),
        Choice(Share(_ANSWER), "Share"),
        Choice(Rate(_ANSWER, helpful=True), "Helpful"),
        Choice(Rate(_ANSWER, helpful=False), "Not helpful"),
    ]
    quote = _build_quote(lesson.get("quote"), sources)
    return LessonReply(
        kind="lesson",
        answer=_ANSWER,
        theme="preview",
        theme_title=theme or _NOT_YET,
        title=_read(lesson, "title") or _NOT_YET,
        lesson=_read(lesson, "lesson") or _NOT_YET,
        quote=quote,
        nudge=(steps[step] if step < len(steps) else "") or _NOT_YET,
        also=_read_note(lesson.get("today")),
        choices=order_choices(choices),
        experience="" if quote else _read(lesson, "experience") or _NOT_YET,
    )


def _build_quote(quote: object, sources: "Mapping[str, Source]") -> Quote | None:
    if not isinstance(quote, Mapping):
        return None
    source = sources.get(_read(quote, "source"))
    return Quote(
        text=_read(quote, "text") or _NOT_YET,
        author=source.author if source else None,
        title=source.title if source else _NOT_YET,
        publisher=source.publisher if source else None,
        date=source.date if source else None,
        satire=source is not None and source.kind == "satire",
        url=source.url if source else None,
        speaker=_read(quote, "speaker") or None,
    )


def _read(form: Mapping[str, Any], key: str) -> str:
    value = form.get(key)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _read_list(form: Mapping[str, Any], key: str) -> list[Any]:
    value = form.get(key)
    return value if isinstance(value, list) else []


def _read_step(step: object) -> str:
    return _read(step, "text") if isinstance(step, Mapping) else " ".join(str(step or "").split())


def _read_note(note: object) -> str:
    return _read(note, "text") if isinstance(note, Mapping) else note if isinstance(note, str) else ""

"""History: the lesson of an earlier answer, the reasons for that answer, and its sources."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, cast

from bot.actions import PickTheme
from bot.conversation import responses
from bot.conversation.lesson_reply import Kind, select_lesson
from bot.message import Choice, Place, RankedTheme, TextReply, WhyReply, describe_experience
from bot.store.answers import Answer, Answers
from bot.store.pending import Pending

if TYPE_CHECKING:
    from knowledge import Knowledge, Lesson, Selection, Source

RecordedKind = Kind | Literal["another", "picked", "shared"]  # how a lesson is remembered
_SHOWN_AS: dict[RecordedKind, Kind] = {"another": "theme", "picked": "lesson", "shared": "lesson"}


def find_reply_kind(kind: RecordedKind) -> Kind:
    """Return the kind of reply in which a recorded kind is shown."""
    return _SHOWN_AS.get(kind, cast(Kind, kind))


def find_selection(knowledge: "Knowledge", answer: Answer) -> "Selection | None":
    """Return the selection of an earlier answer; None when the knowledge no longer has its lesson."""
    found = knowledge.find_lesson(_read_lesson_id(answer))
    return select_lesson(knowledge, *found, nudge=answer.nudge) if found else None


async def find_pending_lesson(
    knowledge: "Knowledge", answers: Answers, place: Place, shared: Pending | None
) -> "Selection | None":
    """Return the lesson that is pending in a place; None where none is, or the knowledge no longer has it."""
    answer = await answers.get(shared.about, place) if shared and shared.kind == "lesson" else None
    return find_selection(knowledge, answer) if answer else None


def name_themes(knowledge: "Knowledge", names: Iterable[str]) -> list[str]:
    """Return for each id of what was on offer, a theme or a lesson, the id of the theme."""
    return [found[0].id if (found := knowledge.find_lesson(name)) else name for name in names]


def build_why_reply(
    knowledge: "Knowledge", answer: Answer, words: Sequence[str], because: Sequence[str]
) -> WhyReply | None:
    """Return the explanation of an answer; None when the knowledge no longer has its lesson.

    Parameters
    ----------
    words
        The deciding words of the message.
    because
        Why this lesson within its theme, in sentences.
    """
    found = knowledge.find_lesson(_read_lesson_id(answer))
    if found is None:
        return None
    theme, lesson = found
    ranked = tuple(
        RankedTheme(name, knowledge.themes[name].title, confidence)
        for name, confidence in answer.ranked
        if name in knowledge.themes and round(confidence * 100)  # what would be shown as 0 % was not considered
    )
    reason = {
        "tip": "I chose this tip for this place.",
        "another": f"You asked for another lesson on “{theme.title}”.",
        "theme": f"You asked for the theme “{theme.title}”. You named it, so I weighed no other.",
        "picked": f"You picked the theme “{theme.title}”.",
        "shared": "Somebody shared this lesson here.",
    }.get(answer.kind, f"I read your message as being about “{theme.title}”.")
    chosen = f"Within the theme I chose “{lesson.title}”."
    if answer.kind == "shared":
        chosen = f"It is “{lesson.title}”, from the theme “{theme.title}”."
    return WhyReply(
        opening=reason,
        words=tuple(words),
        ranked=ranked if answer.kind in ("lesson", "picked") else (),
        lesson=" ".join([chosen, *because]),
        closing="I can be wrong. If this missed the point, say so or pick another theme.",
        choices=(
            *[Choice(PickTheme(other.id), other.title) for other in ranked if other.id != theme.id][:2],
            responses.THEMES,
        ),
    )


def list_sources(knowledge: "Knowledge", latest: Answer | None) -> TextReply:
    """Return the list of sources, headed by that of the latest answer."""
    found = knowledge.find_lesson(_read_lesson_id(latest)) if latest else None
    paragraphs = [
        "Every quote is word for word from one of these texts, and the lessons were written and checked beforehand."
    ]
    if found:
        paragraphs.insert(0, _describe_origin(found[1], knowledge.find_source(found[1])))
    listed = tuple(
        source.attribution + (" (satire)" if source.kind == "satire" else "") + (f" {source.url}" if source.url else "")
        for source in knowledge.sources.values()
    )
    return TextReply("sources", tuple(paragraphs), bullets=listed)


def _describe_origin(lesson: "Lesson", source: "Source | None") -> str:
    if source is None:
        return f"The last lesson here has no quote. {describe_experience(lesson.experience or '')}"
    note = f" {source.note}" if source.note else ""
    return f"The last quote here is from {source.attribution}.{note}"


def _read_lesson_id(answer: Answer) -> str:
    return (answer.nudge or "").rpartition("/")[0]

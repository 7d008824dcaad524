"""Replies of kind `depth`: one part of what stands behind a lesson, and what to ask for next."""

from typing import TYPE_CHECKING

from bot.actions import PARTS, Another, Part, ShowLesson, ShowPart, TakeOn
from bot.conversation.lesson_reply import build_quote
from bot.message import Choice, DepthReply, Quote, Reading, describe_experience, order_choices

if TYPE_CHECKING:
    from knowledge import Knowledge, Lesson, Selection

LABELS: dict[Part, str] = {
    "how": "How to do it",
    "say": "What to say",
    "if_not": "If they refuse",
    "brief": "In one line",
    "place": "Where it was done",
    "evidence": "The evidence",
}
_MISSING: dict[Part, str] = {
    "how": "I have no moves written down for this lesson",
    "say": "I have no words to say written down for this lesson",
    "if_not": "I have nothing written down for when they refuse, or when it was tried",
    "brief": "I have no shorter form of this lesson",
    "place": "I know of no place that did just this",
    "evidence": "I know of no source for this lesson",
}
_NAMED: dict[Part, str] = {
    "how": "how to do it",
    "say": "what to say",
    "if_not": "what to do if they refuse",
    "place": "where it was done",
    "evidence": "where it comes from",
}


def list_parts(selection: "Selection") -> tuple[Part, ...]:
    """Return the parts that a lesson has; there is always a source."""
    lesson = selection.lesson
    return tuple(part for part in PARTS if part == "evidence" or getattr(lesson, part, None))


def choose_next_part(selection: "Selection", shown: str) -> Part:
    """Return the part that “more” means: the first one after the part that was shown."""
    parts = list_parts(selection)
    after = PARTS.index(shown) + 1 if shown in PARTS else 0
    return next((part for part in PARTS[after:] if part in parts and part != "brief"), parts[0])


def describe_words(say: str) -> str:
    """Return words to say in one line, for a reply that shows a lesson."""
    return f"What to say: “{say}”"


def describe_in_line(lesson: "Lesson", part: Part) -> str:
    """Return what a lesson has on a part in one line, for a reply that shows the lesson; empty where that answers."""
    match part:
        case "say" if lesson.say:
            return describe_words(lesson.say)
        case "if_not" if lesson.if_not:
            return f"If they refuse: {lesson.if_not}"
        case "place" if lesson.place:
            return f"Where it was done: {lesson.place.name}. {lesson.place.text}"
        case "place":
            return f"{_MISSING['place']}."
        case "how":
            return "“how” shows it step by step."
        case _:
            return ""


def build_depth_reply(
    knowledge: "Knowledge",
    selection: "Selection",
    answer: str,
    part: Part,
    *,
    promises: bool,
    chosen: str = "",
    say: str = "",
) -> DepthReply:
    """Return the reply that shows one part of a lesson's depth, or says that the lesson has no such part.

    Parameters
    ----------
    answer
        Id of the answer that showed the lesson.
    promises
        Whether “I’ll do this” is offered.
    chosen
        A sentence in front, on why this part is shown; empty for none.
    say
        Words to say in the situation of whoever asks, in place of the lesson's; empty for the lesson's.
    """
    parts = list_parts(selection)
    paragraphs: tuple[str, ...] = (chosen,) if chosen else ()
    steps: tuple[str, ...] = ()
    quote: Quote | None = None
    read: Reading | None = None
    if say:
        paragraphs += (say,)
    elif part not in parts:
        paragraphs += (_describe_missing(part, parts),)
        if part == "place" and (near := _find_nearest_place(knowledge, selection)) and near.place:
            paragraphs += (f"The nearest, from the lesson “{near.title}”: {near.place.name}. {near.place.text}",)
            quote = build_quote(near.place.quote, knowledge.sources[near.place.quote.source])
    elif part == "how":
        steps = tuple(selection.lesson.how)
    elif part == "place" and selection.lesson.place:
        place = selection.lesson.place
        paragraphs += (f"{place.name}: {place.text}",)
        quote = build_quote(place.quote, knowledge.sources[place.quote.source])
    elif part == "evidence":
        evidence, quote, read = _gather_evidence(knowledge, selection)
        paragraphs += evidence
    else:
        paragraphs += (str(getattr(selection.lesson, part)),)
    return DepthReply(
        theme=selection.theme.id,
        theme_title=selection.theme.title,
        title=selection.lesson.title,
        answer=answer,
        part=part,
        heading=LABELS[part],
        paragraphs=paragraphs,
        steps=steps,
        quote=quote,
        read=read,
        choices=_offer_next(answer, part, parts, promises=promises),
    )


def _find_nearest_place(knowledge: "Knowledge", selection: "Selection") -> "Lesson | None":
    """Return the first lesson that tells where it was done: of the theme, else of its group; None where none does."""
    themes = next((one.themes for one in knowledge.groups if selection.theme in one.themes), ())
    lessons = (lesson for theme in (selection.theme, *themes) for lesson in theme.lessons)
    return next((lesson for lesson in lessons if lesson.place), None)


def _describe_missing(part: Part, parts: tuple[Part, ...]) -> str:
    if set(parts) <= {"evidence", "brief"}:
        return f"{_MISSING[part]}. What I have is where it comes from."
    named = [_NAMED[one] for one in parts if one != "brief"]
    return f"{_MISSING[part]}. What I have is {', '.join(named[:-1])} and {named[-1]}."


def _gather_evidence(
    knowledge: "Knowledge", selection: "Selection"
) -> tuple[tuple[str, ...], Quote | None, Reading | None]:
    """Return what is known of where a lesson comes from: whose words, what changed since, where it was done."""
    lesson, source = selection.lesson, selection.source
    read = Reading(lesson.read.title, lesson.read.url) if lesson.read else None
    if lesson.quote is None or source is None:
        said = [describe_experience(lesson.experience or ""), "It is what worked for them. Judge whether it fits you."]
        return (*said, *_list_later_evidence(lesson)), None, read
    said = [f"It comes from {source.attribution}."]
    if speaker := lesson.quote.speaker:
        said.insert(0, f"Whose words: {speaker}, as the source reports them.")
    elif source.author:
        said.insert(0, f"The words are {source.author}’s.")
    if source.kind == "satire":
        said.append("It is satire: it teaches by showing how not to do it, and proves nothing.")
    else:
        said.append("It is what people who were there have written, and no trial. Judge whether it fits your place.")
    said += [source.note] if source.note else []
    return (*said, *_list_later_evidence(lesson)), build_quote(lesson.quote, source), read


def _list_later_evidence(lesson: "Lesson") -> list[str]:
    place = [f"An example, {lesson.place.name}: {lesson.place.text}"] if lesson.place else []
    return [*([lesson.today] if lesson.today else []), *place]


def _offer_next(answer: str, part: Part, parts: tuple[Part, ...], *, promises: bool) -> tuple[Choice, ...]:
    after = PARTS.index(part) + 1
    round_ = [*PARTS[after:], *PARTS[:after]]
    choices = [Choice(ShowPart(answer, other), LABELS[other]) for other in round_ if other in parts and other != part]
    choices += [Choice(Another(answer), "Another"), Choice(ShowLesson(answer), "Back to the lesson")]
    if promises:
        choices.append(Choice(TakeOn(answer), "I’ll do this"))
    return order_choices(choices)

"""Checks of what stands behind a lesson: lengths, plain words, and nothing said twice."""

import re
from collections.abc import Iterator

from knowledge.editing.wording import check_length, check_words, find_repeats
from knowledge.loader import Location
from knowledge.models import Lesson, Theme
from knowledge.packs import ContentOrigin, Contents
from knowledge.problems import Problem

LENGTHS = {"how": (40, 90), "say": (5, 70), "if_not": (30, 60), "brief": (5, 20), "place": (15, 60), "quote": (5, 60)}

MOST_SENTENCES = 3
_SENTENCE = re.compile(r"[.?]”?(?=\s|$)")


def check_depth(contents: Contents) -> Iterator[Problem]:
    """Yield every problem of the parts that stand behind lessons."""
    for _, lesson, _ in contents.list_lessons():
        for part in lesson.list_parts():
            yield from _check_part(lesson, part, contents.find_part_origin(lesson.id, part))
        if lesson.words_for:
            yield from _check_whose_words(lesson, contents.find_part_origin(lesson.id, "words_for"))
    for part in ("how", "say", "if_not", "brief"):
        yield from find_repeats(
            f"“{part}”",
            [
                (contents.find_part_origin(lesson.id, part), (part,), _join_part(lesson, part))
                for _, lesson, _ in contents.list_lessons()
                if getattr(lesson, part)
            ],
        )


def join_depth(theme: Theme) -> str:
    """Return the words of a theme's depth that are our own, for measuring how hard they are to read."""
    return " ".join(text for lesson in theme.lessons for _, text in list_own_texts(lesson))


def list_own_texts(lesson: Lesson) -> Iterator[tuple[Location, str]]:
    """Yield the texts of a lesson's depth that are our own, with their locations."""
    for number, move in enumerate(lesson.how):
        yield ("how", number), move
    for part in ("say", "if_not", "brief"):
        if text := getattr(lesson, part):
            yield (part,), text
    if lesson.place:
        yield ("place", "text"), lesson.place.text


def count_sentences(text: str) -> int:
    """Return how many sentences a text has."""
    return len(_SENTENCE.findall(text))


def _check_part(lesson: Lesson, part: str, origin: ContentOrigin) -> Iterator[Problem]:
    if part == "how":
        yield from check_length(origin, ("how",), "how", " ".join(lesson.how), LENGTHS[part])
    elif part in ("if_not", "brief"):
        yield from check_length(origin, (part,), part, getattr(lesson, part), LENGTHS[part])
    elif part == "say":
        yield from check_length(origin, (part,), part, lesson.say or "", LENGTHS[part])
        if (count := count_sentences(lesson.say or "")) > MOST_SENTENCES:
            yield origin.build_problem((part,), f"there are {count} sentences to say", "Make it one to three.")
    elif part == "place" and lesson.place:
        yield from check_length(origin, ("place", "text"), "place", lesson.place.text, LENGTHS[part])
        yield from check_length(origin, ("place", "quote", "text"), "quote", lesson.place.quote.text, LENGTHS["quote"])
    for at, text in list_own_texts(lesson):
        if at[0] == part:
            yield from check_words(origin, at, text)


def _check_whose_words(lesson: Lesson, origin: ContentOrigin) -> Iterator[Problem]:
    """Yield what is wrong with for whom the words and moves of a lesson are said to be."""
    seats = lesson.words_for
    if not (lesson.say or lesson.how):
        yield origin.build_problem(
            ("words_for",),
            "`words_for` names somebody, and there is neither `say` nor `how`",
            "Write one, or delete it.",
        )
    if len(set(seats)) < len(seats):
        yield origin.build_problem(("words_for",), "`words_for` names the same twice", "Keep one of them.")
    if {"leading", "without-say"} <= set(seats):
        yield origin.build_problem(
            ("words_for",), "`words_for` names both sides of a change", "Leave it out: the words are for anybody."
        )


def _join_part(lesson: Lesson, part: str) -> str:
    return " ".join(lesson.how) if part == "how" else str(getattr(lesson, part))

"""Search over titles as somebody types: beginnings of words first, then parts of titles."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.conversation.lesson_reply import select_lesson

if TYPE_CHECKING:
    from knowledge import Knowledge, Selection

FEWEST_LETTERS = 3  # with fewer, nearly every title would be found
_NO_FIT = 3
_WORD = re.compile(r"\w+")


def find_by_title(knowledge: "Knowledge", typed: str) -> "list[Selection]":
    """Return the lessons of the themes, then the lessons, whose titles fit what was typed so far.

    Titles that begin with it come first, then those of which each typed word begins a word, then those that hold it.
    """
    wanted = _WORD.findall(typed.lower())
    if sum(map(len, wanted)) < FEWEST_LETTERS:
        return []
    by_theme = [
        (rank, select_lesson(knowledge, theme, lesson))
        for theme in knowledge.themes.values()
        if (rank := min(_rank(theme.title, wanted), _rank(theme.id, wanted))) < _NO_FIT
        for lesson in theme.lessons
    ]
    by_lesson = [
        (rank, select_lesson(knowledge, theme, lesson))
        for theme in knowledge.themes.values()
        for lesson in theme.lessons
        if (rank := _rank(lesson.title, wanted)) < _NO_FIT
    ]
    found = [*_sort(by_theme), *_sort(by_lesson)]
    return list({selection.lesson.id: selection for selection in found}.values())


def _rank(title: str, wanted: list[str]) -> int:
    words = _WORD.findall(title.lower())
    whole, typed = " ".join(words), " ".join(wanted)
    if whole.startswith(typed):
        return 0
    if all(any(word.startswith(one) for word in words) for one in wanted):
        return 1
    return 2 if typed in whole else _NO_FIT


def _sort(ranked: "list[tuple[int, Selection]]") -> "Iterator[Selection]":
    return (selection for _, selection in sorted(ranked, key=lambda pair: pair[0]))

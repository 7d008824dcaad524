"""Checks of small steps, and of words that are used too often: days named, sentences of one shape, quotes worn out."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from knowledge.editing.wording import count_words
from knowledge.models import Lesson
from knowledge.packs import ContentOrigin, Contents, Pack
from knowledge.problems import Problem

MOST_ALIKE = 0.5  # share of a pack's steps that may be one sentence “do this, and do that”
MOST_QUOTED = 3  # lessons of a pack that may lean on one and the same text
_FEW = 20  # steps: a pack of fewer has no shape to speak of
_OPENING = 4  # words
_DAYS = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b")
_ONE_SHAPE = re.compile(r"^[^.?:;]*, and [^.?:;]*\.$")


def check_steps(contents: Contents) -> Iterator[Problem]:
    """Yield every problem of small steps, and of what several lessons share."""
    for _, lesson, origin in contents.list_lessons():
        yield from _check_days(lesson, origin)
        yield from _check_cut_marks(lesson, origin)
    for pack in contents.packs:
        lessons = [(lesson, origin) for theme, lesson, origin in contents.list_lessons() if theme.pack == pack.about.id]
        yield from _check_shapes(lessons, pack)
        yield from _check_worn_quotes(lessons)
        yield from _check_openings(lessons)


def compute_share_alike(lessons: list[Lesson]) -> float:
    """Return the share of steps, 0 to 1, that are one sentence “do this, and do that”."""
    texts = [text for lesson in lessons for text in lesson.nudge_texts]
    return sum(bool(_ONE_SHAPE.match(text)) for text in texts) / len(texts) if texts else 0.0


def _check_days(lesson: Lesson, origin: ContentOrigin) -> Iterator[Problem]:
    for number, text in enumerate(lesson.nudge_texts):
        if found := _DAYS.search(text):
            what = f"the nudge names {found.group()}, and may be read on that day"
            yield origin.build_problem(("nudges", number), what, "Say how soon: this week, within two days.")


def _check_cut_marks(lesson: Lesson, origin: ContentOrigin) -> Iterator[Problem]:
    first = lesson.quote.text.lstrip("'‘“\"")[:1] if lesson.quote else ""
    if first.islower():
        what = "the quote begins in the middle of a sentence"
        yield origin.build_problem(("quote", "text"), what, "Begin it with “… ”.")


def _check_shapes(lessons: list[tuple[Lesson, ContentOrigin]], pack: Pack) -> Iterator[Problem]:
    steps = sum(len(lesson.entries) for lesson, _ in lessons)
    share = compute_share_alike([lesson for lesson, _ in lessons])
    if pack.origin and steps >= _FEW and share > MOST_ALIKE:
        what = f"{share:.0%} of the nudges are one sentence “do this, and do that”, at most {MOST_ALIKE:.0%}"
        yield pack.origin.build_problem((), what, "Make two sentences of some, or end them with a question.")


def _check_worn_quotes(lessons: list[tuple[Lesson, ContentOrigin]]) -> Iterator[Problem]:
    used: defaultdict[str, list[ContentOrigin]] = defaultdict(list)
    for lesson, origin in lessons:
        if lesson.quote:
            used[lesson.quote.text.strip("… .").casefold()].append(origin)
    for origins in used.values():
        for origin in origins[MOST_QUOTED:]:
            what = f"this text is quoted in {len(origins)} lessons, first in {origins[0].where}"
            yield origin.build_problem(
                ("quote", "text"), what, f"Use it in at most {MOST_QUOTED}, or quote less of it."
            )


def _check_openings(lessons: list[tuple[Lesson, ContentOrigin]]) -> Iterator[Problem]:
    openings = Counter(_read_opening(lesson.lesson) for lesson, _ in lessons)
    for lesson, origin in lessons:
        opening = _read_opening(lesson.lesson)
        if openings[opening] > 1 and count_words(lesson.lesson) >= _OPENING:
            what = f"{openings[opening]} lessons begin with “{opening}”"
            yield origin.build_problem(("lesson",), what, "Begin each in its own way.", "warning")


def _read_opening(text: str) -> str:
    return " ".join(text.split()[:_OPENING])

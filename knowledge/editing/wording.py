"""Checks of one text of our own: its length, its words, and whether another text says the same."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from unicodedata import category

from knowledge.loader import Location
from knowledge.packs import ContentOrigin
from knowledge.problems import Problem

NEARLY_ALIKE = 0.45  # cosine of pieces of words; above it two texts read as one said twice

_HERE = Path(__file__).parents[1]
_MARK_UP = re.compile(r"</?[a-zA-Z][^>]*>|&#?\w+;|\*\*|__|\]\(")  # of HTML and of Markdown
_MENTIONED = re.compile(r"“[^”]*”|\"[^\"]*\"")

TextAt = tuple[ContentOrigin, Location, str]


def count_words(text: str) -> int:
    """Return the number of words, as a word processor counts them."""
    return len(text.split())


def check_length(
    origin: ContentOrigin, at: Location, kind: str, text: str, limits: tuple[int, int]
) -> Iterator[Problem]:
    """Yield a problem when a text has fewer or more words than its kind may have."""
    least, most = limits
    count = count_words(text)
    if not least <= count <= most:
        yield origin.build_problem(at, f"the {kind} has {count} words", f"Make it {least} to {most} words long.")


def check_words(origin: ContentOrigin, at: Location, text: str) -> Iterator[Problem]:
    """Yield jargon and exclamation marks, except in words that are only mentioned; and mark-up and pictures."""
    used = remove_mentions(text)
    yield from check_marks(origin, at, text)
    if "!" in used:
        yield origin.build_problem(at, "there is an exclamation mark", "End the sentence with a full stop.")
    for match in compile_words(tuple(read_word_pairs("jargon.txt")), re.IGNORECASE).finditer(used):
        word = match.group().lower()
        yield origin.build_problem(at, f"“{word}” is jargon", f"Write instead: {read_word_pairs('jargon.txt')[word]}.")


def check_marks(origin: ContentOrigin, at: Location, text: str) -> Iterator[Problem]:
    """Yield mark-up and pictures."""
    if found := _MARK_UP.search(text):
        what = f"“{found.group()}” is mark-up, which people would see as it stands"
        yield origin.build_problem(at, what, "Write the words alone; the platforms lay them out.")
    if picture := next((sign for sign in text if category(sign) in ("So", "Cs", "Co")), ""):
        yield origin.build_problem(at, f"there is a picture in the text ({picture})", "Say it in words.")


def remove_mentions(text: str) -> str:
    """Return a text without what stands in quotation marks, which is shown and not said."""
    return _MENTIONED.sub(" ¶ ", text)


def find_repeats(kind: str, items: Sequence[TextAt]) -> Iterator[Problem]:
    """Yield a problem for each text that says nearly what an earlier one says."""
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
def compile_words(wanted: tuple[str, ...], flags: int = 0) -> re.Pattern[str]:
    """Return a pattern that finds any of the words, the longest first."""
    longest_first = sorted(wanted, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", flags)

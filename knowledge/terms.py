"""Terms of the trade: words that name a tool or a change, and the lesson that comes nearest to them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from knowledge.models import Lesson, Term, Theme

_SHORT = 10  # words: in a longer message a single everyday word, such as “agenda”, need not be the subject
_BETWEEN_PARTS = re.compile(r"[\s-]+")


@dataclass(frozen=True, slots=True)
class FoundTerm:
    """A term that a text uses.

    Parameters
    ----------
    word
        As the pack writes it.
    everyday
        Whether it is a single word that people use for other things as well.
    nearest
        Whether the lesson is only the nearest that there is.
    note
        What became of it since the sources were written; empty for nothing.
    """

    word: str
    theme: Theme
    lesson: Lesson
    everyday: bool
    nearest: bool
    note: str


class TermIndex:
    """Looks up the terms that a text uses.

    Parameters
    ----------
    terms
        Each with the lesson that it leads to, and the lesson's theme.
    """

    def __init__(self, terms: Sequence[tuple[Term, Theme, Lesson]]) -> None:
        self._found = {
            word: FoundTerm(word, theme, lesson, _is_everyday(word), term.nearest, term.note.text if term.note else "")
            for term, theme, lesson in terms
            for word in term.words
        }
        # The longest first, so that “terms of reference” is not read as some shorter word in it; each with its longest
        # part, since a text without that needs no pattern.
        self._words = [(word, _find_longest_part(word)) for word in sorted(self._found, key=len, reverse=True)]

    def find(self, text: str) -> FoundTerm | None:
        """Return the longest term that a text uses; one everyday word counts in a short text alone."""
        short, folded = len(text.split()) <= _SHORT, text.casefold()
        return next(
            (
                self._found[word]
                for word, part in self._words
                if part in folded and (short or not _is_everyday(word)) and _compile_word(word).search(text)
            ),
            None,
        )


def _is_everyday(word: str) -> bool:
    return " " not in word and word.islower()


def _find_longest_part(word: str) -> str:
    return max(_BETWEEN_PARTS.split(word), key=len).casefold()


@cache
def _compile_word(word: str) -> re.Pattern[str]:
    spaced = r"[\s-]+".join(re.escape(part) for part in _BETWEEN_PARTS.split(word))
    # A short name in capitals is a name only in capitals: INT is a team, “int” is a slip of the pen.
    flags = 0 if word.isupper() and len(word) < 4 else re.IGNORECASE
    return re.compile(rf"(?<!\w){spaced}s?(?!\w)", flags)

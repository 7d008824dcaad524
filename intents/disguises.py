"""Disguises: grave words whose letters were swapped, spaced out, or replaced by figures and look-alikes.

Only words that turn out to be grave are changed, so that “covid19” and “e-mail” stay as they are. What comes out is
read beside the text as it was written.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

# Letters of other scripts that look like ours; NFKC folds neither.
_LOOK_ALIKES = {
    ord(strange): ours
    for ours, others in {
        "a": "аɑα",
        "c": "сϲ",
        "d": "ԁ",
        "e": "еєҽ",
        "o": "өοоσ",
        "p": "рρ",
        "s": "ѕ",
        "i": "іıι",
        "j": "ϳј",
        "l": "ӏ",
        "k": "κк",
        "m": "м",
        "n": "ηпո",
        "r": "г",
        "t": "тτ",
        "u": "υս",
        "v": "νѵ",
        "w": "ωԝ",
        "x": "хχ",
        "y": "уү",
        "h": "һ",
        "b": "ь",
        "I": "ІΙ",
        "A": "АΑ",
        "B": "ВΒ",
        "E": "ЕΕ",
        "K": "КΚ",
        "M": "МΜ",
        "H": "НΗ",
        "O": "ОΟ",
        "P": "РΡ",
        "C": "С",
        "T": "ТΤ",
        "X": "ХΧ",
        "Y": "УΥ",
        "N": "Ν",
        "Z": "Ζ",
    }.items()
    for strange in others
}
_FIGURE_CHOICES = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "il", "€": "e", "£": "l", "+": "t", "*": "aeiou", "#": "aeiou", ".": "",
}  # fmt: skip
_TOKEN = re.compile(r"[^\s]+")
_LETTER = re.compile(r"[a-z]")
_FIGURE = re.compile(r"[0-9@$!|€£+*#]")
_SPACED = re.compile(r"(?<![^\W_])(?:[a-z](?:[\s.\-_*·]{1,3}|$)){2,60}(?:[a-z](?![^\W_]))?", re.IGNORECASE)
_REPEATED = re.compile(r"([a-z])\1{2,}")
_LONGEST = 24  # characters of a word in disguise
_CHOICES = 32  # readings of one word that are tried
_GLUE = ("a", "am", "in", "i", "im", "it", "is", "me", "my", "no", "not", "of", "on", "to", "the", "and", "all", "up")


class Disguises:
    """Look-up of the grave words that words in disguise stand for.

    Parameters
    ----------
    grave
        In small letters.
    known
        Words that are no slips of others.
    """

    def __init__(self, grave: Iterable[str], known: Iterable[str] = ()) -> None:
        self._grave = frozenset(grave)
        self._known = frozenset(known) | self._grave
        self._swapped = _list_swaps(self._grave, self._known)
        self._segments = self._grave | frozenset(_GLUE)
        self._longest = max(map(len, self._segments), default=0)

    def undo(self, text: str) -> str:
        """Return a text with its grave words as they are meant; the same text where none is disguised.

        Parameters
        ----------
        text
            Normalised.
        """
        plain = text if text.isascii() else _strip_marks(text.translate(_LOOK_ALIKES))
        plain = _SPACED.sub(self._join_letters, plain)
        meant = {word: undone for word in set(plain.split()) if (undone := self._undo_word(word)) != word}
        return _TOKEN.sub(lambda match: meant.get(match.group(), match.group()), plain) if meant else plain

    def _undo_word(self, written: str) -> str:
        if written in self._known or len(written) > _LONGEST:
            return written
        core = written.lower().strip(".,;:?\"'()[]<>")
        if core.isascii() and core.isalpha() and len(core) > 2:
            meant = self._swapped.get(core) or self._shorten(core)
        else:
            meant = self._spell(core)
        return written.lower().replace(core, meant, 1) if meant else written

    def _shorten(self, word: str) -> str | None:
        """Return the grave word of which a letter was drawn out (“diiiie”)."""
        if not _REPEATED.search(word):
            return None
        return next((short for by in (r"\1", r"\1\1") if (short := _REPEATED.sub(by, word)) in self._grave), None)

    def _spell(self, word: str) -> str | None:
        """Return the grave word that is spelt with figures and signs (“su1c1de”, “k!ll”, “s-u-i-c-i-d-e”)."""
        if not (_LETTER.search(word) and _FIGURE.search(word)):
            joined = re.sub(r"[-_.*'·]+", "", word)
            return joined if joined != word and joined in self._grave and len(joined) > 3 else None
        spelt = [""]
        for character in word:
            options = _FIGURE_CHOICES.get(character, "" if character in "-_'·" else character) or [""]
            spelt = [before + option for before in spelt for option in options][:_CHOICES]
        return next((one for one in spelt if one in self._grave), None)

    def _join_letters(self, match: re.Match[str]) -> str:
        """Return words from letters that stand apart (“k i l l m y s e l f”); as they were where they make none."""
        letters = "".join(character for character in match.group().lower() if character.isalpha())
        words = self._segment(letters)
        if words is None or self._grave.isdisjoint(words):
            return match.group()
        return " ".join(words) + " "

    def _segment(self, letters: str) -> Sequence[str] | None:
        best: list[list[str] | None] = [[]] + [None] * len(letters)
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - self._longest), end):
                before, word = best[start], letters[start:end]
                if before is None or word not in self._segments:
                    continue
                if (now := best[end]) is None or len(before) + 1 < len(now):
                    best[end] = [*before, word]
        return best[-1]


def _strip_marks(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    return "".join(character for character in apart if not unicodedata.combining(character))


def _list_swaps(grave: frozenset[str], known: frozenset[str]) -> dict[str, str]:
    """Return what each grave word becomes when two neighbouring letters change places, with the word."""
    swaps: dict[str, str] = {}
    for word in sorted(grave):
        for i in range(len(word) - 1):
            swapped = word[:i] + word[i + 1] + word[i] + word[i + 2 :]
            if swapped not in known and len(word) > 2:
                swaps.setdefault(swapped, word)
    return swaps

"""Redaction of questions: removes whatever might identify a person, before a question is kept.

Numbers and addresses are found by their form. Every word with a digit goes; that a number looks like a telephone
number or an NHS number only decides what stands in its place. Names have no form, and what recognises them needs models
that are downloaded; so it is the other way round: a word is kept only when the bot knows it from its own phrases.
Whatever else somebody writes, a name above all, never reaches the disk.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from importlib import resources

_EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_PHONE = re.compile(r"(?<![\w+])(?:\+|\(?0)(?:[ ().-]{0,2}\d){7,14}(?!\w)")  # from 0 or from a country's +
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE)
_TITLE = re.compile(
    r"\b(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|lord|lady|sister)\.? +[A-Za-z][\w'’-]*", re.IGNORECASE
)
_MARK = r"\[(?:e-mail|link|postcode|phone number|NHS number)\]"  # put there by us; other brackets are the writer's
_WORD = re.compile(rf"{_MARK}|\w[\w'’]*(?:-\w+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
_GAPS = re.compile(r"(?:\[…\][\s,]*){2,}")
_GAP = "[…]"
_SENTENCE_END = ".!?\n"


@dataclass(frozen=True, slots=True)
class _NameList:
    """The names that are words too, in small letters.

    Parameters
    ----------
    words_first
        Those of the names that are words first, and names only with a capital letter.
    """

    names: frozenset[str]
    words_first: frozenset[str]


def _read_names() -> _NameList:
    """Return the names in ``names.txt``, where an asterisk marks those that are words first."""
    lines = (resources.files(__package__) / "names.txt").read_text(encoding="utf-8").splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    return _NameList(
        names=frozenset(name.rstrip("*") for name in names),
        words_first=frozenset(name[:-1] for name in names if name.endswith("*")),
    )


class Redactor:
    """Removes names, numbers and addresses from text.

    Parameters
    ----------
    vocabulary
        The words that may be kept, in small letters.
    """

    def __init__(self, vocabulary: Collection[str]) -> None:
        self._vocabulary = frozenset(vocabulary)
        self._known = _read_names()

    def redact(self, text: str) -> str:
        """Return the text without anything that might identify a person."""
        text = _TITLE.sub(_GAP, _POSTCODE.sub("[postcode]", _remove_numbers(text)))
        kept: list[str] = []
        end = 0
        for found in _WORD.finditer(text):
            between = text[end : found.start()]
            begins = not kept or any(sign in between for sign in _SENTENCE_END)
            kept += [between, self._redact_word(found.group(), begins=begins)]
            end = found.end()
        return _GAPS.sub(f"{_GAP} ", "".join([*kept, text[end:]])).strip()

    def _redact_word(self, word: str, *, begins: bool) -> str:
        if word.startswith("["):
            return word
        if any(character.isdigit() for character in word):
            return "[number]"
        small = word.lower()
        if self._is_name(small, capital=word[0].isupper()):
            return _GAP
        # Inside a sentence a capital is mostly a name: of a person, a place, a trust.
        if word[0].isupper() and not word.isupper() and not begins:
            return _GAP
        fragments = [fragment for fragment in re.split(r"['’-]", small) if fragment]
        return word if all(fragment in self._vocabulary or len(fragment) == 1 for fragment in fragments) else _GAP

    def _is_name(self, small: str, *, capital: bool) -> bool:
        fragments = _POSSESSIVE.sub("", small).split("-")
        return any(
            fragment in self._known.names and (capital or fragment not in self._known.words_first)
            for fragment in fragments
        )


def _remove_numbers(text: str) -> str:
    text = _LINK.sub("[link]", _EMAIL.sub("[e-mail]", text))
    text = _TEN_DIGITS.sub(lambda found: "[NHS number]" if _is_nhs_number(found.group()) else found.group(), text)
    return _PHONE.sub("[phone number]", text)


def _is_nhs_number(text: str) -> bool:
    """Return whether the last of ten digits is the checksum (modulo 11) of the nine before it."""
    *digits, check = (int(character) for character in text if character.isdigit())
    return (sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=True)) + check) % 11 == 0

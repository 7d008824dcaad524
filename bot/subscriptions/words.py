"""The words of a request: plain marks, and numbers in words or figures. Pure."""

import re

_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
_QUOTES = dict.fromkeys(map(ord, "’‘‛ʼ`´"), "'") | dict.fromkeys(map(ord, "“”„«»"), '"')
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\t\n\r\u200b"), " ")
_MARKS = _HYPHENS | _QUOTES | _SPACES

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen"),
    *("sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty")
_VALUES = {word: number for number, word in enumerate((*_ONES, *_TEENS), 1)} | {
    word: 10 * number for number, word in enumerate(_TENS, 2)
}
# Longest first: an alternative that begins another must not be tried before it.
NUMBER_WORD = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_ONES)}))?|{'|'.join(reversed(_TEENS))}|{'|'.join(_ONES)})"
NUMBER = rf"(?:\d{{1,3}}|{NUMBER_WORD})"


def normalise(text: str) -> str:
    """Return a text of the same length in lower case, with plain hyphens, quotes and spaces.

    The length stays, so that what is asked about can be named as it was typed.
    """
    return "".join(_lower(letter) for letter in text.translate(_MARKS))


def read_number(words: str) -> int:
    """Return the number that matches `NUMBER`."""
    return int(words) if words.isdigit() else sum(_VALUES[word] for word in re.split(r"[- ]", words))


def _lower(letter: str) -> str:
    small = letter.lower()
    return small if len(small) == 1 else letter

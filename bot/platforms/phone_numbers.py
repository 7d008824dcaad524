"""Telephone numbers as they are shown: whole on a line, and set apart from the words around them (pure).

Somebody in distress reads “116” at the end of a line and “123” on the next as two numbers, or misses half of it. What
is kept, sent as data or read aloud stays with plain spaces; only what is drawn is joined.
"""

import re
from itertools import pairwise

NO_BREAK_SPACE = "\u00a0"  # diallers and Android's and Apple's number finders take it for a space
_NUMBER = re.compile(r"(?<![\d.,:/])(?!(?:19|20)\d\d )\d{2,6}(?: \d{2,6})+(?![\d:/]|[.,]\d)")
# What is dialled or texted: 999, 116 123, 01 635 2202; no year, time, count of two digits, or part of an address.
_DIALLED = re.compile(
    r"(?<![\w.,:/-])(?!(?:19|20)\d\d(?! ?\d))(?:\d{3,6}|0\d(?= \d{3}))(?: \d{2,6})*(?![\w:/-]|[.,]\w)"
)
_HOUR = re.compile(r"(?<=\d) (?=[ap]m\b)")  # 7 pm
_FEWEST_DIGITS = 6  # of a number with a gap: 116 123; and none begins with a year


def join_numbers(text: str, joint: str = NO_BREAK_SPACE) -> str:
    """Return a text whose telephone numbers and hours are not broken over two lines.

    Parameters
    ----------
    joint
        What stands in place of each space within a number, and before am and pm.

    Examples
    --------
    >>> join_numbers("call Samaritans on 116 123", joint="_")
    'call Samaritans on 116_123'
    """
    return _HOUR.sub(lambda _: joint, _NUMBER.sub(lambda match: _join(match.group(), joint), text))


def split_at_numbers(text: str) -> tuple[str, ...]:
    """Return the pieces of a text, which are in turn words and a number that can be dialled.

    Examples
    --------
    >>> split_at_numbers("call 111 or go to 111.nhs.uk")
    ('call ', '111', ' or go to 111.nhs.uk')
    """
    numbers = [match.span() for match in _DIALLED.finditer(text)]
    cuts = [0, *(at for span in numbers for at in span), len(text)]
    return tuple(text[start:end] for start, end in pairwise(cuts))


def _join(number: str, joint: str) -> str:
    digits = sum(character.isdigit() for character in number)
    return number.replace(" ", joint) if digits >= _FEWEST_DIGITS else number

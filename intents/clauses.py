"""Clauses of a message: what care reads one by one, since a crisis may stand in any of them.

A sentence is cut at its commas, dashes and conjunctions; what runs on without any is read in windows of words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

PieceKind = Literal["sentence", "clause", "window", "joined"]

_JOINS = "and|but|so|because|cos|coz|cause|then|anyway|plus|though|although|while|whereas|or|yet|when|if|who"
# A hyphen within a word joins, and an apostrophe belongs to its word; every other sign may part two thoughts.
_CUT = re.compile(rf"[,;:()\[\]{{}}<>\"|!?*=~]+|\s[-/]+\s|\.{{2,}}|…|\.\s|\s(?=(?:{_JOINS})\s)", re.IGNORECASE)
_LEADING = re.compile(rf"^(?:(?:{_JOINS}|well|also|honestly|tbh|ok|okay|just)\s+)+", re.IGNORECASE)
_EDGES = " .!?'-_"
_PAIR = 20  # words; two neighbouring clauses of no more may be one thought
_RUN = 16  # words; a clause of more may be several thoughts without a sign between them
_WINDOWS = (6, 10)  # words
_JOINED = (2, 3)  # neighbouring sentences that may tell one thing
_JOINED_WORDS = 40
_CLAUSES = 3  # neighbouring clauses likewise, in what runs on
_CLAUSES_WORDS = 32
_STRETCH = 60  # words; no sentence has more
_OVERLAP = 12  # words; as long as what the net's phrases say


class Piece(NamedTuple):
    """A part of a message, and the number of the sentence that it was cut out of."""

    text: str
    kind: PieceKind
    sentence: int


def split_clauses(sentence: str) -> list[str]:
    """Return the clauses of a sentence, without the conjunctions that they begin with.

    Parameters
    ----------
    sentence
        Normalised.
    """
    clauses = (_LEADING.sub("", piece.strip(_EDGES)).strip(_EDGES) for piece in _CUT.split(sentence))
    return [clause for clause in clauses if clause]


def cut_runs(sentences: Iterable[str]) -> list[str]:
    """Return the sentences, with those that never end cut into overlapping stretches of words.

    Parameters
    ----------
    sentences
        Normalised.
    """
    cut = []
    for sentence in sentences:
        words = sentence.split()
        starts = range(0, max(1, len(words) - _OVERLAP), _STRETCH - _OVERLAP)
        cut += [" ".join(words[start : start + _STRETCH]) for start in starts] if len(words) > _STRETCH else [sentence]
    return cut


def list_pieces(sentences: Sequence[str]) -> list[Piece]:
    """Return every sentence, every clause, two neighbouring short clauses together, and windows of what runs on.

    Parameters
    ----------
    sentences
        Normalised.

    Returns
    -------
    list of Piece
        Each text once.
    """
    pieces: dict[str, Piece] = {}
    for number, sentence in enumerate(sentences):
        for text, kind in _list_pieces(sentence.strip(_EDGES)):
            pieces.setdefault(text, Piece(text, kind, number))
    return list(pieces.values())


def list_joined(sentences: Sequence[str], numbers: Iterable[int]) -> list[Piece]:
    """Return neighbouring sentences together, and neighbouring clauses of a sentence, around those that are named.

    “I have a bag packed. I jump at every door.” tells of danger, and neither half of it does.

    Parameters
    ----------
    sentences
        Normalised.
    numbers
        Places of sentences; every piece holds one of them.

    Returns
    -------
    list of Piece
        Each text once, of the kind `joined`.
    """
    pieces: dict[str, Piece] = {}
    for number in numbers:
        for text in (*_join_sentences(sentences, number), *_join_clauses(sentences[number])):
            pieces.setdefault(text, Piece(text, "joined", number))
    return list(pieces.values())


def _join_sentences(sentences: Sequence[str], number: int) -> Iterator[str]:
    for count in _JOINED:
        for start in range(max(0, number - count + 1), min(number, len(sentences) - count) + 1):
            text = " ".join(one.strip(_EDGES) for one in sentences[start : start + count])
            if len(text.split()) <= _JOINED_WORDS:
                yield text


def _join_clauses(sentence: str) -> Iterator[str]:
    clauses = split_clauses(sentence)
    for start in range(len(clauses) - _CLAUSES + 1):
        text = " ".join(clauses[start : start + _CLAUSES])
        if len(clauses) > _CLAUSES and len(text.split()) <= _CLAUSES_WORDS:
            yield text


def _list_pieces(sentence: str) -> Iterator[tuple[str, PieceKind]]:
    if not sentence:
        return
    yield sentence, "sentence"
    clauses = split_clauses(sentence)
    if len(clauses) > 1:
        yield from ((clause, "clause") for clause in clauses)
        for left, right in pairwise(clauses):
            if len(left.split()) + len(right.split()) <= _PAIR:
                yield f"{left} {right}", "clause"
    for clause in clauses:
        yield from ((window, "window") for window in _list_windows(clause))


def _list_windows(clause: str) -> Iterator[str]:
    words = clause.split()
    if len(words) <= _RUN:
        return
    for size in _WINDOWS:
        step = size // 3
        for start in range(0, max(1, len(words) - size + step), step):
            yield " ".join(words[start : start + size])

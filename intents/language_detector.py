"""The detector of languages: py3langid with what it holds for our languages alone, in a quarter of the memory.

Its automaton has a row of 256 next states for each of 38,000 kinds of state, 39 MiB. Nearly all of a row is that of the
state for the same letters without the first; only the differences are kept.
"""

import io
import lzma
from array import array
from bisect import bisect_left
from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from intents.arrays import Integers

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_LETTERS = 256
_BLOCK = 4_096  # rows that are looked at in one go: 4 MiB


class SparseMoves:
    """Next states of an automaton, each row as its differences from another: the same states, read as from the table.

    Parameters
    ----------
    table : array of shape (rows, 256)
        The next state for each byte.
    rows : array of shape (states,)
        The row of each state; the first is where the automaton starts.
    """

    def __init__(self, table: npt.NDArray[np.unsignedinteger], rows: Integers) -> None:
        alike = _find_alike_rows(table, rows)
        self._start = int(rows[0])
        self._usual: list[int] = table[self._start].tolist()
        self._alike = array("I", alike.tolist())
        counts, letters, states = [np.zeros(1, dtype=np.int64)], [], array("I")
        for begin in range(0, len(table), _BLOCK):
            some = slice(begin, begin + _BLOCK)
            differs = table[some] != table[alike[some]]
            counts.append(differs.sum(axis=1))
            letters.append(np.nonzero(differs)[1].astype(np.uint8).tobytes())
            states.extend(table[some][differs].tolist())
        self._ends = array("I", np.cumsum(np.concatenate(counts)).tolist())
        self._letters, self._states = b"".join(letters), states

    def __getitem__(self, place: int) -> int:
        """Return the number at a place of the table, counted row by row."""
        row, letter = divmod(place, _LETTERS)
        while row != self._start:
            end = self._ends[row + 1]
            at = bisect_left(self._letters, letter, self._ends[row], end)
            if at < end and self._letters[at] == letter:
                return self._states[at]
            row = self._alike[row]
        return self._usual[letter]


def load_detector(languages: Collection[str]) -> "LanguageIdentifier":
    """Return the detector for some languages, by their codes.

    Its own `set_languages` would keep the tables of all its languages: 27 MiB.
    """
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

    # Read in memory: the library's own reader unpacks into a temporary file, for which a full disk has no room, and
    # what is not read then is whether somebody is in danger.
    with lzma.open(MODEL_DIR / MODEL_FILE) as packed:
        content = io.BytesIO(packed.read())
    with np.load(content, allow_pickle=False) as data:
        codes: list[str] = data["classes"].tolist()
        kept = [place for place, code in enumerate(codes) if code in languages]
        rows = data["nextmove_row"]
        return LanguageIdentifier(
            data["ptc"][:, kept],
            data["pc"][kept],
            [codes[place] for place in kept],
            SparseMoves(data["nextmove"].reshape(-1, _LETTERS), rows.astype(np.int64)),
            array("i", data["out_feat"].tolist()),
            tk_row=array("I", rows.tolist()),
        )


def _find_alike_rows(table: npt.NDArray[np.unsignedinteger], rows: Integers) -> Integers:
    """Return a row for each row, from which it differs little, of shape (rows,); following them leads to the start's.

    States are found from the start, letter by letter. What is alike is the row of the state that the same letters lead
    to without the first, where that was found with fewer letters.
    """
    usual = table[rows[0]]
    alike = np.full(len(table), rows[0])
    settled = np.zeros(len(table), dtype=bool)
    found = np.zeros(len(rows), dtype=bool)
    shorter = np.zeros(len(rows), dtype=np.int64)  # the state without the first letter
    level = np.unique(usual).astype(np.int64)
    found[0] = found[level] = settled[rows[0]] = settled[rows[level]] = True
    while len(level):
        blocks = [level[begin : begin + _BLOCK] for begin in range(0, len(level), _BLOCK)]
        reached = np.concatenate([_find_next(block, table, rows, found, shorter) for block in blocks])
        new, first = np.unique(rows[reached], return_index=True)
        unsettled = ~settled[new]
        new, level = new[unsettled], reached[first[unsettled]]  # states of one row lead to the same states
        candidates = rows[shorter[level]]
        alike[new] = np.where(settled[candidates], candidates, rows[0])
        settled[new] = True
    return alike


def _find_next(
    states: Integers,
    table: npt.NDArray[np.unsignedinteger],
    rows: Integers,
    found: npt.NDArray[np.bool_],
    shorter: Integers,
) -> Integers:
    """Return the states that follow some and were not found before; note them, and each one's shorter state."""
    following = table[rows[states]]
    at, letters = np.nonzero(following != table[rows[0]])  # what one letter leads to was found first
    new = ~found[following[at, letters]]
    at, letters = at[new], letters[new]
    reached, first = np.unique(following[at, letters], return_index=True)
    before, letters = states[at[first]], letters[first]
    shorter[reached] = table[rows[shorter[before]], letters]
    found[reached] = True
    return reached.astype(np.int64)

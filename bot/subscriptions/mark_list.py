"""The marks of one request, each of which is used once: what is left over at the end is asked about."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, TypeVar

from bot.subscriptions.marks import Act, Clock, Days, Length, Link, Mark, Meaning, Weekdays
from bot.subscriptions.questions import ask_about

_M = TypeVar("_M")
_RANGE_LINKS = (Link("to"), Link("until"), Link("through"))


class MarkList:
    """Marks in the order of the request, and which of them have been used.

    Parameters
    ----------
    marks
        Without those that carry nothing.
    """

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._marks = list(marks)
        self._used = [False] * len(self._marks)

    def __len__(self) -> int:
        return len(self._marks)

    def __getitem__(self, at: int) -> Mark:
        return self._marks[at]

    def __iter__(self) -> Iterator[Mark]:
        return iter(self._marks)

    def meaning(self, at: int) -> Meaning | None:
        """Return the meaning at a place; None outside the request."""
        return self._marks[at].meaning if 0 <= at < len(self._marks) else None

    def list_left(self) -> list[tuple[int, Mark]]:
        """Return the unused marks with their places."""
        return [(at, mark) for at, mark in enumerate(self._marks) if not self._used[at]]

    def list_acts(self) -> list[str]:
        """Return everything that is to be done, used or not."""
        return [mark.meaning.kind for mark in self._marks if isinstance(mark.meaning, Act)]

    def list_places(self, kind: Any) -> list[int]:
        """Return the places of the unused marks of a kind."""
        return [at for at, mark in self.list_left() if isinstance(mark.meaning, kind)]

    def has(self, *kinds: Any) -> bool:
        """Return whether a mark of one of the kinds stands in the request, used or not."""
        return any(isinstance(mark.meaning, kinds) for mark in self._marks)

    def count(self, kind: Any) -> int:
        """Return the number of marks of a kind, used or not."""
        return sum(isinstance(mark.meaning, kind) for mark in self._marks)

    def has_word(self, *words: str) -> bool:
        """Return whether one of some words stands in the request by itself, used or not."""
        return any(mark.text.lower() in words for mark in self._marks)

    def name(self, kind: Any) -> str:
        """Return the words of the first mark of a kind; empty without one."""
        return next((mark.text for mark in self._marks if isinstance(mark.meaning, kind)), "")

    def is_used(self, at: int) -> bool:
        """Return whether a mark has been used."""
        return self._used[at]

    def use(self, *places: int) -> None:
        """Use the marks at some places."""
        for at in places:
            self._used[at] = True

    def use_all(self, which: Callable[[Meaning], bool]) -> None:
        """Use every mark whose meaning fits."""
        self.use(*(at for at, mark in enumerate(self._marks) if which(mark.meaning)))

    def take(self, kind: type[_M]) -> _M | None:
        """Use the marks of a kind and return their meaning; None without one.

        Raises
        ------
        NotUnderstoodError
            When two of them differ.
        """
        places = self.list_places(kind)
        if len({str(self._marks[at].meaning) for at in places}) > 1:
            raise ask_about([self._marks[at].text for at in places])
        self.use(*places)
        meaning = self._marks[places[0]].meaning if places else None
        return meaning if isinstance(meaning, kind) else None

    def is_followed_by(self, at: int, kind: Any) -> bool:
        """Return whether a mark of a kind follows, past links."""
        later = at + 1
        while isinstance(self.meaning(later), Link):
            later += 1
        return isinstance(self.meaning(later), kind)

    def begins_range(self, at: int) -> bool:
        """Return whether a range of days of the week begins at a place: “Monday to Thursday”."""
        return self.meaning(at + 1) in _RANGE_LINKS and isinstance(self.meaning(at + 2), Weekdays)

    def read_range(self, at: int) -> frozenset[int] | None:
        """Return the days of a range that begins at a place, both ends included; None where none begins."""
        first, last = self.meaning(at), self.meaning(at + 2)
        if not (self.begins_range(at) and isinstance(first, Weekdays) and isinstance(last, Weekdays)):
            return None
        if len(first.days) != 1 or len(last.days) != 1:
            return None
        (begins,), (ends,) = first.days, last.days
        return frozenset((begins + number) % 7 for number in range((ends - begins) % 7 + 1))

    def write(self, first: int, last: int) -> str:
        """Return the words from one place to another, both included, spaced as they were typed."""
        marks = self._marks[first : last + 1]
        words = marks[0].text
        for former, mark in pairwise(marks):
            words += (" " if mark.start > former.end else "") + mark.text
        return words

    def refuse_leftovers(self) -> None:
        """Raise when a mark was not used, because what was said would be dropped.

        Raises
        ------
        NotUnderstoodError
            Naming what is left. “to us” and “from the tips” lead to nothing and are let pass.
        """
        left = [mark for at, mark in self.list_left() if not self._leads_nowhere(at)]
        if left:
            raise ask_about([mark.text for mark in left])

    def _leads_nowhere(self, at: int) -> bool:
        linked = isinstance(self.meaning(at + 1), Clock | Days | Weekdays | Length)
        return self.meaning(at) in (Link("to"), Link("from")) and not linked

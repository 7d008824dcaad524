"""Sequences that are read when they are first asked for, such as the utterances of a model, which no answer needs."""

from collections.abc import Callable, Sequence
from typing import TypeVar, overload

Item = TypeVar("Item")


class LaterSequence(Sequence[Item]):
    """Sequence that is read when it is first asked for.

    Parameters
    ----------
    read
        Returns the items, the same at each call; it is let go of after the first, with whatever it reads from.
    """

    def __init__(self, read: Callable[[], Sequence[Item]]) -> None:
        self._read: Callable[[], Sequence[Item]] | None = read
        self._items: Sequence[Item] = ()

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Item]: ...
    def __getitem__(self, place: int | slice) -> Item | Sequence[Item]:
        """Return an item, or some of them."""
        return self._list()[place]

    def __len__(self) -> int:
        """Return how many items there are."""
        return len(self._list())

    def _list(self) -> Sequence[Item]:
        # Two threads may both read: what they read is the same, and the items are there before `_read` goes.
        if (read := self._read) is not None:
            self._items = read()
            self._read = None
        return self._items

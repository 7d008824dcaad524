"""The protocol of a contestant: learn a set into a folder, and answer from that folder in a fresh process."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from benchmarks.public.sets import PublicSet
from intents.arrays import Doubles

# From texts to a label for each, and to a score for each that is high where a text belongs to none.
Answer = Callable[[Sequence[str]], tuple[list[str], Doubles]]


class Contestant(Protocol):
    """A classifier to be measured. A library that is missing shows as an ImportError or a FileNotFoundError."""

    def learn(self, data: PublicSet, folder: Path) -> None:
        """Learn from the training part, and write what was learnt into a folder."""

    def load(self, folder: Path) -> Answer:
        """Return the answers of what was learnt into a folder."""

"""Problems of a pack: where, what, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of a file, with the sentence that mends it.

    Parameters
    ----------
    file
        The file as its reader would name it.
    line
        Counted from 1.
    what
        What is wrong, without a full stop.
    mend
        How to mend it: whole sentences.
    at
        Where in the data of the file, as in ``("lessons", 0, "title")``; empty for the file as a whole.
    """

    file: str
    line: int
    what: str
    mend: str
    severity: Severity = "error"
    at: tuple[str | int, ...] = field(default=(), compare=False)

    @property
    def where(self) -> str:
        """File and line, as editors and terminals link them."""
        return f"{self.file}:{self.line}"

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.mend}"


class KnowledgeError(Exception):
    """Packs that cannot be used; `problems` lists everything that is wrong with them.

    Parameters
    ----------
    problems
        At least one.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def format_path(path: Path) -> str:
    """Return a path relative to the working directory, where it lies below it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)

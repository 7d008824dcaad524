"""Output of the commands: tables, signs of progress, and files named on the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot import diagnostics

if TYPE_CHECKING:
    from rich.table import Table

_PIPED_WIDTH = 200  # columns where no terminal says how many it has: whoever reads a file can scroll


def print_table(table: "Table") -> None:
    """Print a table; a value that is wider than its column goes on in the next line and is never cut."""
    from rich.console import Console

    for column in table.columns:
        column.overflow = "fold"
    Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH, highlight=False).print(table)


@contextmanager
def show_progress(doing: str) -> Iterator[None]:
    """Say what takes more than a moment, where somebody watches standard error, until the block ends.

    Parameters
    ----------
    doing
        What is being done, such as “Checking the utterances”.
    """
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{doing} …"):
        yield


def write_file(path: Path, content: str | bytes) -> None:
    """Write a file, in UTF-8 when it is text.

    Raises
    ------
    OperatorError
        When it cannot be written.
    """
    try:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise diagnostics.cannot_write(str(path), error.strerror or type(error).__name__) from error

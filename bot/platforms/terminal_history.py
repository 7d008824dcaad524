"""The lines typed in a terminal: kept once they were answered, and never where the answer takes care."""

from pathlib import Path

from prompt_toolkit.history import FileHistory, History, InMemoryHistory


class _AnsweredLines(History):
    def append_string(self, string: str) -> None:
        """Hold nothing of a line that was only typed; what it says is known when it is answered."""

    def keep(self, line: str) -> None:
        """Keep a line that was answered."""
        super().append_string(line)


class FileLines(_AnsweredLines, FileHistory):
    """Answered lines in a file."""


class SessionLines(_AnsweredLines, InMemoryHistory):
    """Answered lines until the terminal is left."""


def open_history(file: Path) -> FileLines | SessionLines:
    """Return the lines of a file; where its folder is missing, lines that are kept for this session alone."""
    return FileLines(str(file)) if file.parent.is_dir() else SessionLines()

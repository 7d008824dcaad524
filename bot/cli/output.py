"""Output to a file named on the command line."""

from pathlib import Path

from bot import diagnostics


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

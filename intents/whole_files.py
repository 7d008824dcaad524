"""Files that appear at once, so that another process never reads half a one."""

import os
from contextlib import suppress
from pathlib import Path


def write_whole(file: Path, content: bytes) -> None:
    """Write a file and the folders that it needs; what stands there is replaced.

    Raises
    ------
    OSError
        When the disk refuses; nothing half-written is left.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_suffix(f".{os.getpid()}")
    try:
        half.write_bytes(content)
        half.replace(file)
    except OSError:
        with suppress(OSError):
            half.unlink(missing_ok=True)
        raise

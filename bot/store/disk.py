"""The disk that holds SQLite's file: the file for the bot's user alone, the room left, and the doctor check."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from bot import diagnostics
from bot.checks import Finding

MOUNTS = Path("/proc/self/mountinfo")  # Linux alone has it
_NETWORK = ("9p", "afs", "ceph", "cifs", "fuse.glusterfs", "fuse.sshfs", "glusterfs", "lustre", "nfs", "nfs4", "smb3")
_MEMORY = ("ramfs", "tmpfs")
_TIGHT, _FULL = 200, 10  # megabytes


def create_private_file(file: Path) -> None:
    """Create a file, and the folders above it, for this user alone; what exists already stays as it is.

    Raises
    ------
    OSError
        When they cannot be created.
    """
    for folder in reversed([one for one in file.parents if not one.exists()]):
        folder.mkdir(mode=0o700, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def identify_file(file: Path) -> tuple[int, int] | None:
    """Return what tells a file from any other that ever has its name; None where there is none."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def is_full(file: Path) -> bool:
    """Return whether the disk of a file has too little room for SQLite to go on."""
    return _count_free_megabytes(_nearest(file.parent)) < _FULL


def _count_free_megabytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free // 1_000_000


def check_disk(file: Path) -> list[Finding]:
    """Return the findings on the folder of a file that exists or is to be created.

    Raises
    ------
    OperatorError
        When the file may not be written.
    """
    folder = _nearest(file.parent)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise diagnostics.database_folder_closed(str(folder))
    if file.exists() and not os.access(file, os.W_OK):
        raise diagnostics.database_file_closed(str(file))
    megabytes = _count_free_megabytes(folder)
    if megabytes < _TIGHT:
        said = diagnostics.database_little_room(str(folder), megabytes)
        return [Finding("Disk", "wrong" if megabytes < _FULL else "warning", said), *_kind(folder)]
    if file.exists() and file.stat().st_mode & 0o077 and os.name == "posix":
        return [Finding("Disk", "warning", diagnostics.database_file_open(str(file))), *_kind(folder)]
    return [
        Finding("Disk", "ok", f"{folder} may be written to, and has {megabytes / 1000:.1f} GB free"),
        *_kind(folder),
    ]


def is_there(file: Path) -> bool:
    """Return whether a file exists."""
    return file.exists()


def _kind(folder: Path) -> list[Finding]:
    kind = _filesystem(folder.resolve())
    if kind in _NETWORK:
        return [Finding("Disk", "warning", diagnostics.database_on_network(str(folder), kind))]
    if kind in _MEMORY:
        return [Finding("Disk", "warning", diagnostics.database_in_memory(str(folder), kind))]
    return []


def _nearest(folder: Path) -> Path:
    """Return the nearest folder that exists: those below are created with the database."""
    return next(one for one in (folder, *folder.parents) if one.exists())


def _filesystem(folder: Path) -> str:
    """Return the kind of a folder's filesystem; empty where the system has no list of mounts."""
    kinds = {}
    try:
        lines = MOUNTS.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    for line in lines:
        fields = line.split()
        kinds[fields[4].replace("\\040", " ")] = fields[fields.index("-") + 1]
    return next((kinds[str(one)] for one in (folder, *folder.parents) if str(one) in kinds), "")

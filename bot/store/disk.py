"""The doctor check of the disk that holds SQLite's file; nothing is changed."""

import os
import shutil
from pathlib import Path

from bot import diagnostics
from bot.checks import Finding

MOUNTS = Path("/proc/self/mountinfo")  # Linux alone has it
_NETWORK = ("9p", "afs", "ceph", "cifs", "fuse.glusterfs", "fuse.sshfs", "glusterfs", "lustre", "nfs", "nfs4", "smb3")
_MEMORY = ("ramfs", "tmpfs")
_TIGHT, _FULL = 200, 10  # megabytes


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
    megabytes = shutil.disk_usage(folder).free // 1_000_000
    if megabytes < _TIGHT:
        said = diagnostics.database_little_room(str(folder), megabytes)
        return [Finding("Disk", "wrong" if megabytes < _FULL else "warning", said), *_kind(folder)]
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

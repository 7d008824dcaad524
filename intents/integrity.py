"""Whether the rules of care are those that were shipped, by the digests in rules.json.

The model has a seal of its own. These files are changed by hand, so that a change may be meant: it is told, and not
refused. After one that is meant, `python -m intents.integrity` writes the digests again.
"""

import hashlib
import json
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

RULES = ("safety.yaml", "care.yaml", "languages.yaml")
RECORD = "rules.json"


def find_changed_rules(folder: Traversable | None = None) -> tuple[str, ...]:
    """Return the names of the files of rules that are missing, or are not those that were shipped.

    Parameters
    ----------
    folder
        Where the rules and their digests are; the package by default.
    """
    where = folder or resources.files("intents")
    try:
        shipped = json.loads(where.joinpath(RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return RULES
    return tuple(name for name in RULES if shipped.get(name) != _digest(where, name))


def write_digests(folder: Path) -> None:
    """Write the digests of the rules as they are now."""
    digests = {name: _digest(folder, name) for name in RULES}
    (folder / RECORD).write_text(json.dumps(digests, indent=1) + "\n", encoding="utf-8")


def _digest(folder: Traversable, name: str) -> str:
    """Return the checksum of a file, whatever ends its lines; empty where there is none."""
    try:
        return hashlib.sha256(b"\n".join(folder.joinpath(name).read_bytes().splitlines())).hexdigest()
    except OSError:
        return ""


if __name__ == "__main__":
    write_digests(Path(__file__).parent)

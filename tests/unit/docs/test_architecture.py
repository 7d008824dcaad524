"""ARCHITECTURE.md draws the house as it is: every file of the code stands there, in its room."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
ROOMS = ("bot", "intents", "knowledge")


def drawn(page: str) -> list[str]:
    """List the files that the picture of the rooms names, by their paths."""
    picture = page.partition("## The rooms")[2].split("```")[1]
    files: list[str] = []
    open_folders: list[tuple[int, str]] = []
    for line in picture.splitlines():
        indent = len(line) - len(line.lstrip())
        folder, names = re.match(r"\s*(?:([a-z]+)/(?=\s|$))?(.*)", line).groups()
        if line.strip():
            open_folders = [(at, name) for at, name in open_folders if at < indent]
        if folder:
            open_folders.append((indent, folder))
        here = "/".join(name for _, name in open_folders)
        files += [f"{here}/{name}" for name in re.findall(r"\b\w+\.py\b", names)]
    return files


def test_every_file_is_named_once_and_in_its_room():
    """Whoever reads the page finds any file in one guess; a file that is new, moved or gone fails here."""
    named = drawn((ROOT / "ARCHITECTURE.md").read_text("utf-8"))
    there = [
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if path.name != "__init__.py" and "migrations" not in path.parts
    ]

    assert sorted(named) == sorted(there)

"""The files of a pack: in a directory, or texts that something else holds, such as the bot's database."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from knowledge.loader import Document, parse_document, read_document, read_text_file

FOLDERS = ("themes", "depth", "sayings")
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class TextPack:
    """A pack whose files are texts.

    Parameters
    ----------
    name
        Stands before the paths of its files where a problem names them.
    files
        Texts by path within the pack, such as ``themes/winter.yaml``.
    version
        Another number for other texts.
    """

    name: str
    files: Mapping[str, str]
    version: int = 0

    @classmethod
    def read(cls, directory: Path, name: str) -> "TextPack":
        """Return the YAML files of a directory as a pack of texts.

        Raises
        ------
        KnowledgeError
            With one problem: a file cannot be read, is too long or is not UTF-8.
        """
        paths = list_files(directory)
        return cls(name, {path.relative_to(directory).as_posix(): read_text_file(path) for path in paths})


class PackSource(Protocol):
    """Keeps a pack elsewhere than in a directory."""

    def get_pack(self) -> TextPack | None:
        """Return the pack as last seen, at once; None where there is none."""
        ...


PackFiles = Path | TextPack  # a directory, or texts


def list_files(pack: PackFiles) -> list[Path]:
    """Return the paths of a pack's YAML files; hidden files belong to editors and version control."""
    if isinstance(pack, TextPack):
        found = [Path(pack.name) / path for path in pack.files if _is_read(PurePosixPath(path))]
    else:
        folders = (pack, *(pack / folder for folder in FOLDERS))
        found = [path for folder in folders for suffix in _SUFFIXES for path in folder.glob(f"*{suffix}")]
    return sorted(path for path in found if not path.name.startswith("."))


def read_file(pack: PackFiles, path: Path) -> Document:
    """Return the data of one of a pack's files.

    Raises
    ------
    KnowledgeError
        With one problem.
    """
    if isinstance(pack, TextPack):
        return parse_document(path, pack.files[path.relative_to(pack.name).as_posix()])
    return read_document(path)


def find_root(pack: PackFiles) -> Path:
    """Return the path that the paths of a pack's files begin with."""
    return Path(pack.name) if isinstance(pack, TextPack) else pack


def _is_read(path: PurePosixPath) -> bool:
    return path.suffix in _SUFFIXES and (path.parent.as_posix() in (".", *FOLDERS))

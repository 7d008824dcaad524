"""The editors' pack as files and back: written as they are kept, so that comments and order survive."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from bot import diagnostics
from bot.own_themes import check_own_phrases
from bot.settings import Settings
from bot.store.packs import PACK_NAME, Change, PackStore, StaleChangeError
from knowledge import Knowledge, TextPack
from knowledge.pack_files import PackFiles


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed: numbers of files, and the files that a pack does not keep."""

    published: int
    withdrawn: int
    same: int
    left_out: tuple[str, ...]


async def export_pack(engine: AsyncEngine, directory: Path, *, drafts: bool) -> int:
    """Write the files of the editors' pack into a directory; return their number.

    Parameters
    ----------
    drafts
        Whether the latest revision of each file is written; else the published one.

    Raises
    ------
    OperatorError
        When the directory holds something already, or cannot be written.
    """
    files = {}
    for file in await PackStore(engine).list_files():
        revision = file.latest if drafts and file.latest.state != "removed" else file.published
        if revision:
            files[revision.path] = revision.text
    _write_files(directory, files)
    return len(files)


def _write_files(directory: Path, files: Mapping[str, str]) -> None:
    try:
        if directory.is_dir() and any(directory.iterdir()):
            raise diagnostics.directory_not_empty(str(directory))
        directory.mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            (directory / path).parent.mkdir(exist_ok=True)
            (directory / path).write_bytes(text.encode())
    except OSError as error:
        raise diagnostics.cannot_write(str(directory), error.strerror or str(error)) from error


async def import_pack(settings: Settings, engine: AsyncEngine, directory: Path, name: str) -> Imported:
    """Publish the files of a directory as the editors' pack; what it does not hold is taken back.

    Raises
    ------
    KnowledgeError
        When the pack has a mistake, alone or beside the others; nothing is changed then.
    OperatorError
        When somebody published something meanwhile.
    """
    store = PackStore(engine)
    version = await store.read_version()
    written = {file.latest.path: file for file in await store.list_files()}
    found = TextPack.read(directory, PACK_NAME).files
    await asyncio.to_thread(_check, [*_list_others(settings, directory), TextPack(PACK_NAME, found)])
    published = {path: one.published.text for path, one in written.items() if one.published}
    changes = [
        Change(path, written[path].latest.number if path in written else 0, "published", text)
        for path, text in found.items()
        if published.get(path) != text
    ]
    gone = [written[path].latest for path in published if path not in found]
    changes += [Change(one.path, one.number, "withdrawn", one.text) for one in gone]
    if changes:
        try:
            await store.write(changes, name, version)
        except StaleChangeError as error:
            raise diagnostics.pack_changed_meanwhile() from error
    return Imported(
        published=len(changes) - len(gone),
        withdrawn=len(gone),
        same=len(found) - len(changes) + len(gone),
        left_out=tuple(_list_other_files(directory, found)),
    )


def _check(packs: Sequence[PackFiles]) -> None:
    check_own_phrases(Knowledge.load(packs))


def _list_others(settings: Settings, directory: Path) -> list[Path]:
    """Return the packs of the settings but for this directory, which would claim every id twice."""
    return [pack for pack in settings.packs if pack.resolve() != directory.resolve()]


def _list_other_files(directory: Path, kept: Collection[str]) -> list[str]:
    files = [path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()]
    return sorted(path for path in files if path not in kept)

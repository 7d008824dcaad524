"""Files of the editors' pack: what kind each is, which ids a form is given, and what goes live together."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any, Literal

from bot.store.packs import PACK_NAME, Change, Revision, WrittenFile
from knowledge import TextPack
from knowledge.editing.forms import write_form

Data = dict[str, Any]
Kind = Literal["theme", "lessons", "sources", "signposts", "pack"]
SHARED = ("pack.yaml", "sources.yaml")  # what themes lean on: published with any of them
GROUP = "written-here"
GROUP_TITLE = "From our own organisation"
_NOT_IN_IDS = re.compile(r"[^a-z0-9]+")
_LONGEST_ID = 60  # characters; a number may follow, and the column holds 64


def find_kind(path: str, data: Mapping[str, Any]) -> Kind:
    """Return the kind of a file."""
    stem = PurePosixPath(path).stem
    if stem in ("sources", "signposts", "pack") and "/" not in path:
        return stem  # type: ignore[return-value]
    return "lessons" if "extends" in data else "theme"


def list_live_texts(files: Sequence[WrittenFile]) -> dict[str, str]:
    """Return the published texts by path."""
    return {file.published.path: file.published.text for file in files if file.published}


def list_shared_changes(files: Sequence[WrittenFile], path: str) -> list[Revision]:
    """Return the latest revisions of what themes lean on that are not published as they are."""
    return [
        file.latest
        for file in files
        if file.latest.path in SHARED
        and file.latest.path != path
        and file.latest.state == "draft"
        and (file.published is None or file.published.text != file.latest.text)
    ]


def build_candidate(files: Sequence[WrittenFile], path: str, text: str) -> TextPack:
    """Return the pack as it would be, were a text published with what it leans on."""
    shared = {one.path: one.text for one in list_shared_changes(files, path)}
    return TextPack(PACK_NAME, {**list_live_texts(files), **shared, path: text})


def begin_pack(files: Sequence[WrittenFile], data: Mapping[str, Any]) -> list[Change]:
    """Return the file with the group for own themes, as a draft, where a form is the first to need it."""
    if data.get("group") != GROUP or any(file.latest.path == "pack.yaml" for file in files):
        return []
    about = {"id": PACK_NAME, "title": "Our own lessons", "groups": [{"id": GROUP, "title": GROUP_TITLE}]}
    return [Change("pack.yaml", 0, "draft", write_form(about))]


def add_changes(files: Sequence[WrittenFile], changes: Sequence[Change]) -> list[WrittenFile]:
    """Return the files with changes that are not written yet."""
    now = datetime.now(UTC)
    drafts = [Revision(one.path, one.base, one.state, one.text, "", now) for one in changes]
    return [*files, *(WrittenFile(draft, None) for draft in drafts)]


def fill_in_ids(data: Data, taken: Collection[str], lessons_taken: Collection[str]) -> Data:
    """Return a form with ids for whatever has none, made of its titles; an id never changes once it is there.

    Parameters
    ----------
    taken
        Ids of themes that are in use.
    lessons_taken
        Ids of lessons that are in use elsewhere.
    """
    filled = dict(data)
    if "extends" not in filled and not filled.get("id"):
        filled["id"] = _find_free(slug(str(filled.get("title", ""))) or "theme", taken)
    base = str(filled.get("extends") or filled["id"])
    used = set(lessons_taken)
    lessons = []
    for lesson in filled.get("lessons") or []:
        one = dict(lesson) if isinstance(lesson, dict) else {}
        if not one.get("id"):
            title = slug(str(one.get("title", ""))) or "lesson"
            prefix = f"own-{base}" if "extends" in filled else base
            one = {"id": _find_free(f"{prefix}-{title}", used), **{key: one[key] for key in one if key != "id"}}
        used.add(one["id"])
        lessons.append(one)
    return {**filled, "lessons": lessons}


def slug(title: str) -> str:
    """Return a title in small letters, digits and hyphens; empty where it has none of them."""
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    return _NOT_IN_IDS.sub("-", plain).strip("-")


def _find_free(wanted: str, taken: Collection[str]) -> str:
    wanted = wanted[:_LONGEST_ID].strip("-")
    names = (wanted, *(f"{wanted[: _LONGEST_ID - 3]}-{number}" for number in range(2, 999)))
    return next(name for name in names if name not in taken)

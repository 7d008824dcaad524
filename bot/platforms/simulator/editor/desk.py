"""The editors' desk: what is written, kept, checked, published and taken back."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.platforms.simulator.editor import pack_files
from bot.platforms.simulator.editor.field_names import describe_plainly, name_in_sheet
from bot.platforms.simulator.editor.requests import CheckRequest, MoveRequest, PhraseRequest, SaveRequest
from bot.platforms.simulator.editor.routes import ConflictError
from bot.platforms.simulator.looks import Json
from bot.platforms.simulator.requests import RequestError, parse_request
from bot.store.packs import PACK_NAME, Change, PackStore, Revision, StaleChangeError, WrittenFile
from knowledge import KnowledgeError, LiveKnowledge, Problem, TextPack
from knowledge.editing.draft import check_draft
from knowledge.editing.forms import read_form, write_form
from knowledge.editing.sheets import RowProblem

if TYPE_CHECKING:
    from bot.platforms.simulator.editor.phrases import DraftPhrases
    from knowledge import Knowledge
    from knowledge.editing.draft import DraftCheck

Publish = Callable[[], Awaitable[None]]


class EditorDesk:
    """Reads and writes the files of the editors' pack.

    Parameters
    ----------
    serve
        Has this process serve what was published, at once.
    """

    def __init__(self, store: PackStore, knowledge: LiveKnowledge, serve: Publish, phrases: "DraftPhrases") -> None:
        self._store = store
        self._knowledge = knowledge
        self._serve = serve
        self._phrases = phrases

    # What is there

    async def list_pack(self, _request: web.Request) -> Json:
        """Return every file with its state, and what a form offers to choose from."""
        files = await self._store.list_files()
        return {"files": [self._describe_file(file) for file in files], "choices": self._list_choices(files)}

    async def open_file(self, request: web.Request) -> Json:
        """Return the latest revision of a file as data for a form, with the list of its revisions."""
        revisions = await self._find_revisions(request.query.get("path", ""))
        return {**_describe_revision(revisions[0]), "revisions": [_describe_line(one) for one in revisions]}

    async def open_revision(self, request: web.Request) -> Json:
        """Return an earlier revision, and what the one that was asked to be compared says otherwise."""
        revisions = {one.number: one for one in await self._find_revisions(request.query.get("path", ""))}
        number = request.query.get("number", "")
        revision = revisions.get(int(number)) if number.isascii() and number.isdigit() and len(number) < 7 else None
        if revision is None:
            raise RequestError("There is no such revision.", "number", status=404)
        latest = revisions[max(revisions)]
        return {**_describe_revision(revision), "latest": _describe_revision(latest)["data"]}

    # Checks

    async def check(self, request: web.Request) -> Json:
        """Return what is wrong with a form as it stands."""
        asked = parse_request(CheckRequest, await request.read())
        files = await self._store.list_files()
        path, data = self.prepare(files, asked.path, asked.data)
        files = pack_files.add_changes(files, pack_files.begin_pack(files, data))
        found = await asyncio.to_thread(self._check, files, path, write_form(data))
        refused, advice = await asyncio.to_thread(self._phrases.check_form, data, self._knowledge())
        return {"refused": [*found["refused"], *refused], "advice": [*found["advice"], *advice]}

    def _check(self, files: list[WrittenFile], path: str, text: str, *, repeats: bool = False) -> Json:
        found = self._find_problems(files, path, text, repeats=repeats)
        return {
            "refused": [_describe_problem(problem, path) for problem in found.refused],
            "advice": [_describe_problem(one, path) for one in found.advice if one.file == f"{PACK_NAME}/{path}"],
        }

    def _find_problems(self, files: list[WrittenFile], path: str, text: str, *, repeats: bool = False) -> "DraftCheck":
        candidate = pack_files.build_candidate(files, path, text)
        today = datetime.now(UTC).astimezone().date()
        return check_draft(self._knowledge.list_directories(), candidate, today, repeats=repeats)

    def _refuse_phrases(self, files: list[WrittenFile], path: str, text: str) -> str:
        candidate = pack_files.build_candidate(files, path, text)
        return self._phrases.find_refusal(_load([*self._knowledge.list_directories(), candidate]))

    async def find_row_problems(
        self,
        files: list[WrittenFile],
        changes: list[Change],
        path: str,
        data: dict[str, Any],
        rows: Mapping[int, int],
    ) -> list[RowProblem]:
        """Return what is wrong with a form of a spreadsheet.

        Parameters
        ----------
        changes
            What is kept along with the form.
        rows
            The row of each lesson by its number in the form; a problem of the theme is told of the first row.
        """
        others = [file for file in files if file.latest.path not in {one.path for one in changes}]
        files = pack_files.add_changes(others, changes)
        checked = await asyncio.to_thread(self._find_problems, files, path, write_form(data))
        first = min(rows.values())
        found = []
        for problem in checked.refused:
            what, mend = describe_plainly(problem, name_in_sheet)
            row = rows.get(int(problem.at[1]), first) if problem.at[:1] == ("lessons",) and problem.at[1:] else first
            key = next((one for one in reversed(problem.at) if isinstance(one, str)), "")
            found.append(RowProblem(row, f"{what}. {mend}", name_in_sheet(problem.at, key)))
        return found

    # Writes

    async def save(self, request: web.Request) -> Json:
        """Keep a form as a draft."""
        asked = parse_request(SaveRequest, await request.read())
        files = await self._store.list_files()
        path, data = self.prepare(files, asked.path, asked.data)
        text = self._write(files, path, data)
        changes = [Change(path, asked.base, "draft", text), *pack_files.begin_pack(files, data)]
        await self.keep(changes, asked.name)
        return {"path": path, "number": asked.base + 1, "data": read_form(Path(path), text)}

    async def publish(self, request: web.Request) -> Json:
        """Publish a form, with the sources and groups that it leans on; nothing where it has a mistake."""
        asked = parse_request(SaveRequest, await request.read())
        version = await self._store.read_version()
        files = await self._store.list_files()
        path, data = self.prepare(files, asked.path, asked.data)
        text = self._write(files, path, data)
        begun = pack_files.begin_pack(files, data)
        files = pack_files.add_changes(files, begun)
        checked = await asyncio.to_thread(self._check, files, path, text, repeats=True)
        if checked["refused"]:
            said = "Nothing was published: what is marked must be mended first."
            raise ConflictError(422, {"error": said, **checked})
        if data.get("phrases") and (said := await asyncio.to_thread(self._refuse_phrases, files, path, text)):
            marked, _ = await asyncio.to_thread(self._phrases.check_form, data, self._knowledge())
            raise ConflictError(422, {**checked, "error": f"Nothing was published. {said}", "refused": marked})
        shared = pack_files.list_shared_changes(files, path)
        changes = [Change(path, asked.base, "published", text)]
        changes += [Change(one.path, one.number, "published", one.text) for one in shared if one.number]
        changes += [Change(one.path, one.base, "published", one.text) for one in begun]
        await self.keep(changes, asked.name, version)
        await self._serve()
        return {"path": path, "number": asked.base + 1, "data": read_form(Path(path), text), **checked}

    async def move(self, request: web.Request) -> Json:
        """Take a file back from readers, remove it from the list, or begin a draft from an earlier revision."""
        asked = parse_request(MoveRequest, await request.read())
        version = await self._store.read_version()
        files = {file.latest.path: file for file in await self._store.list_files()}
        revisions = {one.number: one for one in await self._find_revisions(asked.path)}
        revision = revisions.get(asked.number or max(revisions))
        if revision is None:
            raise RequestError("There is no such revision.", "number", status=404)
        if asked.to == "draft":
            await self.keep([Change(asked.path, asked.base, "draft", revision.text)], asked.name)
        else:
            await self._take_back(files, asked, revision, version)
        return {"path": asked.path, "number": asked.base + 1}

    async def add_phrase(self, request: web.Request) -> Json:
        """Make what somebody asked a phrase of a theme: in its draft, until that is published."""
        asked = parse_request(PhraseRequest, await request.read())
        latest = (await self._find_revisions(asked.path))[0]
        data = _read(latest)
        phrases = [*(data.get("phrases") or []), asked.text]
        text = write_form({**data, "phrases": list(dict.fromkeys(phrases))}, latest.text)
        await self.keep([Change(asked.path, latest.number, "draft", text)], asked.name)
        return {"path": asked.path, "number": latest.number + 1}

    async def _take_back(
        self, files: Mapping[str, WrittenFile], asked: MoveRequest, revision: Revision, version: int
    ) -> None:
        left = {
            path: text for path, text in pack_files.list_live_texts([*files.values()]).items() if path != asked.path
        }
        try:
            await asyncio.to_thread(_load, [*self._knowledge.list_directories(), TextPack(PACK_NAME, left)])
        except KnowledgeError as error:
            what, _ = describe_plainly(error.problems[0])
            said = f"It cannot be taken back, because something that is published needs it: {what}."
            raise ConflictError(422, {"error": said}) from error
        await self.keep([Change(asked.path, asked.base, asked.to, revision.text)], asked.name, version)
        await self._serve()

    async def keep(self, changes: list[Change], name: str, version: int | None = None) -> None:
        """Write changes.

        Raises
        ------
        ConflictError
            With what somebody else wrote meanwhile, so that neither text is lost.
        """
        try:
            await self._store.write(changes, name, version)
        except StaleChangeError:
            latest = next(iter(await self._store.list_revisions(changes[0].path)), None)
            if latest is None or latest.number == changes[0].base:
                said = "Somebody published something else at this moment. Nothing was changed; try again."
                raise ConflictError(409, {"error": said}) from None
            who = latest.name or "Somebody"
            said = f"{who} changed this while you were writing. Nothing was overwritten, and your text is still here."
            raise ConflictError(409, {"error": said, "theirs": _describe_revision(latest)}) from None

    # Forms and files

    def prepare(self, files: list[WrittenFile], path: str | None, data: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Return the path of a form and its data with ids."""
        if path and not path.startswith("themes/"):
            return path, data
        own = {Path(file.latest.path).stem for file in files}
        themes = self._knowledge().themes.values()
        elsewhere = {lesson.id for one in themes if f"themes/{one.id}.yaml" != path for lesson in one.lessons}
        if path:
            before = next((_read(file.latest) for file in files if file.latest.path == path), {})
            kept = {} if "extends" in data else {"id": before.get("id") or Path(path).stem}
            return path, pack_files.fill_in_ids({**kept, **data, **kept}, own, elsewhere)
        if data.get("extends") in own:
            raise RequestError("There are lessons of yours for this theme already. Open them from the list.", "extends")
        data = pack_files.fill_in_ids(data, {*self._knowledge().themes, *own}, elsewhere)
        return f"themes/{data.get('extends') or data['id']}.yaml", data

    def _write(self, files: list[WrittenFile], path: str, data: Mapping[str, Any]) -> str:
        """Return the text of a form, in place of the file's latest text."""
        before = next((file.latest.text for file in files if file.latest.path == path), "")
        return write_form(data, before)

    async def _find_revisions(self, path: str) -> list[Revision]:
        revisions = await self._store.list_revisions(path)
        if not revisions:
            raise RequestError("There is no such file.", "path", status=404)
        return revisions

    def _list_choices(self, files: list[WrittenFile]) -> Json:
        knowledge = self._knowledge()
        groups = {group.id: group.title for group in knowledge.groups}
        groups.setdefault(pack_files.GROUP, pack_files.GROUP_TITLE)
        sources: dict[str, Json] = {one.id: {"title": one.attribution} for one in knowledge.sources.values()}
        written = next((one.latest for one in files if one.latest.path == "sources.yaml"), None)
        for one in _read(written).get("sources") or [] if written and written.state != "removed" else ():
            sources[str(one.get("id"))] = {"title": str(one.get("title", "")), "own": one}
        return {
            "groups": [{"id": name, "title": title} for name, title in groups.items()],
            "themes": [{"id": one.id, "title": one.title, "pack": one.pack} for one in knowledge.themes.values()],
            "sources": [{"id": name, **source} for name, source in sources.items()],
            "own_group": pack_files.GROUP,
        }

    def _describe_file(self, file: WrittenFile) -> Json:
        data = _read(file.latest)
        theme = self._knowledge().themes.get(str(data.get("extends", "")))
        return {
            **_describe_line(file.latest),
            "path": file.latest.path,
            "kind": pack_files.find_kind(file.latest.path, data),
            "live": file.published is not None,
            "changed": file.published is not None and file.published.text != file.latest.text,
            "title": theme.title if theme else str(data.get("title") or data.get("extends") or ""),
            "extends": str(data.get("extends", "")),
            "owner": str(data.get("owner") or ""),
            "review_by": str(data.get("review_by") or ""),
            "phrases": len(data.get("phrases") or []),
            "lessons": [
                {"id": str(one.get("id", "")), "title": str(one.get("title", "")), "quoted": bool(one.get("quote"))}
                for one in data.get("lessons") or []
                if isinstance(one, dict)
            ],
        }


def _load(packs: list[Any]) -> "Knowledge":
    from knowledge import Knowledge

    return Knowledge.load(packs)


def _read(revision: Revision) -> dict[str, Any]:
    try:
        return read_form(Path(revision.path), revision.text)
    except KnowledgeError:
        return {}


def _describe_line(revision: Revision) -> Json:
    return {
        "number": revision.number,
        "state": revision.state,
        "name": revision.name,
        "at": revision.at.isoformat(timespec="seconds"),
    }


def _describe_revision(revision: Revision) -> Json:
    return {"path": revision.path, **_describe_line(revision), "data": _read(revision)}


def _describe_problem(problem: Problem, path: str) -> Json:
    """Return a problem with the place in the form that it is about; one of another file names it."""
    here = problem.file == f"{PACK_NAME}/{path}"
    what, mend = describe_plainly(problem)
    return {
        "at": list(problem.at) if here else [],
        "what": what if here else f"in {problem.file}: {what}",
        "mend": mend,
        "severity": problem.severity,
    }

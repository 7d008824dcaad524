"""The spreadsheet view: rows become drafts, and what is written becomes rows."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.platforms.simulator.editor.desk import EditorDesk
from bot.platforms.simulator.editor.pack_files import GROUP, begin_pack, slug
from bot.platforms.simulator.editor.requests import SheetRequest
from bot.platforms.simulator.looks import Json
from bot.platforms.simulator.requests import RequestError, validate_request
from bot.store.packs import Change, PackStore, WrittenFile
from knowledge import KnowledgeError, LiveKnowledge
from knowledge.editing import sheet_lessons, sheets
from knowledge.editing.forms import clean_form, read_form, write_form
from knowledge.editing.sheet_columns import Cells, SheetRow

Data = dict[str, Any]
_KINDS = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", sheets.write_xlsx),
    "csv": ("text/csv", sheets.write_csv),
}


class SheetView:
    """Lessons from a spreadsheet and into one."""

    def __init__(self, store: PackStore, knowledge: LiveKnowledge, desk: EditorDesk) -> None:
        self._store = store
        self._knowledge = knowledge
        self._desk = desk

    async def send_template(self, request: web.Request) -> web.Response:
        """Return an empty sheet with one example."""
        return await _send(request.match_info["kind"], "lessons-template", sheet_lessons.build_example())

    async def send_lessons(self, request: web.Request) -> web.Response:
        """Return what is written, drafts too, one lesson a row."""
        files = [file for file in await self._store.list_files() if file.latest.state != "removed"]
        forms = [(file, _read(file)) for file in files if file.latest.path.startswith("themes/")]
        titles = {one.id: one.title for one in self._knowledge().themes.values()}
        sources = {name: title for title, name in self._list_sources(files).items()}
        rows = [
            row
            for _, form in forms
            for row in sheet_lessons.describe_lessons(
                form, str(form.get("title") or titles.get(form.get("extends", ""), "")), sources
            )
        ]
        return await _send(request.match_info["kind"], "lessons", rows)

    async def take_lessons(self, request: web.Request) -> Json:
        """Keep the lessons of a spreadsheet as drafts, all or none."""
        asked = validate_request(SheetRequest, dict(request.query))
        content = await request.read()
        files = await self._store.list_files()
        rows, problems = await asyncio.to_thread(_read_rows, asked.file, content)
        wrong = {(one.row, one.column) for one in problems} | {(one.row, "") for one in problems}
        try:
            forms, changes = self._build_forms(files, rows)
        except sheets.SheetError as error:
            return _refuse([*problems, *error.problems])
        for form in forms:
            found = await self._desk.find_row_problems(files, changes, form.path, form.data, form.rows)
            problems += [one for one in found if (one.row, one.column) not in wrong]
        if problems:
            return _refuse(problems)
        await self._desk.keep([*changes, *(form.change for form in forms)], asked.name)
        named = [{"path": form.path, "title": form.title} for form in forms]
        return {"refused": [], "lessons": len(rows), "files": named}

    def _build_forms(self, files: list[WrittenFile], rows: list[SheetRow]) -> "tuple[list[_SheetForm], list[Change]]":
        """Return a form for each theme, and the sources and groups that they need and nobody has yet."""
        known = self._list_sources(files)
        wanted = {row.cells.get("Source", "") for row in rows if row.cells.get("Quote")} - known.keys()
        added = {title: f"own-{slug(title)[:50] or 'text'}" for title in sorted(wanted)}
        if clash := next((name for name in added.values() if name in known.values()), ""):
            raise sheets.SheetError(
                [sheets.RowProblem(0, f"Two texts would be called {clash}. Give one another title.")]
            )
        by_theme: dict[str, list[SheetRow]] = {}
        for row in rows:
            by_theme.setdefault(" ".join(row.cells["Theme"].split()), []).append(row)
        forms = [self._build_form(files, title, own, known | added) for title, own in by_theme.items()]
        changes = self._add_sources(files, added) if added else []
        if any(form.data.get("group") == GROUP for form in forms):
            changes += begin_pack(files, {"group": GROUP})
        return forms, changes

    def _build_form(
        self, files: list[WrittenFile], title: str, rows: list[SheetRow], sources: Mapping[str, str]
    ) -> "_SheetForm":
        """Return the form of a theme: one that is written already, added lessons of a shipped theme, or a new one."""
        own = {file.latest.path for file in files}
        theme = next(
            (one for one in self._knowledge().themes.values() if one.title.casefold() == title.casefold()), None
        )
        written = next(
            (file for file in files if str(_read(file).get("title", "")).casefold() == title.casefold()), None
        )
        if written is None and theme and f"themes/{theme.id}.yaml" in own:
            written = next(file for file in files if file.latest.path == f"themes/{theme.id}.yaml")
        lessons = [sheet_lessons.read_lesson(row, sources) for row in rows]
        said: Data = {key: value for row in reversed(rows) for key, value in sheet_lessons.read_theme(row).items()}
        if written:
            before = _read(written)
            said = _keep(said, "owner", "review_by") if "extends" in before else said
            data, at = _join(before, said, lessons)
            return _SheetForm(written.latest.path, data, dict(zip(at, rows, strict=True)), title, written)
        if theme:
            data = {"extends": theme.id, **_keep(said, "owner", "review_by"), "lessons": lessons}
        else:
            data = {"group": GROUP, **said, "title": title, "lessons": lessons}
        path, data = self._desk.prepare(files, None, data)
        return _SheetForm(path, data, dict(enumerate(rows)), title, None)

    def _add_sources(self, files: list[WrittenFile], added: Mapping[str, str]) -> list[Change]:
        latest = next((file.latest for file in files if file.latest.path == "sources.yaml"), None)
        before = read_form(Path(latest.path), latest.text) if latest else {"sources": []}
        sources = [
            *(before.get("sources") or []),
            *({"id": name, "title": title, "kind": "advice"} for title, name in added.items()),
        ]
        text = write_form({**before, "sources": sources}, latest.text if latest else "")
        return [Change("sources.yaml", latest.number if latest else 0, "draft", text)]

    def _list_sources(self, files: list[WrittenFile]) -> dict[str, str]:
        """Return the ids of sources by title, drafts among them."""
        sources = {one.title: one.id for one in self._knowledge().sources.values()}
        for file in files:
            if file.latest.path == "sources.yaml":
                sources |= {str(one.get("title")): str(one.get("id")) for one in _read(file).get("sources") or []}
        return sources


def _read_rows(name: str, content: bytes) -> tuple[list[SheetRow], list[sheets.RowProblem]]:
    """Return the rows of a spreadsheet, and what is wrong with its cells, which are empty then."""
    try:
        return sheets.read_sheet(name, content), []
    except sheets.SheetError as error:
        return [*error.rows], [*error.problems]


def _refuse(problems: Sequence[sheets.RowProblem]) -> Json:
    listed = [{"row": one.row, "reason": one.reason} for one in sorted(problems, key=lambda one: one.row)]
    return {"refused": listed, "lessons": 0, "files": []}


class _SheetForm:
    """The form of one theme of a sheet, and the row of each of its lessons that came from there."""

    def __init__(
        self, path: str, data: Data, rows: Mapping[int, SheetRow], title: str, written: WrittenFile | None
    ) -> None:
        self.path = path
        self.data = data
        self.rows = {at: row.number for at, row in rows.items()}
        self.title = title
        latest = written.latest if written else None
        text = write_form(data, latest.text if latest else "")
        self.change = Change(path, latest.number if latest else 0, "draft", text)


def _join(before: Data, said: Data, lessons: list[Data]) -> tuple[Data, list[int]]:
    """Return a form with the lessons of a sheet, and the number of each: one of the same title is changed."""
    joined = list(before.get("lessons") or [])
    places = []
    for lesson in lessons:
        title = str(lesson.get("title", "")).casefold()
        at = next((n for n, one in enumerate(joined) if str(one.get("title", "")).casefold() == title), len(joined))
        if at == len(joined):
            joined.append(lesson)
        else:
            joined[at] = _join_lesson(joined[at], lesson)
        places.append(at)
    return {**before, **clean_form(said), "lessons": joined}, places


def _join_lesson(before: Data, lesson: Data) -> Data:
    """Return a lesson as a row says it, with what the row leaves empty, or a sheet cannot hold, as it was."""
    steps = {
        text: one if isinstance(one, dict) else {} for one in before.get("nudges") or [] for text in [_text_of(one)]
    }
    joined = {key: value for key, value in before.items() if key not in ("quote", "experience")} | lesson
    if isinstance(before.get("today"), dict) and "today" in lesson:  # the day of its checking is not in the sheet
        joined["today"] = {**before["today"], "text": lesson["today"]}
    if isinstance(before.get("read"), dict) and "read" in lesson:
        joined["read"] = {**before["read"], **lesson["read"]}
    return {**joined, "nudges": [{**steps.get(one["text"], {}), **one} for one in lesson["nudges"]]}


def _text_of(step: object) -> str:
    return str(step.get("text") if isinstance(step, dict) else step)


def _keep(data: Data, *keys: str) -> Data:
    return {key: data[key] for key in keys if key in data}


def _read(file: WrittenFile) -> Data:
    try:
        return read_form(Path(file.latest.path), file.latest.text)
    except KnowledgeError:
        return {}


async def _send(kind: str, name: str, rows: list[Cells]) -> web.Response:
    if kind not in _KINDS:
        raise RequestError("There is no such file.", status=404)
    content_type, write = _KINDS[kind]
    body = await asyncio.to_thread(write, rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return web.Response(body=body, content_type=content_type, headers=headers)

"""Lessons in a spreadsheet, one a row: read from .xlsx and .csv within limits, written so that no cell is a formula."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

MAX_BYTES = 1024 * 1024  # of an uploaded file
MAX_ROWS = 500
_MAX_UNPACKED = 20 * 1024 * 1024  # bytes that an .xlsx may hold when it is unpacked
_MAX_COLUMNS, _MAX_CELL = 40, 4000
_STEPS = 5  # columns of the template; a sheet may have more
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BRITISH = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
EXAMPLE = "Example: "

THEME = {"Theme": "title", "When it helps": "about", "Kept by": "owner", "Read again by": "review_by"}
LESSON = {"Lesson title": "title", "Lesson": "lesson", "Whose experience": "experience"}
_FIRST = ("Theme", "When it helps", "Kept by", "Read again by", "Phrases", "Lesson title", "Lesson", "Quote", "Source")
_REST = ("Whose experience", "Words people use")
_NEEDED = ("Theme", "Lesson title", "Lesson", "Step 1")

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row cannot be taken; `row` is counted as the spreadsheet does, and 0 for the file as a whole."""

    row: int
    reason: str


class SheetError(Exception):
    """A sheet that cannot be taken; `problems` names everything that is wrong with it."""

    def __init__(self, problems: Iterable[RowProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(one.reason for one in self.problems))


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its number as the spreadsheet counts it, and its cells by column."""

    number: int
    cells: Cells


def read_sheet(name: str, content: bytes) -> list[SheetRow]:
    """Return the rows of a spreadsheet that hold something, without the template's example.

    Parameters
    ----------
    name
        Of the file; its ending says what it is.

    Raises
    ------
    SheetError
        When the file cannot be read, is too large, or lacks a column.
    """
    if len(content) > MAX_BYTES:
        raise _refuse(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Split it.")
    ending = name.lower().rpartition(".")[2]
    if ending == "xlsx":
        table = _read_xlsx(content)
    elif ending == "csv":
        table = _read_csv(content)
    else:
        raise _refuse("It is neither an .xlsx nor a .csv file. Save it as one of them.")
    return _name_cells(table)


def write_csv(rows: Sequence[Cells]) -> bytes:
    """Return rows as CSV that Excel opens as it is."""
    out = io.StringIO()
    writer = csv.writer(out)
    columns = list_columns(rows)
    writer.writerow(columns)
    writer.writerows([_defuse(row.get(column, "")) for column in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(rows: Sequence[Cells]) -> bytes:
    """Return rows as an Excel workbook."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active or book.create_sheet()
    sheet.title = "Lessons"
    columns = list_columns(rows)
    sheet.append(columns)
    for row in rows:
        sheet.append([_defuse(row.get(column, "")) for column in columns])
    for number, column in enumerate(columns, 1):
        wide = column in ("Lesson", "Quote", "Phrases", "When it helps") or column.startswith("Step")
        sheet.column_dimensions[get_column_letter(number)].width = 48 if wide else 22
        sheet.cell(1, number).font = Font(bold=True)
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def list_columns(rows: Sequence[Cells]) -> list[str]:
    """Return the columns of a sheet: as many steps as any of its rows has, and never fewer than the template's."""
    steps = max((int(name[5:]) for row in rows for name in row if re.fullmatch(r"Step \d+", name)), default=0)
    return [*_FIRST, *_REST, *(f"Step {number}" for number in range(1, max(steps, _STEPS) + 1))]


def build_example() -> list[Cells]:
    """Return the row that the template shows; it is left out when the template is read."""
    return [
        {
            "Theme": f"{EXAMPLE}Winter and patient flow",
            "When it helps": "For when the hospital is full, nobody can move on, and each team says it is the others.",
            "Kept by": "The winter cell",
            "Read again by": "2027-06-30",
            "Phrases": "no beds again, everything backs up in A&E\nwinter pressure has stopped our flow work",
            "Lesson title": "Walk the board together",
            "Lesson": "One idea in 25 to 60 words, in your own words, to “you”. This row is left out: write your own "
            "below it, one lesson a row. Leave the quote empty where the lesson rests on experience.",
            "Whose experience": "a matron",
            "Words people use": "beds, flow, discharge, winter, A&E",
            "Step 1": "Join one board round this week, and ask what each patient waits for today.",
        }
    ]


def describe_lessons(form: Mapping[str, Any], title: str, sources: Mapping[str, str]) -> Iterator[Cells]:
    """Yield the rows of a form, one a lesson; what belongs to the theme stands in its first row.

    Parameters
    ----------
    title
        Of the theme.
    sources
        Titles of sources by id.
    """
    theme = {column: str(form.get(key) or "") for column, key in THEME.items() if key != "title"}
    theme["Phrases"] = "\n".join(map(str, form.get("phrases") or []))
    for number, lesson in enumerate(form.get("lessons") or []):
        row = {"Theme": title, **(theme if number == 0 else {})}
        row |= {column: str(lesson.get(key) or "") for column, key in LESSON.items()}
        quote = lesson.get("quote") or {}
        row["Quote"] = str(quote.get("text") or "")
        row["Source"] = sources.get(str(quote.get("source")), str(quote.get("source") or ""))
        row["Words people use"] = ", ".join(map(str, lesson.get("tags") or []))
        for at, step in enumerate(lesson.get("nudges") or [], 1):
            row[f"Step {at}"] = str(step.get("text") or "") if isinstance(step, dict) else str(step)
        yield row


def read_lesson(row: SheetRow, sources: Mapping[str, str]) -> dict[str, Any]:
    """Return the lesson of a row as a form has it.

    Parameters
    ----------
    sources
        Ids of sources by title.
    """
    cells = row.cells
    lesson: dict[str, Any] = {key: cells[column] for column, key in LESSON.items() if cells.get(column)}
    lesson["quote"] = None
    if cells.get("Quote"):
        lesson["quote"] = {"text": cells["Quote"], "source": sources.get(cells.get("Source", ""), "")}
    lesson["tags"] = [one.strip() for one in re.split(r"[,;\n]", cells.get("Words people use", "")) if one.strip()]
    steps = sorted((int(name[5:]), text) for name, text in cells.items() if re.fullmatch(r"Step \d+", name) and text)
    return lesson | {"nudges": [{"text": text} for _, text in steps]}


def read_theme(row: SheetRow) -> dict[str, Any]:
    """Return what a row says of its theme."""
    found: dict[str, Any] = {key: row.cells[column] for column, key in THEME.items() if row.cells.get(column)}
    if phrases := [one.strip() for one in re.split(r"[;\n]", row.cells.get("Phrases", "")) if one.strip()]:
        found["phrases"] = phrases
    return found


def _refuse(reason: str) -> SheetError:
    return SheetError([RowProblem(0, reason)])


def _read_xlsx(content: bytes) -> list[list[object]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > _MAX_UNPACKED:
                raise _refuse("The file holds far more than lessons. Copy the rows into the template.")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book["Lessons"] if "Lessons" in book.sheetnames else book.worksheets[0]
        rows = sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=_MAX_COLUMNS + 1, values_only=True)
        return _trim([list(row) for row in rows])
    except SheetError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken file makes it trip over
        raise _refuse("The file is not a spreadsheet that can be read. Save it again as .xlsx, or as .csv.") from error


def _trim(table: list[list[object]]) -> list[list[object]]:
    """Return a table without the empty columns and rows at its ends, which the reader adds."""
    width = max((number for row in table for number, cell in enumerate(row, 1) if cell is not None), default=0)
    while table and all(cell is None for cell in table[-1]):
        table.pop()
    return [row[:width] for row in table]


def _read_csv(content: bytes) -> list[list[object]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # what Excel calls CSV
    first = text.partition("\n")[0]
    separator = max((",", ";", "\t"), key=first.count)
    try:
        return [list(row) for row in csv.reader(io.StringIO(text), delimiter=separator)]
    except csv.Error as error:
        raise _refuse(f"The file is not CSV that can be read: {error}.") from error


def _name_cells(table: list[list[object]]) -> list[SheetRow]:
    known = {name.casefold(): name for name in (*_FIRST, *_REST)}
    if len(table) > MAX_ROWS + 1:
        raise _refuse(f"There are more than {MAX_ROWS} rows. Split it.")
    if table and len(table[0]) > _MAX_COLUMNS:
        raise _refuse(f"There are more than {_MAX_COLUMNS} columns. Begin from the template.")
    header = [_read_cell(cell) for cell in table[0]] if table else []
    names = [known.get(name.casefold(), name.capitalize()) for name in header]
    if missing := [name for name in _NEEDED if name not in names]:
        raise _refuse(f"There is no column “{missing[0]}” in the first row. Begin from the template.")
    if twice := next((name for name in names if name and names.count(name) > 1), ""):
        raise _refuse(f"The column “{twice}” is there twice. Delete one of them.")
    rows, problems = [], []
    for number, line in enumerate(table[1:], 2):
        cells = {name: _read_cell(cell) for name, cell in zip(names, line, strict=False) if name}
        if not any(cells.values()) or cells["Theme"].startswith(EXAMPLE):
            continue
        problems += list(_find_problems(number, cells))
        rows.append(SheetRow(number, {**cells, "Read again by": _read_day(cells.get("Read again by", ""))}))
    if not rows:
        problems.append(RowProblem(0, "There is no lesson in it. Write one a row, under the first row."))
    if problems:
        raise SheetError(problems)
    return rows


def _find_problems(row: int, cells: Cells) -> Iterator[RowProblem]:
    for name, text in cells.items():
        if len(text) > _MAX_CELL:
            yield RowProblem(row, f"“{name}” has more than {_MAX_CELL} characters.")
        if text.startswith("="):
            yield RowProblem(row, f"“{name}” holds a formula. Write the text itself.")
    if not cells["Theme"]:
        yield RowProblem(row, "it names no theme. Write its title under “Theme”.")
    if cells.get("Quote") and not cells.get("Source"):
        yield RowProblem(row, "it has a quote and no source. Write the title of the text under “Source”.")
    if (day := cells.get("Read again by", "")) and not _read_day(day):
        yield RowProblem(row, f"“{day}” is no date. Write it as 2027-06-30 or 30/06/2027.")


def _read_cell(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    text = "" if value is None else re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", str(value)).strip()
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA else text


def _read_day(text: str) -> str:
    """Return a date as 2027-06-30; empty where the text is none."""
    if found := _BRITISH.fullmatch(text.strip()):
        day, month, year = map(int, found.groups())
        text = f"{year:04}-{month:02}-{day:02}"
    try:
        return date.fromisoformat(text.strip()[:10]).isoformat()
    except ValueError:
        return ""


def _defuse(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text

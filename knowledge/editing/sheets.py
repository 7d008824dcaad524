"""Lessons in a spreadsheet, one a row: read from .xlsx and .csv within limits, written so that no cell is a formula."""

import csv
import io
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from knowledge.editing.sheet_columns import (
    DEPTH,
    EXAMPLE,
    FIRST,
    HOW,
    REST,
    ROLE_NAMES,
    ROLES,
    SEAT_NAMES,
    SEATS,
    STEP,
    WORDS_FOR,
    Cells,
    SheetRow,
    list_columns,
    split_roles,
)

MAX_BYTES = 1024 * 1024  # of an uploaded file
MAX_ROWS = 500
_MAX_UNPACKED = 20 * 1024 * 1024  # bytes that an .xlsx may hold when it is unpacked
_MAX_COLUMNS, _MAX_CELL = 80, 4000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BRITISH = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_WIDE = ("Lesson", "Quote", "Phrases", "When it helps", HOW, "If they refuse")
_NEEDED = ("Theme", "Lesson title", "Lesson", "Step 1")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row cannot be taken.

    Parameters
    ----------
    row
        Counted as the spreadsheet does; 0 for the file as a whole.
    column
        Of the cell that is wrong; empty where it is none alone.
    """

    row: int
    reason: str
    column: str = ""


class SheetError(Exception):
    """A sheet that cannot be taken; `problems` names everything that is wrong with its cells.

    Parameters
    ----------
    rows
        The rows with their wrong cells emptied, so that it can be told what else is wrong with the lessons in them.
    """

    def __init__(self, problems: Iterable[RowProblem], rows: Sequence[SheetRow] = ()) -> None:
        self.problems = tuple(problems)
        self.rows = tuple(rows)
        super().__init__("; ".join(one.reason for one in self.problems))


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
        wide = column in _WIDE or re.fullmatch(r"Step \d+", column)
        sheet.column_dimensions[get_column_letter(number)].width = 48 if wide else 22
        sheet.cell(1, number).font = Font(bold=True)
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


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
    known = {name.casefold(): name for name in (*FIRST, *REST, *DEPTH)}
    if len(table) > MAX_ROWS + 1:
        raise _refuse(f"There are more than {MAX_ROWS} rows. Split it.")
    if table and len(table[0]) > _MAX_COLUMNS:
        raise _refuse(f"There are more than {_MAX_COLUMNS} columns. Begin from the template.")
    header = [_read_cell(cell) for cell in table[0]] if table else []
    names = [known.get(name.replace("'", "’").casefold(), name.capitalize()) for name in header]
    if missing := [name for name in _NEEDED if name not in names]:
        raise _refuse(f"There is no column “{missing[0]}” in the first row. Begin from the template.")
    if twice := next((name for name in names if name and names.count(name) > 1), ""):
        raise _refuse(f"The column “{twice}” is there twice. Delete one of them.")
    rows, problems = [], []
    for number, line in enumerate(table[1:], 2):
        cells = {name: _read_cell(cell) for name, cell in zip(names, line, strict=False) if name}
        if not any(cells.values()) or cells["Theme"].startswith(EXAMPLE):
            continue
        wrong = list(_find_problems(number, cells))
        problems += wrong
        cells |= {"Read again by": _read_day(cells.get("Read again by", ""))}
        rows.append(SheetRow(number, cells | dict.fromkeys((one.column for one in wrong), "")))
    if not rows:
        problems.append(RowProblem(0, "There is no lesson in it. Write one a row, under the first row."))
    if problems:
        raise SheetError(problems, [row for row in rows if row.cells["Theme"]])
    return rows


def _find_problems(row: int, cells: Cells) -> Iterator[RowProblem]:
    for name, text in cells.items():
        if len(text) > _MAX_CELL:
            yield RowProblem(row, f"“{name}” has more than {_MAX_CELL} characters.", name)
        if text.startswith("="):
            yield RowProblem(row, f"“{name}” holds a formula. Write the text itself.", name)
    if not cells["Theme"]:
        yield RowProblem(row, "it names no theme. Write its title under “Theme”.", "Theme")
    if cells.get("Quote") and not cells.get("Source"):
        yield RowProblem(row, "it has a quote and no source. Write the title of the text under “Source”.", "Source")
    if (day := cells.get("Read again by", "")) and not _read_day(day):
        yield RowProblem(row, f"“{day}” is no date. Write it as 2027-06-30 or 30/06/2027.", "Read again by")
    yield from _find_unknown(row, WORDS_FOR, cells.get(WORDS_FOR, ""), SEATS, SEAT_NAMES.values())
    for name, text in cells.items():
        found = STEP.fullmatch(name)
        if text and found and found[2]:
            yield from _find_step_problems(row, cells, found, text)


def _find_step_problems(row: int, cells: Cells, found: re.Match[str], text: str) -> Iterator[RowProblem]:
    """Yield what is wrong with whom a step is for, or with its minutes."""
    name, step = found[0], f"Step {found[1]}"
    if not cells.get(step):
        yield RowProblem(row, f"“{name}” is filled in and “{step}” is empty. Write the step, or empty both.", name)
    if found[2] == "minutes" and not text.isdecimal():
        yield RowProblem(row, f"“{text}” under “{name}” is no number. Write it in figures, as in 15.", name)
    if found[2] == "for":
        yield from _find_unknown(row, name, text, ROLES, ROLE_NAMES.values())


def _find_unknown(
    row: int, column: str, cell: str, known: Collection[str], names: Iterable[str]
) -> Iterator[RowProblem]:
    """Yield whom a cell names that nobody knows."""
    for one in split_roles(cell):
        if one.casefold() not in known:
            yield RowProblem(row, f"“{one}” under “{column}” is none of: {', '.join(names)}.", column)


def _read_cell(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():  # a number of minutes as some programs store it
        return str(int(value))
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

"""Lessons in a spreadsheet: read within limits with every mistake named, and written without formulas."""

import contextlib
import csv
import io
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from knowledge.editing import sheet_columns, sheet_lessons
from knowledge.editing.sheets import SheetError, read_sheet, write_csv, write_xlsx

ROW = {
    "Theme": "Winter",
    "Lesson title": "Walk the board",
    "Lesson": "Look at one list together.",
    "Whose experience": "a matron",
    "Words people use": "beds, flow",
    "Step 1": "Join one board round.",
    "Step 2": "Ask what they wait for.",
}
# What Excel's own files can hold, without what is stripped at the ends of a cell.
TEXT = st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" -=+@\n"), min_size=1, max_size=40).map(
    lambda text: text.strip() or "x"
)


def refused(name: str, content: bytes) -> list[tuple[int, str]]:
    with pytest.raises(SheetError) as caught:
        read_sheet(name, content)
    return [(one.row, one.reason) for one in caught.value.problems]


def as_csv(*rows: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


@pytest.mark.parametrize(("ending", "write"), [("xlsx", write_xlsx), ("csv", write_csv)])
@given(text=TEXT)
def test_what_is_written_is_read_again_and_no_cell_is_a_formula(ending: str, write, text: str) -> None:
    """Whatever the lesson says."""
    content = write([ROW | {"Lesson": text}])
    if not text.startswith("="):
        assert read_sheet(f"x.{ending}", content)[0].cells["Lesson"] == " ".join(text.split(" ")).strip()
    if ending == "xlsx":
        cells = [cell for row in load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
        assert not any(cell.data_type == "f" for cell in cells)
        texts = [str(cell.value) for cell in cells if cell.value]
    else:
        texts = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
    assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r")) for text in texts)


def test_the_template_is_read_without_its_example() -> None:
    """Whoever uploads it as it is, is told so."""
    for ending, write in (("xlsx", write_xlsx), ("csv", write_csv)):
        assert refused(f"x.{ending}", write(sheet_lessons.build_example())) == [
            (0, "There is no lesson in it. Write one a row, under the first row.")
        ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_csv_is_read_as_excel_writes_it(separator: str, encoding: str) -> None:
    """With its separators and encodings."""
    text = as_csv(ROW | {"Lesson": "It’s café"}).decode()
    rows = list(csv.reader(io.StringIO(text)))
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    assert read_sheet("x.CSV", out.getvalue().encode(encoding))[0].cells["Lesson"] == "It’s café"


def test_every_mistake_is_named_with_its_row() -> None:
    """As the spreadsheet counts them; empty rows between are no mistake."""
    content = as_csv(
        ROW | {"Theme": "", "Quote": "", "Source": "", "Read again by": "soon"},
        dict.fromkeys(ROW, ""),
        ROW | {"Quote": "Words.", "Source": "", "Read again by": "30/06/2027"},
        ROW | {"Lesson": "=HYPERLINK(1)", "Step 1": "x" * 4001},
    )
    assert refused("x.csv", content) == [
        (2, "it names no theme. Write its title under “Theme”."),
        (2, "“soon” is no date. Write it as 2027-06-30 or 30/06/2027."),
        (4, "it has a quote and no source. Write the title of the text under “Source”."),
        (5, "“Lesson” holds a formula. Write the text itself."),
        (5, "“Step 1” has more than 4000 characters."),
    ]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (21 * 1024 * 1024))
    return out.getvalue()


def wide() -> bytes:
    book = Workbook()
    book.active.append(["Theme"] * 100)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.xls", b"", "neither an .xlsx nor a .csv"),
        ("x.xlsx", b"not a zip", "not a spreadsheet that can be read"),
        ("x.xlsx", bomb(), "far more than lessons"),
        ("x.xlsx", wide(), "more than 80 columns"),
        ("x.csv", b"a" * (1024 * 1024 + 1), "larger than 1 MB"),
        ("x.csv", b"", "no column “Theme”"),
        ("x.csv", b"Theme,Lesson title,Lesson\n", "no column “Step 1”"),
        ("x.csv", b"Theme,Lesson title,Lesson,Step 1,theme\n", "is there twice"),
        ("x.csv", as_csv(*[ROW] * 501), "more than 500 rows"),
    ],
)
def test_a_file_that_cannot_be_taken_is_one_sentence(name: str, content: bytes, said: str) -> None:
    """About the file as a whole."""
    ((row, reason),) = refused(name, content)
    assert row == 0
    assert said in reason


@given(st.binary(max_size=400), st.sampled_from(["csv", "xlsx"]))
def test_nothing_makes_reading_break(content: bytes, ending: str) -> None:
    """It is refused, or read."""
    with contextlib.suppress(SheetError):
        read_sheet(f"x.{ending}", content)


def test_whose_words_they_are_is_named_as_on_the_form_and_nobody_else_is_taken() -> None:
    form = Path(__file__).parents[3] / "bot" / "platforms" / "simulator" / "static" / "editor" / "form.js"
    beside = dict(re.findall(r'\["([a-z-]+)", "([^"]+)"\]', form.read_text(encoding="utf-8").partition("SEATS = ")[2]))
    assert dict(sheet_columns.ROLE_NAMES) | {seat: beside[seat] for seat in ("leading", "without-say")} == dict(
        sheet_columns.SEAT_NAMES
    )
    with pytest.raises(SheetError) as caught:
        read_sheet("x.csv", write_csv([ROW | {"Whose words these are": "Charities, Porters"}]))
    assert [one.column for one in caught.value.problems] == ["Whose words these are"]


def test_roles_are_named_as_on_the_form() -> None:
    """So that whoever copies from one to the other is understood."""
    fields = Path(__file__).parents[3] / "bot" / "platforms" / "simulator" / "static" / "editor" / "fields.js"
    on_form = dict(re.findall(r'\["([a-z-]+)", "([^"]+)"\]', fields.read_text(encoding="utf-8")))
    assert on_form == dict(sheet_columns.ROLE_NAMES)

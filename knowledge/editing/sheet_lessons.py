"""Lessons as rows of a sheet, and rows as lessons of a form."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from knowledge.editing.sheet_columns import (
    DEPTH,
    EXAMPLE,
    HOW,
    LESSON,
    ROLE_NAMES,
    ROLES,
    SEAT_NAMES,
    SEATS,
    STEP,
    THEME,
    WORDS_FOR,
    Cells,
    SheetRow,
    list_step_columns,
    split_roles,
)


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
            "Step 1 for": "Managers, Clinicians",
            "Step 1 minutes": "30",
            HOW: "Three to five moves, one a line.\nEach on a line of its own.\nLeave it empty where there is none.",
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
            row |= zip(list_step_columns(at), _describe_step(step), strict=True)
        row |= {column: _describe_part(lesson, path) for column, path in DEPTH.items()}
        yield row


def _describe_step(step: Any) -> tuple[str, str, str]:
    """Return what a small step says, whom it is for and how many minutes it takes, as cells."""
    if not isinstance(step, dict):
        return str(step), "", ""
    roles = (str(ROLE_NAMES.get(role, role)) for role in step.get("for") or [])
    return str(step.get("text") or ""), ", ".join(roles), str(step.get("minutes") or "")


def _describe_part(lesson: Mapping[str, Any], path: tuple[str, ...]) -> str:
    value: Any = lesson
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    if path == DEPTH[WORDS_FOR]:
        return ", ".join(str(SEAT_NAMES.get(seat, seat)) for seat in value or ())
    if isinstance(value, dict):  # a note with the day on which it was checked
        value = value.get("text")
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value or "")


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
    lesson["nudges"] = list(_read_steps(cells))
    for column, (key, *rest) in DEPTH.items():
        if said := cells.get(column):
            value = _read_part(column, said)
            lesson[key] = {**lesson.get(key, {}), rest[0]: value} if rest else value
    return lesson


def _read_part(column: str, said: str) -> str | list[str]:
    """Return what a cell of an optional column holds: moves and seats are lists."""
    if column == HOW:
        return _split_lines(said)
    return [SEATS[one.casefold()] for one in split_roles(said)] if column == WORDS_FOR else said


def _read_steps(cells: Cells) -> Iterator[dict[str, Any]]:
    numbers = sorted(int(found[1]) for name in cells if (found := STEP.fullmatch(name)) and not found[2])
    for number in numbers:
        said, roles, minutes = (cells.get(column, "") for column in list_step_columns(number))
        if said:
            step: dict[str, Any] = {"text": said}
            if roles:
                step["for"] = [ROLES[role.casefold()] for role in split_roles(roles)]
            yield step | ({"minutes": minutes} if minutes else {})


def _split_lines(cell: str) -> list[str]:
    return [one.strip() for one in cell.split("\n") if one.strip()]


def read_theme(row: SheetRow) -> dict[str, Any]:
    """Return what a row says of its theme."""
    found: dict[str, Any] = {key: row.cells[column] for column, key in THEME.items() if row.cells.get(column)}
    if phrases := [one.strip() for one in re.split(r"[;\n]", row.cells.get("Phrases", "")) if one.strip()]:
        found["phrases"] = phrases
    return found

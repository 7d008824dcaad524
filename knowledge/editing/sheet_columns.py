"""The columns of a sheet of lessons: their names, and what each holds."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.lesson_fields import Role

_STEPS = 5  # columns of the template; a sheet may have more
EXAMPLE = "Example: "

THEME = {"Theme": "title", "When it helps": "about", "Kept by": "owner", "Read again by": "review_by"}
LESSON = {"Lesson title": "title", "Lesson": "lesson", "Whose experience": "experience"}
FIRST = ("Theme", "When it helps", "Kept by", "Read again by", "Phrases", "Lesson title", "Lesson", "Quote", "Source")
REST = ("Whose experience", "Words people use")
STEP = re.compile(r"Step (\d+)(?: (for|minutes))?")
HOW = "How to do it"
WORDS_FOR = "Whose words these are"
DEPTH = {  # optional columns, and where in a lesson each belongs
    HOW: ("how",),
    "What to say": ("say",),
    "If they refuse": ("if_not",),
    "In one sentence": ("brief",),
    "What today’s reader must know": ("today",),
    "To read on": ("read", "title"),
    "Its link": ("read", "url"),
    WORDS_FOR: ("words_for",),
}
ROLE_NAMES: Mapping[Role, str] = {
    "manager": "Managers",
    "clinician": "Clinicians",
    "executive": "Executives",
    "council-officer": "Council officers",
    "councillor": "Councillors",
    "charity": "Charities",
    "representative": "Representatives of patients or carers",
    "trainee": "Trainees",
    "practice": "General practice",
}
SEAT_NAMES: Mapping[str, str] = dict[str, str](ROLE_NAMES.items()) | {
    "leading": "Whoever leads the change",
    "without-say": "Those to whom it is done",
}
SEATS = {name.casefold(): seat for seat, label in SEAT_NAMES.items() for name in (seat, label)}
ROLES = {name.casefold(): role for role, label in ROLE_NAMES.items() for name in (role, label)}

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its number as the spreadsheet counts it, and its cells by column."""

    number: int
    cells: Cells


def list_columns(rows: Sequence[Cells]) -> list[str]:
    """Return the columns of a sheet: as many steps as any of its rows has, and never fewer than the template's."""
    steps = max((int(found[1]) for row in rows for name in row if (found := STEP.fullmatch(name))), default=0)
    numbers = range(1, max(steps, _STEPS) + 1)
    return [*FIRST, *REST, *(column for number in numbers for column in list_step_columns(number)), *DEPTH]


def list_step_columns(number: int) -> tuple[str, str, str]:
    """Return the columns of a small step: what it says, whom it is for, and how many minutes it takes."""
    return f"Step {number}", f"Step {number} for", f"Step {number} minutes"


def split_roles(cell: str) -> list[str]:
    """Return the roles that a cell names, as they are written there."""
    return [one.strip() for one in re.split(r"[,;\n]", cell) if one.strip()]

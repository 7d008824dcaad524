"""What is due: notes by the event that makes them wrong, and events whose day has passed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from knowledge.models import Event
from knowledge.packs import Contents
from knowledge.problems import Problem

if TYPE_CHECKING:
    from rich.table import Table


@dataclass(frozen=True, slots=True)
class DueNotes:
    """An event with the places of the notes that it makes wrong, as file:line."""

    event: Event
    notes: tuple[str, ...]


def list_due_notes(contents: Contents) -> list[DueNotes]:
    """Return each event with its notes, those with the nearest day first."""
    events = sorted(contents.events.values(), key=lambda event: (event.expected or date.max, event.id))
    return [
        DueNotes(event, tuple(origin.where for note, origin in contents.list_notes() if note.until == event.id))
        for event in events
    ]


def check_events(contents: Contents, today: date) -> Iterator[Problem]:
    """Yield a warning for each event whose day has passed while notes still wait for it."""
    for due in list_due_notes(contents):
        event = due.event
        if event.expected and event.expected < today and due.notes:
            what = f"“{event.title}” was expected on {event.expected}, and {len(due.notes)} notes hold until then"
            mend = f"If it has happened, mend them; if not, set a new day. They are in {', '.join(due.notes)}."
            yield contents.find_origin("event", event.id).build_problem((), what, mend, "warning")


def build_due_table(contents: Contents) -> "Table":
    """Return the table of what is due, by event."""
    from rich import box
    from rich.table import Table

    drawn = Table(box=box.SIMPLE, pad_edge=False, title="Due by event", title_justify="left")
    drawn.add_column("When this has happened")
    drawn.add_column("Expected", no_wrap=True)
    drawn.add_column("mend these notes")
    for due in list_due_notes(contents):
        drawn.add_row(due.event.title, str(due.event.expected or "no day yet"), "\n".join(due.notes) or "none")
    return drawn

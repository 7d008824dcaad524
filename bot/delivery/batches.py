"""What waits in the engine's queue: batches of the tips, reminders and digests of one workspace."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.message import Place

Kind = Literal["tip", "check", "digest"]


@dataclass(frozen=True, slots=True)
class QueuedTask:
    """One turn of a tip or a reminder.

    Parameters
    ----------
    kind
        ``tip`` for the tip of a subscription, ``check`` for the reminder of a promise, ``digest`` for a digest.
    name
        Id of the subscription, the promise or the digest.
    day
        Local date of the tip; None for a reminder and a digest.
    turn
        Number of times the task was deferred before.
    settled
        The attempt whose post has had the time to show in the platform's history; 0 when there is none.
    """

    kind: Kind
    name: str
    day: date | None = None
    turn: int = 0
    settled: int = 0

    def write(self) -> list[str | int]:
        """Return the task as the engine keeps it, in JSON."""
        return [self.kind, self.name, self.day.isoformat() if self.day else "", self.turn, self.settled]

    @classmethod
    def read(cls, written: Sequence[str | int]) -> "QueuedTask":
        """Return a task that `write` wrote."""
        kind, name, day, turn, settled = written
        known: Kind = "tip" if kind == "tip" else "digest" if kind == "digest" else "check"
        return cls(known, str(name), date.fromisoformat(str(day)) if day else None, int(turn), int(settled))


@dataclass(frozen=True, slots=True)
class Batch:
    """Tasks that are run side by side.

    Parameters
    ----------
    workspace
        The queue's partition: the limits of a workspace hold for each.
    """

    workspace: str
    tasks: tuple[QueuedTask, ...]


def name_workspace(place: Place) -> str:
    """Return the name under which the limits of a place's workspace are kept."""
    return f"{place.platform}:{place.team}"


def divide_into_batches(tasks: Iterable[tuple[Place, QueuedTask]], size: int) -> Iterator[Batch]:
    """Return batches of at most `size` tasks, each of one workspace."""
    by_workspace: dict[str, list[QueuedTask]] = {}
    for place, task in tasks:
        by_workspace.setdefault(name_workspace(place), []).append(task)
    for workspace, own in by_workspace.items():
        for start in range(0, len(own), size):
            yield Batch(workspace, tuple(own[start : start + size]))

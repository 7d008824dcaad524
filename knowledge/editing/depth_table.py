"""The table of depth, roles and minutes by theme: what stands behind its lessons, and whom its steps are for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.editing.check import CheckResult
from knowledge.editing.prose import MAX_SMOG, compute_depth_smog
from knowledge.models import Theme

if TYPE_CHECKING:
    from rich.table import Table

DEEP = ("how", "say", "if_not", "brief")  # a lesson with all of these is deep; a place and a link are extra
SHORT = 10  # minutes


@dataclass(frozen=True, slots=True)
class DepthFigures:
    """Figures of one theme, or of all themes together.

    Parameters
    ----------
    deep
        Lessons that say how, what to say, another angle, and themselves in brief.
    for_roles
        Nudges that are for somebody in particular.
    timed
        Nudges that say how many minutes they take.
    short
        Nudges of ten minutes or less.
    smog
        How hard the depth is to read, in years of schooling; None without depth.
    """

    title: str
    lessons: int
    deep: int
    places: int
    reads: int
    nudges: int
    for_roles: int
    timed: int
    short: int
    smog: float | None


def compute_depth_figures(themes: Sequence[Theme]) -> list[DepthFigures]:
    """Return the figures of each theme, in the order of `themes`."""
    return [_compute_figures(theme) for theme in themes]


def build_depth_table(checked: CheckResult) -> "Table":
    """Return the table for a terminal, its last row the sum of the others."""
    from rich import box
    from rich.table import Table

    rows = compute_depth_figures([theme for group in checked.contents.group_themes() for theme in group.themes])
    drawn = Table(box=box.SIMPLE, pad_edge=False, title="What stands behind lessons, and whom nudges are for")
    drawn.caption = (
        f"Deep: {', '.join(DEEP)}. Short: {SHORT} minutes or less. SMOG of the depth, at most {MAX_SMOG:.0f}."
    )
    drawn.add_column("Theme")
    for name in ("Lessons", "Deep", "Places", "Links", "Nudges", "For roles", "Timed", "Short", "SMOG"):
        drawn.add_column(name, justify="right")
    for row in rows:
        drawn.add_row(row.title, *_format_counts(row), f"{row.smog:.1f}" if row.smog is not None else "–")
    drawn.add_section()
    drawn.add_row(
        "[bold]All[/bold]", *[str(sum(map(int, column))) for column in zip(*map(_format_counts, rows), strict=True)]
    )
    return drawn


def _compute_figures(theme: Theme) -> DepthFigures:
    nudges = [nudge for lesson in theme.lessons for nudge in lesson.nudges]
    return DepthFigures(
        title=theme.title,
        lessons=len(theme.lessons),
        deep=sum(set(DEEP) <= set(lesson.list_parts()) for lesson in theme.lessons),
        places=sum(lesson.place is not None for lesson in theme.lessons),
        reads=sum(lesson.read is not None for lesson in theme.lessons),
        nudges=len(nudges),
        for_roles=sum(bool(nudge.roles) for nudge in nudges),
        timed=sum(nudge.minutes is not None for nudge in nudges),
        short=sum(nudge.minutes is not None and nudge.minutes <= SHORT for nudge in nudges),
        smog=compute_depth_smog(theme),
    )


def _format_counts(row: DepthFigures) -> list[str]:
    counts = (row.lessons, row.deep, row.places, row.reads, row.nudges, row.for_roles, row.timed, row.short)
    return [str(count) for count in counts]

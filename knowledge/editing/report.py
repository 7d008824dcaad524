"""The report on the knowledge: a table for a terminal, and a page with plots."""

import base64
import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.editing.check import CheckResult
from knowledge.editing.due import list_due_notes
from knowledge.editing.prose import MAX_SMOG, compute_smog
from knowledge.models import Source, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from rich.table import Table

_TEMPLATE = Path(__file__).parents[1] / "templates" / "report.html"
_INK, _PAPER, _BLUE, _AMBER, _GREY = "#1d2a35", "#ffffff", "#1f6f8b", "#c8791b", "#b8c2c9"
_ROW = 0.27  # inches a theme takes in a plot


@dataclass(frozen=True, slots=True)
class ThemeFigures:
    """Figures of one theme."""

    theme: Theme
    group: str
    lessons: int
    quotes: int
    nudges: int
    sources: Counter[str]
    smog: float


@dataclass(frozen=True, slots=True)
class ReportPlot:
    """A plot as a data URL, with a text for those who cannot see it."""

    title: str
    alt: str
    data: str


def compute_theme_figures(checked: CheckResult) -> list[ThemeFigures]:
    """Return the figures of each theme, in the order in which themes are shown."""
    return [
        ThemeFigures(
            theme=theme,
            group=group.title,
            lessons=len(theme.lessons),
            quotes=len({lesson.quote.text for lesson in theme.lessons if lesson.quote}),
            nudges=sum(len(lesson.nudges) for lesson in theme.lessons),
            sources=Counter(lesson.quote.source for lesson in theme.lessons if lesson.quote),
            smog=compute_smog(theme),
        )
        for group in checked.contents.group_themes()
        for theme in group.themes
    ]


def format_summary(checked: CheckResult) -> str:
    """Return one line with the numbers of what the packs hold."""
    counts = checked.counts
    return (
        f"{counts.themes} themes, {counts.lessons} lessons, {counts.quotes} quotes, {counts.nudges} nudges, "
        f"{counts.covered} of {counts.passages} passages covered"
    )


def build_report_table(checked: CheckResult) -> "Table":
    """Return the table for a terminal."""
    from rich import box
    from rich.table import Table

    drawn = Table(box=box.SIMPLE, pad_edge=False, title=format_summary(checked), title_justify="left")
    drawn.caption = f"SMOG is the reading age of our own words; at most {MAX_SMOG:.0f}."
    drawn.add_column("Theme")
    for name in ("Lessons", "Quotes", "Nudges", "Sources", "SMOG"):
        drawn.add_column(name, justify="right")
    drawn.add_column("Review by", no_wrap=True, min_width=10)
    group = ""
    for row in compute_theme_figures(checked):
        if row.group != group:
            group = row.group
            drawn.add_section()
            drawn.add_row(f"[bold]{group}[/bold]")
        figures = (row.lessons, row.quotes, row.nudges, len(row.sources), f"{row.smog:.1f}", row.theme.review_by)
        drawn.add_row(row.theme.title, *map(str, figures))
    return drawn


def render_report_page(checked: CheckResult, today: date) -> str:
    """Return the page as one HTML file with every plot embedded."""
    from jinja2 import Environment

    found = compute_theme_figures(checked)
    template = Environment(autoescape=True).from_string(_TEMPLATE.read_text(encoding="utf-8"))
    return template.render(
        rows=found,
        due=list_due_notes(checked.contents),
        summary=format_summary(checked),
        counts=checked.counts,
        problems=checked.problems,
        sources=checked.contents.sources.values(),
        plots=draw_plots(found, list(checked.contents.sources.values())),
        max_smog=MAX_SMOG,
        today=today,
    )


def draw_plots(found: Sequence[ThemeFigures], sources: Sequence[Source]) -> list[ReportPlot]:
    """Return every plot of the page; none where there are no themes."""
    if not found:
        return []
    drawn = [
        (
            "Nudges and lessons by theme",
            f"Bars: each of the {len(found)} themes has between {min(row.nudges for row in found)} and "
            f"{max(row.nudges for row in found)} nudges.",
            lambda axes: _draw_sizes(axes, found),
            len(found) * _ROW + 1.2,
        ),
        (
            "Where the quotes come from",
            "A grid of themes and sources with the number of lessons that quote each source.",
            lambda axes: _draw_sources(axes, found, sources),
            len(found) * _ROW + 2.0,
        ),
        (
            "Reading age of our own words",
            f"Dots: SMOG of each theme, from {min(row.smog for row in found):.1f} to "
            f"{max(row.smog for row in found):.1f}; the limit is {MAX_SMOG:.0f}.",
            lambda axes: _draw_smog(axes, found),
            len(found) * _ROW + 1.2,
        ),
        (
            "When themes are due for review",
            "Bars: the number of themes to be reviewed in each month.",
            lambda axes: _draw_reviews(axes, found),
            0.6 + 0.4 * len({row.theme.review_by.strftime("%Y-%m") for row in found}),
        ),
    ]
    pictures = []
    for title, alt, draw, height in drawn:
        data = f"data:image/png;base64,{base64.b64encode(_render_png(draw, height)).decode()}"
        pictures.append(ReportPlot(title, alt, data))
    return pictures


def _render_png(draw: "Callable[[Axes], None]", height: float) -> bytes:
    # Figure without pyplot: nothing global, and no display is looked for.
    from matplotlib.figure import Figure

    figure: Figure = Figure(figsize=(8.6, height), layout="constrained", facecolor=_PAPER)
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=_INK, length=0, labelsize=9)
    draw(axes)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=150)
    return out.getvalue()


def _name_themes(axes: "Axes", found: Sequence[ThemeFigures]) -> range:
    places = range(len(found))
    axes.set_yticks(places, [row.theme.title for row in found])
    axes.set_ylim(len(found) - 0.4, -0.6)
    return places


def _draw_sizes(axes: "Axes", found: Sequence[ThemeFigures]) -> None:
    places = _name_themes(axes, found)
    for offset, name, colour in ((-0.19, "lessons", _AMBER), (0.19, "nudges", _BLUE)):
        values = [getattr(row, name) for row in found]
        axes.barh([place + offset for place in places], values, height=0.36, color=colour, label=name)
        for place, value in zip(places, values, strict=True):
            axes.text(value + 0.15, place + offset, str(value), va="center", fontsize=7.5, color=_INK)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False, fontsize=9, borderaxespad=0)


def _draw_sources(axes: "Axes", found: Sequence[ThemeFigures], sources: Sequence[Source]) -> None:
    counts = [[row.sources[source.id] for source in sources] for row in found]
    most = max(max(line) for line in counts)
    axes.imshow(counts, aspect="auto", cmap="Blues", vmin=0, vmax=most * 1.3)
    _name_themes(axes, found)
    satire = {"satire": "\n(satire)"}
    names = [f"{source.publisher or source.author}{satire.get(source.kind, '')}" for source in sources]
    axes.set_xticks(range(len(sources)), names)
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(False)
    for place, line in enumerate(counts):
        for column, count in enumerate(line):
            ink = _PAPER if count > most * 0.9 else _INK
            axes.text(
                column, place, str(count or "·"), ha="center", va="center", fontsize=8, color=ink if count else _GREY
            )


def _draw_smog(axes: "Axes", found: Sequence[ThemeFigures]) -> None:
    places = _name_themes(axes, found)
    values = [row.smog for row in found]
    axes.axvline(MAX_SMOG, color=_AMBER, linewidth=1.5)
    axes.text(MAX_SMOG, -0.7, f"limit {MAX_SMOG:.0f}", color=_AMBER, ha="center", va="bottom", fontsize=9)
    axes.hlines(places, 0, values, color=_GREY, linewidth=1)
    colours = [_AMBER if value > MAX_SMOG else _BLUE for value in values]
    axes.scatter(values, places, color=colours, s=28, zorder=3)
    for place, value in zip(places, values, strict=True):
        axes.text(value + 0.2, place, f"{value:.1f}", va="center", fontsize=8, color=_INK)
    axes.set_xlim(0, max(MAX_SMOG, *values) + 0.8)
    axes.set_xlabel("SMOG: years of schooling that a reader needs", fontsize=9, color=_INK)


def _draw_reviews(axes: "Axes", found: Sequence[ThemeFigures]) -> None:
    months = Counter(row.theme.review_by.strftime("%Y-%m") for row in found)
    names = sorted(months)
    axes.barh(range(len(names)), [months[name] for name in names], height=0.5, color=_BLUE)
    axes.set_yticks(range(len(names)), names)
    for place, name in enumerate(names):
        axes.text(months[name] + 0.2, place, f"{months[name]} themes", va="center", fontsize=9, color=_INK)
    axes.set_xlim(0, max(months.values()) * 1.2)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)

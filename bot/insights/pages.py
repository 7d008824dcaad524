"""The insights as one self-contained HTML page with plots."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.insights.tables import CountRow, CountTable, Insights

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _BAR = "#19262a", "#0b5563"
_MOST = 15  # rows in a plot


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture of one column of a table; the table stands below it for those who cannot see it."""

    alt: str
    data: str


def render_insights_page(insights: Insights, organisation: str, today: date) -> str:
    """Return the page as HTML, to be read on a screen or printed for a meeting.

    Parameters
    ----------
    organisation
        Its name, for the title; empty where the settings have none.
    today
        The local date on which the page is made.
    """
    pages = Environment(loader=PackageLoader(__package__), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    shown = [(table, _plot(table)) for table in insights.tables]
    return pages.get_template("insights.html").render(
        period=insights.period, headlines=insights.headlines, shown=shown, organisation=organisation, today=today
    )


def _plot(table: CountTable) -> Plot | None:
    """Return a plot of a table's column; None when the column is empty, or where nothing that draws is installed."""
    rows = [row for row in table.rows if row.counts[table.drawn]][:_MOST]
    if not rows:
        return None
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError:  # a tool for editors, which the running bot does without: the table says the same
        return None

    figure = Figure(figsize=(8, 0.5 + 0.32 * len(rows)), layout="constrained")
    _bars(figure.subplots(), rows, table)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=120)
    data = base64.b64encode(file.getvalue()).decode("ascii")
    return Plot(
        f"{table.title}: a bar for each row’s count of “{table.columns[table.drawn]}”.", f"data:image/png;base64,{data}"
    )


def _bars(axes: "Axes", rows: Sequence[CountRow], table: CountTable) -> None:
    counts = [row.counts[table.drawn] or 0 for row in rows]
    bars = axes.barh([row.name for row in rows], counts, color=_BAR, height=0.62)
    axes.bar_label(bars, padding=4, color=_INK, fontsize=9)
    axes.invert_yaxis()
    axes.set_title(table.columns[table.drawn], loc="left", fontsize=10, color=_INK)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.xaxis.set_visible(False)
    axes.tick_params(axis="y", length=0, labelsize=9, labelcolor=_INK)

"""The command insights, which prints or writes counts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.ask import with_app
from bot.cli.output import write_file

if TYPE_CHECKING:
    from rich.console import Console

    from bot.app import App
    from bot.insights.tables import CountTable, Insights


def insights(
    weeks: Annotated[int, typer.Option(min=1, max=53, help="How many weeks, the present one included.")] = 12,
    csv: Annotated[
        Path | None, typer.Option("--csv", dir_okay=False, help="Write the counts to this file, one a line.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", dir_okay=False, help="Write a page with plots to this file.")
    ] = None,
) -> None:
    """Count what people asked for: no message, no person, no small counts."""
    from rich.console import Console

    from bot.insights.counts import InsightCounter

    async def count(app: "App") -> "Insights":
        return await InsightCounter(app.engine, app.settings.time_zone, app.knowledge).count_weeks(weeks)

    counted = with_app(count)
    if csv:
        write_file(csv, _as_csv(counted))
    if html:
        from bot.insights.pages import render_insights_page

        write_file(html, render_insights_page(counted))
    if csv or html:
        typer.echo(f"Written to {' and '.join(str(path) for path in (csv, html) if path)}.")
        return
    console = Console(highlight=False)
    console.print(counted.period)
    for table in counted.tables:
        _print(console, table)


def _print(console: "Console", table: "CountTable") -> None:
    from rich.table import Table

    if not table.rows:
        console.print(f"\n{table.title}: nothing to count yet.")
        return
    shown = Table(
        table.of, *table.columns, title=table.title, title_justify="left", caption=table.about, caption_justify="left"
    )
    for row in table.rows:
        shown.add_row(row.name, *("–" if count is None else str(count) for count in row.counts))
    console.print(shown)


def _as_csv(counted: "Insights") -> str:
    import csv
    import io

    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(("table", "row", "column", "count"))
    writer.writerows(counted.lines())
    return file.getvalue()

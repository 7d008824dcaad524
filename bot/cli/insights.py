"""The command insights, which prints or writes counts."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.ask import with_app
from bot.cli.output import print_table, show_progress, write_file

if TYPE_CHECKING:
    from bot.app import App
    from bot.insights.tables import CountTable, Insights


def insights(
    weeks: Annotated[int, typer.Option(min=1, max=53, help="How many weeks, the present one included.")] = 12,
    csv: Annotated[
        Path | None, typer.Option("--csv", dir_okay=False, help="Write the counts to this file, one a line.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", dir_okay=False, help="Write a page to print, with plots, to this file.")
    ] = None,
    month: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m"], help="A month, such as 2026-10, in place of weeks.")
    ] = None,
) -> None:
    """Count what people asked for: no message, no person, no small counts."""
    from bot.insights.pages import render_insights_page

    async def count(app: "App") -> "tuple[Insights, str]":
        from bot.insights.counts import InsightCounter

        keeps = app.settings.keep_questions_days > 0
        counter = InsightCounter(app.engine, app.settings.time_zone, app.knowledge, keeps_questions=keeps)
        counted = await (counter.count_month(month.date()) if month else counter.count_weeks(weeks))
        return counted, app.settings.organisation

    counted, organisation = with_app(count)
    if csv:
        write_file(csv, _as_csv(counted))
    if html:
        with show_progress("Drawing the page"):
            page = render_insights_page(counted, organisation, datetime.now(UTC).astimezone().date())
        write_file(html, page)
    if csv or html:
        typer.echo(f"Written to {' and '.join(str(path) for path in (csv, html) if path)}.")
        return
    print(counted.period)
    for headline in counted.headlines:
        print(f"{headline.name}: {headline.count or 'fewer than five'}{headline.share and f' ({headline.share})'}")
    for table in counted.tables:
        _print(table)


def _print(table: "CountTable") -> None:
    from rich.table import Table

    if not table.rows:
        print(f"\n{table.title}: nothing to count yet.")
        return
    shown = Table(
        table.of, *table.columns, title=table.title, title_justify="left", caption=table.about, caption_justify="left"
    )
    for row in table.rows:
        shown.add_row(row.name, *("–" if count is None else str(count) for count in row.counts))
    print_table(shown)


def _as_csv(counted: "Insights") -> str:
    import csv
    import io

    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(("table", "row", "column", "count"))
    writer.writerows(counted.lines())
    return file.getvalue()

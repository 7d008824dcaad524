"""The command tips preview, which prints coming tips; those about delivery are in `bot.cli.deliveries`."""

from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.database import with_database
from bot.diagnostics import unknown_theme

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.settings import Settings
    from knowledge import Knowledge

app = typer.Typer(help="See the tips that are coming.", no_args_is_help=True)

_SATURDAY = 5


@app.command()
def preview(
    days: Annotated[int, typer.Option(min=1, max=1000, help="How many weekdays.")] = 30,
    theme: Annotated[list[str] | None, typer.Option(help="Only this theme; may be given more than once.")] = None,
    start: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day; today when left out.")
    ] = None,
) -> None:
    """Print an example of the tips of the coming working days; each place has an order of its own."""
    from rich.console import Console
    from rich.table import Table

    from bot.conversation.moments import choose_days

    loaded, knowledge = with_database(_read_knowledge)
    for name in theme or ():
        _expect(knowledge, name)
    first = start.date() if start else datetime.now(UTC).astimezone().date()
    nation = "" if loaded.bank_holidays == "none" else loaded.bank_holidays
    dates = list(islice(_working_days(first, nation), days))
    table = Table("Day", "Theme and lesson", "Small step", "Quote from", show_lines=True)
    for day, tip in zip(dates, choose_days(knowledge, dates, theme or ()), strict=True):
        source, satire = f"experience: {tip.lesson.experience}", ""
        if tip.source:
            source = tip.source.publisher or tip.source.author or tip.source.title
            satire = "\n(satire)" if tip.source.kind == "satire" else ""
        lesson = f"{tip.theme.title}\n{tip.lesson.title}"
        table.add_row(f"{day:%a}\n{day}", lesson, tip.nudge.text, f"{source}{satire}")
    Console().print(table)


async def _read_knowledge(settings: "Settings", database: "AsyncEngine") -> "tuple[Settings, Knowledge]":
    from bot.store.packs import PackStore
    from knowledge import LiveKnowledge

    pack = PackStore(database)
    await pack.refresh()
    return settings, LiveKnowledge(settings.packs, source=pack)()


def _expect(knowledge: "Knowledge", name: str) -> None:
    if name not in knowledge.themes:
        raise unknown_theme(name, get_close_matches(name, knowledge.themes, n=3))


def _working_days(first: date, nation: str) -> "Iterator[date]":
    """Yield weekdays, bank holidays of a nation left out as they are in a real place."""
    from bot.subscriptions.bank_holidays import find_bank_holiday

    day = first
    while True:
        if day.weekday() < _SATURDAY and not find_bank_holiday(nation, day):
            yield day
        day += timedelta(days=1)

"""The commands of `knowledge`: check, report and schema, for editors of lessons."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.output import print_table, show_progress, write_file

if TYPE_CHECKING:
    from knowledge import Problem

app = typer.Typer(help="Check the lessons, and see the state they are in.", no_args_is_help=True)

Packs = Annotated[
    list[Path] | None, typer.Option("--pack", help="A pack of your own; those of the settings when left out.")
]
Base = Annotated[Path | None, typer.Option("--base", help="Take this directory in place of our own pack.")]


@app.command()
def check(
    sources: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="The directory with the texts that are quoted."),
    ] = None,
    record: Annotated[bool, typer.Option("--record", help="Write the fingerprints again from the sources.")] = False,
    pack: Packs = None,
    base: Base = None,
) -> None:
    """Check every word: quotes, lengths, reading age, jargon, repeats, dates. Exit 1 on errors."""
    from knowledge.editing import quotes, report
    from knowledge.editing.check import check_packs
    from knowledge.packs import OURS, read_packs

    packs = _packs(pack)
    if record:
        if sources is None:
            raise typer.BadParameter("fingerprints are taken from the texts: name them with --sources")
        quotes.record_fingerprints(read_packs([base or OURS, *packs]), sources)
    with show_progress("Checking every word"):
        checked = check_packs(packs, base or OURS, sources)
    _print_problems(checked.problems)
    errors = checked.errors
    warnings = len(checked.problems) - errors
    print(f"{report.format_summary(checked)}: {_plural(errors, 'error')}, {_plural(warnings, 'warning')}.")
    if errors:
        raise typer.Exit(1)


@app.command(name="report")
def report_(
    html: Annotated[Path | None, typer.Option(dir_okay=False, help="Write a page with plots to this file.")] = None,
    pack: Packs = None,
    base: Base = None,
) -> None:
    """Print the state of the knowledge: figures, depth, roles and minutes by theme, and what is due by event."""
    from knowledge.editing import depth_table, due, report
    from knowledge.editing.check import check_packs
    from knowledge.packs import OURS

    with show_progress("Checking every word"):
        checked = check_packs(_packs(pack), base or OURS)
    if html is None:
        print_table(report.build_report_table(checked))
        print_table(depth_table.build_depth_table(checked))
        print_table(due.build_due_table(checked.contents))
        return
    write_file(html, report.render_report_page(checked, datetime.now(UTC).astimezone().date()))
    print(f"Written to {html}.")


@app.command()
def schema() -> None:
    """Write the JSON Schemas that editors check the files with."""
    from knowledge.editing.schema import write_schemas
    from knowledge.problems import format_path

    for path in write_schemas():
        print(format_path(path))


def _packs(given: list[Path] | None) -> list[Path]:
    if given is not None:
        return given
    from bot import settings

    return list(settings.load_settings().packs)


def _print_problems(problems: "Iterable[Problem]") -> None:
    """Print problems, sorted by file, with a blank line after each file."""
    for _, found in groupby(problems, key=lambda problem: problem.file):
        for problem in found:
            print(f"{'' if problem.severity == 'error' else 'warning: '}{problem}")
        print()


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"

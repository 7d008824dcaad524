"""The commands of `knowledge` for editors of lessons: check, report, schema, export and import."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.database import list_packs
from bot.cli.output import print_table, show_progress, write_file
from bot.cli.phrases import list_phrase_warnings, phrases

if TYPE_CHECKING:
    from knowledge import Problem

app = typer.Typer(help="Check the lessons, and see the state they are in.", no_args_is_help=True)
app.command()(phrases)

Packs = Annotated[
    list[Path] | None,
    typer.Option("--pack", help="A pack of your own; those of the settings and of the page when left out."),
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

    packs = list_packs(pack)
    if record:
        if sources is None:
            raise typer.BadParameter("fingerprints are taken from the texts: name them with --sources")
        quotes.record_fingerprints(read_packs([base or OURS, *packs]), sources)
    with show_progress("Checking every word"):
        checked = check_packs(packs, base or OURS, sources)
    _print_problems(checked.problems)
    errors = checked.errors
    noted = list_phrase_warnings(packs, base)
    for line in noted:
        print(f"warning: {line}")
    warnings = len(checked.problems) - errors + len(noted)
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
        checked = check_packs(list_packs(pack), base or OURS)
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


@app.command(name="export")
def export_(
    directory: Annotated[Path, typer.Argument(file_okay=False, help="An empty directory, or a new one.")],
    drafts: Annotated[
        bool, typer.Option("--drafts", help="Write drafts too, in place of what of them is published.")
    ] = False,
) -> None:
    """Write what editors wrote on the page as the files of a pack: each as it is kept, comments and all."""
    from bot.cli.database import with_database
    from bot.pack_transfer import export_pack

    written = with_database(lambda _settings, database: export_pack(database, directory, drafts=drafts))
    print(f"{_plural(written, 'file')} written to {directory}.")


@app.command(name="import")
def import_(
    directory: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="The directory of a pack.")],
    name: Annotated[str, typer.Option(help="The name that the revisions carry.")] = "the command line",
) -> None:
    """Publish the files of a pack on the page: its pack is then this one. A pack with a mistake is refused whole."""
    from bot.cli.database import with_database
    from bot.pack_transfer import import_pack
    from knowledge import KnowledgeError

    try:
        done = with_database(lambda settings, database: import_pack(settings, database, directory, name))
    except KnowledgeError as error:
        _print_problems(error.problems)
        print("Nothing was imported.")
        raise typer.Exit(1) from None
    print(f"{_plural(done.published, 'file')} published, {done.withdrawn} taken back, {done.same} as they were.")
    for path in done.left_out:
        print(f"Left out: {path}. Only the YAML files of a pack are kept.")


def _print_problems(problems: "Iterable[Problem]") -> None:
    """Print problems, sorted by file, with a blank line after each file."""
    for _, found in groupby(problems, key=lambda problem: problem.file):
        for problem in found:
            print(f"{'' if problem.severity == 'error' else 'warning: '}{problem}")
        print()


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"

"""The command line, which only gives each command its name.

Heavy modules are imported by the command that needs them, so that `--help` stays quick.
"""

import sys
from typing import Annotated

import typer

from bot.cli import (
    ask,
    deliveries,
    doctor,
    evidence,
    forget,
    insights,
    intents,
    knowledge,
    manifest,
    questions,
    serve,
    tips,
)
from bot.cli.collector import leave_collector, relax_collector
from bot.cli.errors import explain_error

cli = typer.Typer(
    name="small-steps",
    help="Ask about leading change in health and care: a lesson, a quote, one small step.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
cli.command()(serve.serve)
cli.command()(ask.ask)
cli.command()(ask.chat)
cli.command()(ask.classify)
cli.command()(ask.themes)
cli.command()(ask.tip)
cli.command()(ask.settings)
cli.command()(doctor.doctor)
cli.command()(evidence.evidence)
cli.command()(intents.why)
cli.command()(intents.train)
cli.command()(intents.evaluate)
cli.command()(insights.insights)
cli.command()(questions.questions)
cli.command()(forget.forget)
cli.add_typer(intents.app, name="intents")
cli.add_typer(knowledge.app, name="knowledge")
tips.app.add_typer(deliveries.app)
cli.add_typer(tips.app, name="tips")
cli.add_typer(manifest.app, name="manifest")


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        typer.echo(f"small-steps {metadata.version('small-steps')}")
        raise typer.Exit


@cli.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options before any command."""


def main() -> None:
    """Run the command line; what an operator can mend is one sentence and exit code 2."""
    relax_collector()
    try:
        cli()
    except Exception as error:
        mistake = explain_error(error)
        if mistake is None:
            raise
        print(f"small-steps: {mistake}", file=sys.stderr)
        sys.exit(2)
    finally:
        leave_collector()


if __name__ == "__main__":
    main()

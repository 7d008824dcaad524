"""Commands that print what a platform must be told about the bot."""

import sys
from typing import Annotated

import typer

from bot.cli import manifest_teams

app = typer.Typer(help="Print what a platform must be told about the bot.", no_args_is_help=True)


app.command()(manifest_teams.teams)


@app.callback()
def manifest() -> None:
    """Print what a platform must be told about the bot."""


@app.command()
def slack(
    url: Annotated[str, typer.Option(help="Where the server is reached from outside.")] = "",
    socket: Annotated[bool, typer.Option("--socket", help="Use Socket Mode, which needs no public address.")] = False,
    workspaces: Annotated[bool, typer.Option("--workspaces", help="Let many workspaces install it.")] = False,
) -> None:
    """Print the manifest of the Slack app as YAML."""
    from bot.platforms.slack.manifest import as_yaml
    from bot.platforms.slack.manifest import manifest as make

    if socket == bool(url) or (workspaces and socket):
        raise typer.BadParameter("give either --url https://… (with --workspaces for many) or --socket")
    if url and not url.startswith("https://"):
        raise typer.BadParameter("Slack takes an address that begins with https:// only", param_hint="--url")
    sys.stdout.write(as_yaml(make(url, socket=socket, workspaces=workspaces)))

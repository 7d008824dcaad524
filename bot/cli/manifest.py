"""The commands of `manifest`: slack and teams."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import write_file

app = typer.Typer(help="Print what a platform must be told about the bot.", no_args_is_help=True)


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
    from bot.platforms.slack.manifest import build_manifest, format_manifest

    if socket == bool(url) or (workspaces and socket):
        raise typer.BadParameter("give either --url https://… (with --workspaces for many) or --socket")
    if url and not url.startswith("https://"):
        raise typer.BadParameter("Slack takes an address that begins with https:// only", param_hint="--url")
    sys.stdout.write(format_manifest(build_manifest(url, socket=socket, workspaces=workspaces)))


@app.command()
def teams(
    app_id: Annotated[str, typer.Option("--app-id", help="The app id of the bot's registration in Azure.")],
    url: Annotated[str, typer.Option("--url", help="Where the bot is reached, such as https://steps.example.nhs.uk.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write.")] = Path("small-steps-teams.zip"),
    developer: Annotated[str, typer.Option("--developer", help="Who runs the bot, as people see it.")] = "Small Steps",
    version: Annotated[
        str | None,
        typer.Option(
            "--version",
            help="Of the package, such as 1.0.1: a tenant takes only a later one.",
            show_default="that of the release",
        ),
    ] = None,
) -> None:
    """Write the app package that an administrator uploads to Teams."""
    from importlib import metadata

    from bot.platforms.teams.package import manifest
    from bot.settings import load_settings

    private_answers = load_settings().teams_private_answers
    version = version or metadata.version("small-steps")
    made = manifest.build_manifest(app_id, url, version, developer, private_answers=private_answers)
    write_file(out, manifest.build_package(made))
    print(f"Wrote {out}. Upload it in the Teams admin centre: Teams apps, Manage apps, Upload new app.")
    print("It asks Teams for:")
    for name, reason in manifest.PERMISSIONS.items():
        print(f"  {name}: {reason}")

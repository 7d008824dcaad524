"""`small-steps manifest teams`: the app package for Teams."""

from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import write


def teams(
    app_id: Annotated[str, typer.Option("--app-id", help="The app id of the bot's registration in Azure.")],
    url: Annotated[str, typer.Option("--url", help="Where the bot is reached, such as https://steps.example.nhs.uk.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write.")] = Path("small-steps-teams.zip"),
    developer: Annotated[str, typer.Option("--developer", help="Who runs the bot, as people see it.")] = "Small Steps",
    version: Annotated[
        str, typer.Option("--version", help="Of the package, such as 1.0.1: a tenant takes only a later one.")
    ] = metadata.version("small-steps"),
) -> None:
    """Write the app package that an administrator uploads to Teams."""
    from bot.platforms.teams.package import manifest

    made = manifest.manifest(app_id, url, version, developer)
    write(out, manifest.build(made))
    print(f"Wrote {out}. Upload it in the Teams admin centre: Teams apps, Manage apps, Upload new app.")
    print("It asks Teams for:")
    for name, reason in manifest.PERMISSIONS.items():
        print(f"  {name}: {reason}")

"""The command evidence, which writes what an organisation needs to judge the bot."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import write_file


def evidence(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="The folder to write into; made if it is not there.")],
    day: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="The day on the pages; today by default.")
    ] = None,
) -> None:
    """Write the evidence that an organisation asks for, made from the code and the settings."""
    from bot import diagnostics
    from bot.evidence.folder import build_folder
    from bot.settings import load_settings

    made = day.date() if day else datetime.now(UTC).astimezone().date()
    files = build_folder(load_settings(), made)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise diagnostics.cannot_write(str(folder), error.strerror or type(error).__name__) from error
    for name, content in files.items():
        write_file(folder / name, content)
    print(
        f"Wrote {len(files)} files into {folder}. Begin with README.html; what your organisation must answer is marked."
    )

"""Alembic migrations, applied by the program itself."""

from importlib import resources
from pathlib import Path

from sqlalchemy.engine import Connection

from bot import diagnostics

HEAD = "0018"  # a test holds this to the newest file in versions/


def known(version: str) -> bool:
    """Return whether this release, or an earlier one, migrates databases to a version."""
    return any(file.name.startswith(f"{version}_") for file in (_folder() / "versions").iterdir())


def upgrade(connection: Connection, found: str | None) -> None:
    """Run every migration that the database lacks, on this connection and in its transaction.

    Parameters
    ----------
    found
        The version that the database is at; None when it is new.

    Raises
    ------
    OperatorError
        When the database is at a version that this release does not know.
    """
    from alembic import command
    from alembic.config import Config  # a third of a second to import, and seldom needed
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(_folder()))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise diagnostics.database_from_the_future(found or "unknown") from error


def _folder() -> Path:
    return Path(str(resources.files(__package__)))

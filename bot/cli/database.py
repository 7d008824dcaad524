"""Access to the database for commands that need nothing else, and to the packs that it and the settings name."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.settings import Settings
    from knowledge.pack_files import PackFiles

T = TypeVar("T")


def with_database(use: "Callable[[Settings, AsyncEngine], Awaitable[T]]") -> T:
    """Return what `use` returns for the database of the settings, migrated; close the database afterwards."""
    import asyncio

    from bot.settings import load_settings
    from bot.store.database import migrate, open_engine

    async def work() -> T:
        settings = load_settings()
        database = open_engine(settings.database_url.get_secret_value())
        try:
            await migrate(database)
            return await use(settings, database)
        finally:
            await database.dispose()

    return asyncio.run(work())


def list_packs(given: "list[Path] | None") -> "list[PackFiles]":
    """Return the packs that a command was given; without any, those of the settings and what the page published.

    Raises
    ------
    OperatorError
        When the database is there and cannot be read.
    """
    if given is not None:
        return [*given]
    import asyncio

    from bot.own_pack import read_published_pack
    from bot.settings import load_settings

    settings = load_settings()
    pack = asyncio.run(read_published_pack(settings.database_url.get_secret_value())).pack
    return [*settings.packs, *([pack] if pack else [])]

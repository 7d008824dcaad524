"""Access to the database for commands that need nothing else."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.settings import Settings

T = TypeVar("T")


def with_database(use: "Callable[[Settings, AsyncEngine], Awaitable[T]]") -> T:
    """Return what `use` returns for the database of the settings, migrated; close the database afterwards."""
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

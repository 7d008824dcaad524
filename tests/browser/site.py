"""The real bot behind a real server on loopback, for a browser to open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from bot.app import App, build_app
from bot.components import build_components
from bot.settings import Settings
from bot.store.database import check_database_ready
from bot.web import server


@dataclass
class Site:
    """A running server.

    Parameters
    ----------
    home
        The address of the page.
    """

    home: str
    app: App
    runner: web.AppRunner

    async def stop(self) -> None:
        """Take the server away, as when somebody stops it."""
        await self.runner.cleanup()


@asynccontextmanager
async def serving(settings: Settings, port: int = 0) -> AsyncIterator[Site]:
    """Serve the bot, on any port that is free unless one is named."""
    async with build_app(settings) as app:
        application = server.create_application(build_components(app), lambda: check_database_ready(app.engine))
        runner = web.AppRunner(application, shutdown_timeout=1, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, settings.host, port).start()
        try:
            yield Site(f"http://localhost:{runner.addresses[0][1]}/simulator/", app, runner)
        finally:
            await runner.cleanup()

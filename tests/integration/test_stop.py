"""A stop of the server: what is under way is finished, platform by platform at once, before anything ends."""

import asyncio
from contextlib import asynccontextmanager

from aiohttp import web

from bot.web import server
from bot.web.component import Component


async def test_the_platforms_finish_side_by_side_before_any_of_them_ends():
    """Each waits for the other here, as one after the other would for ever."""
    begun = {"Slack": asyncio.Event(), "Teams": asyncio.Event()}
    seen: list[str] = []

    def build(name: str, other: str) -> Component:
        @asynccontextmanager
        async def running():
            yield
            seen.append(f"{name} ended")

        async def finish() -> None:
            begun[name].set()
            await begun[other].wait()
            seen.append("finished")

        return Component(name, on=True, why="", running=running, finish=finish)

    async def ready() -> None:
        return None

    application = server.create_application([build("Slack", "Teams"), build("Teams", "Slack")], ready)
    runner = web.AppRunner(application)
    await runner.setup()

    async with asyncio.timeout(60):
        await runner.cleanup()

    assert seen == ["finished", "finished", "Teams ended", "Slack ended"]

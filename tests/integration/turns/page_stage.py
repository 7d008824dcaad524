"""The page as a stage of dialogues, by its own interface over HTTP."""

from contextlib import AsyncExitStack
from typing import Any

import aiohttp

from bot.app import build_app
from bot.components import build_components
from bot.settings import Settings
from bot.store.database import check_database_ready
from bot.web import server
from tests.integration.simulator.conftest import API, SESSION
from tests.integration.teams.conftest import listen
from tests.integration.turns.stages import CONTACT, Seen, Turn

STEP = "One small step this week"


class PageStage:
    """A visitor's conversation on the page."""

    def __init__(self, settings: Settings) -> None:
        self._settings = Settings(database_url=settings.database_url, contact=CONTACT)
        self._stack: AsyncExitStack | None = None
        self._session: aiohttp.ClientSession | None = None
        self._origin = ""

    async def restart(self) -> None:
        """Stop the server; the next turn starts one over the same database."""
        if self._stack:
            await self._stack.aclose()
        self._stack = self._session = None

    async def play(self, turn: Turn, *, silent: bool) -> Seen:
        """Return what is seen of the reply to what is typed; there is always one."""
        assert not silent
        session = self._session or await self._open()
        said = {"session": SESSION, "text": turn.say}
        async with session.post(f"{self._origin}{API}say", json=said) as answer:
            assert answer.status == 200, await answer.text()
            return see_json((await answer.json())["reply"])

    async def _open(self) -> aiohttp.ClientSession:
        self._stack = stack = AsyncExitStack()
        app = await stack.enter_async_context(build_app(self._settings))
        application = server.create_application(build_components(app), lambda: check_database_ready(app.engine))
        runner, self._origin = await listen(application)
        stack.push_async_callback(runner.cleanup)
        self._session = await stack.enter_async_context(aiohttp.ClientSession())
        return self._session

    async def close(self) -> None:
        await self.restart()


def see_json(data: dict[str, Any]) -> Seen:
    """Return what a reply as data shows: every word of it, and what can be chosen."""
    texts: list[str] = []

    def collect(node: Any) -> None:
        if isinstance(node, str):
            texts.append(node)
        for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            collect(value)

    collect({name: value for name, value in data.items() if name != "choices"})
    choices = data.get("choices", [])
    texts += [STEP] if "nudge" in data else []
    texts += [choice["gist"] for choice in choices if "gist" in choice]
    return Seen(" ".join(texts), [choice["label"] for choice in choices])

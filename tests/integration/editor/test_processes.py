"""Two processes of `serve` on one PostgreSQL: what an editor publishes on one, the other answers with in seconds."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.integration.editor.conftest import OURS, TOKEN, theme
from tests.integration.simulator.conftest import API, SESSION
from tests.winter_phrases import PHRASES

PATH = "themes/winter-and-patient-flow.yaml"
WITHIN = 120.0  # seconds on a busy machine; the watch looks each three, and learning takes one or two of a core
ROOT = Path(__file__).parents[3]


class Process:
    """One process of the bot, as somebody in a browser reaches it."""

    def __init__(self, origin: str, session: aiohttp.ClientSession) -> None:
        self.origin, self.session = origin, session

    async def post(self, path: str, data: object) -> tuple[int, Any]:
        url = f"{self.origin}/editor/api/{path}"
        async with self.session.post(url, json=data, headers=OURS) as answer:
            return answer.status, await answer.json()

    async def publish(self, base: int, owner: str = "The winter cell") -> tuple[int, Any]:
        path = {"path": PATH} if base else {}
        return await self.post(
            "publish", {**path, "base": base, "data": theme(phrases=list(PHRASES), owner=owner), "name": "Jo"}
        )

    async def ask(self, text: str) -> str:
        """Return the theme that a question on the page is answered with."""
        async with self.session.post(f"{self.origin}{API}say", json={"session": SESSION, "text": text}) as answer:
            assert answer.status == 200, await answer.text()
            return str((await answer.json())["reply"].get("theme", ""))


@asynccontextmanager
async def serve(url: str, home: Path) -> AsyncIterator[Process]:
    """Start `small-steps serve` and sign in on its page."""
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "HOME": str(home),
        "SMALL_STEPS_DATABASE_URL": url,
        "SMALL_STEPS_EDITOR_TOKEN": TOKEN,
    }
    command = (sys.executable, "-m", "bot", "serve", "--port", "0")
    process = await asyncio.create_subprocess_exec(
        *command, cwd=home, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        assert process.stdout
        origin = ""
        async with asyncio.timeout(120):
            while not origin:
                line = (await process.stdout.readline()).decode()
                assert line, "it stopped before it listened"
                origin = found[1] if (found := re.match(r"Listening on (http://\S+)", line)) else ""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            answer = await session.post(f"{origin}/editor/sign-in", data={"token": TOKEN}, headers=OURS)
            assert answer.status == 200
            yield Process(origin, session)
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), 30)


async def wait_until(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(WITHIN):
        while not await look():
            await asyncio.sleep(0.3)


@pytest.fixture
async def processes(postgres_url: str, tmp_path: Path) -> AsyncIterator[tuple[Process, Process]]:
    homes = [tmp_path / name for name in ("first", "second")]
    for home in homes:
        home.mkdir()
    async with serve(postgres_url, homes[0]) as first, serve(postgres_url, homes[1]) as second:
        yield first, second


async def test_what_is_published_on_one_is_answered_by_the_other_and_taken_back_by_either(
    processes: tuple[Process, Process],
) -> None:
    """With its phrases, not only its title; and of two editors, one on each, the second is told."""
    first, second = processes
    named, described = "winter and patient flow", PHRASES[0]
    assert await second.ask(named) != "winter-and-patient-flow"

    async def answers() -> bool:
        return await second.ask(named) == "winter-and-patient-flow"

    async def is_described() -> bool:
        _, tried = await second.post("try", {"session": SESSION, "text": described})
        shown = [
            tried["today"].get("theme"),
            *tried["today"]["offered"],
            *(one["title"] for one in tried["today"]["themes"]),
        ]
        return "Winter and patient flow" in shown

    status, done = await first.publish(0)
    assert status == 200, done
    await wait_until(answers)
    await wait_until(is_described)

    assert (await second.publish(1, "Site team"))[0] == 200
    status, told = await first.publish(1, "Flow team")
    assert status == 409
    assert told["theirs"]["data"]["owner"] == "Site team"

    taken = {"path": PATH, "base": 2, "name": "Jo", "to": "withdrawn"}
    assert (await second.post("move", taken))[0] == 200

    async def is_gone() -> bool:
        return await first.ask(named) != "winter-and-patient-flow"

    await wait_until(is_gone)

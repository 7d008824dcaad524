from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from pydantic import SecretStr
from pytest_aiohttp.plugin import AiohttpClient

from bot.app import App, build_app
from bot.components import build_components
from bot.settings import Settings
from bot.store.database import check_database_ready
from bot.web import server
from knowledge import LiveKnowledge

TOKEN = "a-long-and-random-token"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def own_knowledge(loaded_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each bot here reads its packs itself, for what is published changes them."""
    monkeypatch.setattr("bot.app.LiveKnowledge", LiveKnowledge)


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    changed = settings.model_copy(update={"editor_token": SecretStr(TOKEN), "simulator": "off"})
    async with build_app(changed) as built:
        yield built


class Editor:
    """Somebody with the page open."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    async def sign_in(self, token: str = TOKEN, **headers: str) -> int:
        answer = await self.client.post(
            "/editor/sign-in", data={"token": token}, headers=OURS | headers, allow_redirects=False
        )
        return answer.status

    async def get(self, path: str) -> tuple[int, Any]:
        answer = await self.client.get(f"/editor/api/{path}")
        return answer.status, await answer.json()

    async def post(self, path: str, data: object, **headers: str) -> tuple[int, Any]:
        answer = await self.client.post(f"/editor/api/{path}", json=data, headers=OURS | headers)
        return answer.status, await answer.json()


@pytest.fixture
async def editor(app: App, aiohttp_client: AiohttpClient) -> Editor:
    """An editor who has signed in."""
    client = await aiohttp_client(
        server.create_application(build_components(app), lambda: check_database_ready(app.engine))
    )
    signed_in = Editor(client)
    assert await signed_in.sign_in() == 303
    return signed_in


def theme(**changes: object) -> dict[str, Any]:
    """A form that can be published."""
    return {
        "title": "Winter and patient flow",
        "group": "written-here",
        "about": "For when the hospital is full, nobody can move on, and every team says that it is the others.",
        "owner": "The winter cell",
        "review_by": "2030-01-01",
        "phrases": ["no beds again", "everything backs up in A&E"],
        "lessons": [lesson()],
    } | changes


def lesson(**changes: object) -> dict[str, Any]:
    return {
        "title": "Walk the board together",
        "lesson": "Beds free up where ward, therapy and social care look at one list together each morning. Ask of "
        "each patient what they wait for today, write one name beside it, and come back at two.",
        "quote": None,
        "experience": "a matron",
        "tags": ["beds", "flow", "discharge", "winter", "A&E"],
        "nudges": [{"text": "Join one board round this week, and ask what each patient waits for today and of whom."}],
    } | changes


__all__ = ["OURS", "TOKEN", "Editor", "lesson", "theme"]

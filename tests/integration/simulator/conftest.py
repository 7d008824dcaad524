from collections.abc import Awaitable, Callable

import pytest
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from bot.app import App
from bot.components import build_components
from bot.store.database import check_database_ready
from bot.web import server

API = "/simulator/api/"
SESSION = "session-one"
Client = TestClient
Ask = Callable[..., Awaitable[dict[str, object]]]


@pytest.fixture
async def client(app: App, aiohttp_client: AiohttpClient) -> Client:
    return await aiohttp_client(
        server.create_application(build_components(app), lambda: check_database_ready(app.engine))
    )

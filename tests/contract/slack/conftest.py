from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bot.app import build_app
from bot.components import build_components
from bot.settings import Settings
from bot.store.database import check_database_ready
from bot.web import server
from intents import Classifier
from tests.contract.slack.fake_slack import APP_TOKEN, TOKEN, FakeSlack
from tests.contract.slack.workspace import SECRET, Sender

Start = Callable[..., AbstractAsyncContextManager[Sender]]


@pytest.fixture(scope="session")
def unclear(classifier: Classifier) -> str:
    """Find a text that the classifier, as it is trained now, asks back about."""
    tried = ("people keep going to meetings", "targets", "my boss", "consultants ignore the data", "meetings and trust")
    return next(text for text in tried if classifier.classify(text).decision == "clarify")


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack().serving() as fake:
        yield fake


@pytest.fixture
def start(slack: FakeSlack, settings: Settings) -> Start:
    """Start the real bot: the real composition root, the real server, on loopback."""

    @asynccontextmanager
    async def starting(**options: object) -> AsyncIterator[Sender]:
        given = {
            "database_url": settings.database_url,
            "slack_api_url": f"{slack.url}/api/",
            "slack_bot_token": TOKEN,
            "slack_signing_secret": SECRET,
            **options,
        }
        async with build_app(Settings(**{k: v for k, v in given.items() if v is not None})) as app:
            application = server.create_application(build_components(app), lambda: check_database_ready(app.engine))
            runner = web.AppRunner(application, access_log=None, shutdown_timeout=2)
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", 0).start()
                async with aiohttp.ClientSession() as session:
                    yield Sender(f"http://127.0.0.1:{runner.addresses[0][1]}", slack, session)
            finally:
                await runner.cleanup()

    return starting


@pytest.fixture
async def sender(start: Start) -> AsyncIterator[Sender]:
    """A bot that serves one workspace by HTTP."""
    async with start() as sending:
        yield sending


@pytest.fixture
async def on_socket(start: Start) -> AsyncIterator[Sender]:
    """A bot that serves one workspace by Socket Mode."""
    async with start(slack_signing_secret=None, slack_app_token=APP_TOKEN) as sending:
        yield sending

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
from tests.contract.slack.workspace import SECRET, RequestSender

Start = Callable[..., AbstractAsyncContextManager[RequestSender]]


@pytest.fixture(scope="session")
def unclear(classifier: Classifier) -> str:
    """Return a text that the current classifier answers with a question."""
    tried = ("people keep going to meetings", "targets", "my boss", "consultants ignore the data", "meetings and trust")
    return next(text for text in tried if classifier.classify(text).decision == "clarify")


@pytest.fixture(autouse=True)
def history_without_lag(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in's history shows a post at once, so that nobody needs to wait before looking for it."""
    monkeypatch.setattr("bot.platforms.slack.component.SETTLE", 0.0)


@pytest.fixture
def settings(settings_of_a_server: Settings) -> Settings:
    return settings_of_a_server


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack().serve() as fake:
        yield fake


@pytest.fixture
def start(slack: FakeSlack, settings: Settings) -> Start:
    """Return a context that runs the bot on loopback, with its composition root and server."""

    @asynccontextmanager
    async def run_bot(**options: object) -> AsyncIterator[RequestSender]:
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
                    yield RequestSender(f"http://127.0.0.1:{runner.addresses[0][1]}", slack, session)
            finally:
                await runner.cleanup()

    return run_bot


@pytest.fixture
async def sender(start: Start) -> AsyncIterator[RequestSender]:
    """Requests to a bot that serves one workspace over HTTP."""
    async with start() as request_sender:
        yield request_sender


@pytest.fixture
async def on_socket(start: Start) -> AsyncIterator[RequestSender]:
    """Requests to a bot that serves one workspace in Socket Mode."""
    async with start(slack_signing_secret=None, slack_app_token=APP_TOKEN) as request_sender:
        yield request_sender

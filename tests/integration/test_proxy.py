"""Every outgoing call goes through the proxy that the environment names, and past it where the environment says so.

The hosts here have names that nothing resolves, so that a call which went past the proxy could not arrive.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackClientError
from yarl import URL

from bot.app import build_app
from bot.components import build_components
from bot.platforms.slack.api.client import WebClientFactory
from bot.platforms.slack.transport.socket_mode import find_proxy
from bot.platforms.teams import doctor
from bot.platforms.teams.transport.credentials import Credentials, build_secret_source
from bot.settings import Settings
from bot.store.database import check_database_ready
from bot.web import server
from tests.contract.slack.fake_slack import APP_TOKEN, TOKEN, FakeSlack
from tests.integration.teams import conftest as on_teams
from tests.integration.teams.people import TeamsPerson
from tests.integration.teams.standin import APP_ID, SECRET, TENANT, Microsoft, Rerouted

key, knowledge, fake_classifier = on_teams.key, on_teams.knowledge, on_teams.fake_classifier
_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY")


class Proxy:
    """A forward proxy that knows one host for each name.

    Attributes
    ----------
    asked
        The host and path of each call.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.origins: dict[str, str] = {}

    async def forward(self, request: web.BaseRequest) -> web.StreamResponse:
        asked = URL(request.raw_path)
        self.asked.append((asked.host or "", asked.path))
        to = URL(self.origins[asked.host or ""]).join(asked.relative())
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._bridge(request, to)
        headers = {name: value for name, value in request.headers.items() if name not in ("Host", "Accept-Encoding")}
        async with (
            aiohttp.ClientSession() as session,
            session.request(request.method, to, headers=headers, data=await request.read()) as answer,
        ):
            return web.Response(
                status=answer.status, body=await answer.read(), headers={"Content-Type": answer.headers["Content-Type"]}
            )

    @staticmethod
    async def _bridge(request: web.BaseRequest, to: URL) -> web.StreamResponse:
        """Pass on what comes over a WebSocket, both ways, until one side closes it."""
        ours = web.WebSocketResponse()
        await ours.prepare(request)
        async with aiohttp.ClientSession() as session, session.ws_connect(to) as theirs:

            async def pass_on(source: Any, sink: Any) -> None:
                async for message in source:
                    await sink.send_str(message.data)
                await sink.close()

            await asyncio.gather(pass_on(ours, theirs), pass_on(theirs, ours))
        return ours


@pytest.fixture
async def proxy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    proxy = Proxy()
    runner = web.ServerRunner(web.Server(proxy.forward))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{runner.addresses[0][1]}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield proxy
    await runner.cleanup()


@pytest.fixture
async def microsoft(proxy: Proxy, key) -> AsyncIterator[Microsoft]:
    standin = Microsoft(key)
    runner, origin = await on_teams.listen(standin.application())
    standin.origin = "http://smba.test"
    proxy.origins |= dict.fromkeys(("smba.test", "keys.test", "login.test"), origin)
    yield standin
    await runner.cleanup()


def build_settings(sqlite_url: str) -> Settings:
    return Settings(
        database_url=sqlite_url,
        teams_app_id=APP_ID,
        teams_app_secret=SECRET,
        teams_tenant_id=TENANT,
        teams_service_urls=("http://smba.test",),
        teams_openid_url="http://keys.test/openid",
    )


async def test_keys_tokens_and_posts_of_teams_go_through_the_proxy(
    proxy, microsoft, key, knowledge, fake_classifier, sqlite_url
):
    settings = build_settings(sqlite_url)
    engine = on_teams.open_engine(sqlite_url)
    await on_teams.migrate(engine)
    conversation = on_teams.build_conversation(settings, engine, fake_classifier, knowledge)
    own = Credentials(build_secret_source(APP_ID, SECRET, TENANT, Rerouted("http://login.test")))
    teams = on_teams.TeamsService(settings, engine, conversation, own)
    async with on_teams.serve_teams(teams) as url:
        microsoft.under_way.append(teams.queue.finish)
        status, _ = await TeamsPerson(url, microsoft, key).write("nobody listens")
    await engine.dispose()

    assert (status, len(microsoft.posted)) == (200, 1)
    assert {host for host, _ in proxy.asked} == {"keys.test", "smba.test", "login.test"}


async def test_what_the_doctor_asks_goes_through_the_proxy(proxy, microsoft, sqlite_url):
    found = await doctor._check_keys(build_settings(sqlite_url))

    assert [finding.state for finding in found][:1] == ["ok"]
    assert ("keys.test", "/openid") in proxy.asked


async def test_calls_to_slack_go_through_the_proxy(proxy):
    async def answer_well(request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    application = web.Application()
    application.add_routes([web.post("/api/auth.test", answer_well), web.post("/hook", answer_well)])
    runner, proxy.origins["slack.test"] = await on_teams.listen(application)
    clients = WebClientFactory("http://slack.test/api/", logging.getLogger("test"))
    async with clients.open_session():
        assert (await clients.build_client("xoxb-1").auth_test())["ok"]
        assert (await clients.build_posting_client("xoxb-1").auth_test())["ok"]
        assert (await clients.build_webhook_client("http://slack.test/hook").send(text="x")).status_code == 200
    await runner.cleanup()

    assert proxy.asked == [("slack.test", "/api/auth.test")] * 2 + [("slack.test", "/hook")]


async def test_socket_mode_goes_through_the_proxy(proxy, settings_of_a_server):
    async with FakeSlack().serve() as slack:
        proxy.origins["slack.test"] = slack.url
        slack.url = "http://slack.test"
        given = Settings(
            database_url=settings_of_a_server.database_url,
            slack_api_url="http://slack.test/api/",
            slack_bot_token=TOKEN,
            slack_app_token=APP_TOKEN,
        )
        async with build_app(given) as app:
            application = server.create_application(build_components(app), lambda: check_database_ready(app.engine))
            runner, _ = await on_teams.listen(application)
            await slack.wait_until(lambda: slack.sockets)
            await runner.cleanup()

    assert {("slack.test", "/api/apps.connections.open"), ("slack.test", "/socket")} <= set(proxy.asked)


@pytest.mark.parametrize(
    ("named", "url", "found"),
    [
        ({"HTTPS_PROXY": "http://p:1"}, "wss://wss-primary.slack.com/link", "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": ".slack.com"}, "wss://wss-primary.slack.com/link", None),
        ({"HTTPS_PROXY": "http://p:1"}, "ws://slack.test/link", None),
        ({"ALL_PROXY": "http://p:2"}, "wss://wss-primary.slack.com/link", "http://p:2"),
        ({}, "wss://wss-primary.slack.com/link", None),
    ],
)
def test_the_proxy_of_socket_mode_is_the_one_for_its_host(monkeypatch, named, url, found):
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in named.items():
        monkeypatch.setenv(name, value)

    assert find_proxy(url) == found


async def test_a_slack_that_no_proxy_names_is_called_past_the_proxy(proxy):
    async with FakeSlack().serve() as slack:
        clients = WebClientFactory(f"{slack.url}/api/", logging.getLogger("test"))
        async with clients.open_session():
            assert (await clients.build_client(TOKEN).auth_test())["ok"]

    assert proxy.asked == []


async def test_without_the_proxy_nothing_arrives(proxy, monkeypatch):
    """The names resolve nowhere, or the tests above would prove nothing."""
    monkeypatch.delenv("HTTP_PROXY")
    clients = WebClientFactory("http://slack.test/api/", logging.getLogger("test"))
    async with clients.open_session():
        with pytest.raises((aiohttp.ClientError, SlackClientError, OSError)):
            await clients.build_single_attempt_client("xoxb-1").auth_test()

    assert proxy.asked == []

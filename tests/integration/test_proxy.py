"""Every outgoing call goes through the proxy that the environment names, and past it where the environment says so.

The hosts here have names that nothing resolves, so that a call which went past the proxy could not arrive.
"""

import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackClientError
from yarl import URL

from bot.platforms.slack.api.client import WebClientFactory
from bot.platforms.teams import doctor
from bot.platforms.teams.transport.credentials import Credentials, build_secret_source
from bot.settings import Settings
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
        headers = {name: value for name, value in request.headers.items() if name not in ("Host", "Accept-Encoding")}
        async with (
            aiohttp.ClientSession() as session,
            session.request(request.method, to, headers=headers, data=await request.read()) as answer,
        ):
            return web.Response(
                status=answer.status, body=await answer.read(), headers={"Content-Type": answer.headers["Content-Type"]}
            )


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


async def test_without_the_proxy_nothing_arrives(proxy, monkeypatch):
    """The names resolve nowhere, or the tests above would prove nothing."""
    monkeypatch.delenv("HTTP_PROXY")
    clients = WebClientFactory("http://slack.test/api/", logging.getLogger("test"))
    async with clients.open_session():
        with pytest.raises((aiohttp.ClientError, SlackClientError, OSError)):
            await clients.build_single_attempt_client("xoxb-1").auth_test()

    assert proxy.asked == []

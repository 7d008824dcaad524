"""Who may see the page."""

import asyncio

import pytest
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient
from yarl import URL

from bot.app import App, build_app
from bot.components import build_components
from bot.diagnostics import OperatorError
from bot.platforms.simulator.access import decide_page_state
from bot.settings import Settings
from bot.store.database import check_database_ready
from bot.web import server
from tests.integration.simulator.conftest import API, SESSION, Client

TOKEN = "a-long-and-random-token"


async def guarded(app: App, aiohttp_client: AiohttpClient) -> TestClient:
    from dataclasses import replace

    from pydantic import SecretStr

    changed = app.settings.model_copy(
        update={"host": "10.0.0.5", "simulator": "on", "simulator_token": SecretStr(TOKEN)}
    )
    behind = replace(app, settings=changed)
    return await aiohttp_client(
        server.create_application(build_components(behind), lambda: check_database_ready(app.engine))
    )


@pytest.mark.parametrize(
    ("mode", "token", "host", "alone", "on"),
    [
        ("auto", "", "127.0.0.1", True, True),
        ("auto", "", "localhost", True, True),
        ("auto", "", "::1", True, True),
        ("auto", "", "10.0.0.5", True, False),
        ("auto", "", "127.0.0.1", False, False),
        ("auto", TOKEN, "10.0.0.5", True, False),
        ("off", TOKEN, "127.0.0.1", True, False),
        ("on", TOKEN, "10.0.0.5", False, True),
        ("on", "", "127.0.0.1", True, True),
    ],
)
def test_it_is_on_by_itself_only_where_nobody_else_can_come(mode: str, token: str, host: str, alone: bool, on: bool):
    assert decide_page_state(mode, token, host, alone=alone).on is on


@pytest.mark.parametrize(("host", "alone"), [("10.0.0.5", True), ("127.0.0.1", False), ("steps.example", True)])
def test_turned_on_where_others_may_come_it_needs_a_token(host: str, alone: bool):
    with pytest.raises(OperatorError, match="SMALL_STEPS_SIMULATOR_TOKEN"):
        decide_page_state("on", "", host, alone=alone)


async def test_without_the_token_there_is_only_the_form(app: App, aiohttp_client: AiohttpClient):
    client = await guarded(app, aiohttp_client)
    assert "behind a token" in await (await client.get("/simulator/")).text()
    assert (await client.get(API + "knowledge")).status == 401
    wrong = await client.post("/simulator/sign-in", data={"token": "guess"})
    assert wrong.status == 401
    assert "That is not the token" in await wrong.text()


async def test_with_the_token_the_page_opens_and_the_cookie_does_not_give_it_away(
    app: App, aiohttp_client: AiohttpClient
):
    client = await guarded(app, aiohttp_client)
    entered = await client.post("/simulator/sign-in", data={"token": TOKEN}, allow_redirects=False)
    cookie = entered.headers["Set-Cookie"]
    assert TOKEN not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert (await client.get(API + "knowledge")).status == 200


@pytest.mark.parametrize(("scheme", "secure"), [("https", True), ("http", False)])
async def test_behind_a_proxy_with_tls_the_cookie_is_for_tls_alone(
    app: App, aiohttp_client: AiohttpClient, scheme: str, secure: bool
):
    client = await guarded(app, aiohttp_client)
    entered = await client.post(
        "/simulator/sign-in", data={"token": TOKEN}, headers={"X-Forwarded-Proto": scheme}, allow_redirects=False
    )
    assert ("Secure" in entered.headers["Set-Cookie"]) == secure


async def test_a_program_may_send_the_token_itself(app: App, aiohttp_client: AiohttpClient):
    client = await guarded(app, aiohttp_client)
    assert (await client.get(API + "knowledge", headers={"Authorization": f"Bearer {TOKEN}"})).status == 200
    assert (await client.get(API + "knowledge", headers={"Authorization": "Bearer nonsense"})).status == 401


async def test_a_name_made_to_point_here_is_refused(client: Client):
    """Another site's page cannot read this one by pointing a name of its own at 127.0.0.1."""
    body = {"session": SESSION, "text": "hello"}
    refused = await client.post(API + "say", json=body, headers={"Host": "evil.example:8080"})
    assert refused.status == 403
    assert (await client.get("/simulator/", headers={"Host": "evil.example"})).status == 403


async def test_every_answer_has_a_strict_policy(client: Client):
    for path in ("/simulator/", "/simulator/static/page.js", API + "knowledge"):
        policy = (await client.get(path)).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


async def test_nothing_comes_from_another_host(client: Client):
    page = await (await client.get("/simulator/")).text()
    assert "http" not in page
    assert "<style" not in page
    assert "onclick" not in page


async def raw(client: Client, path: str) -> bytes:
    """Ask for a path as it stands: a client that knows about paths would tidy it up first."""
    reader, writer = await asyncio.open_connection(client.host, client.port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize(
    "path",
    [
        "/simulator/static/../part.py",
        "/simulator/static/../templates/page.html",
        "/simulator/static/../../../../../../../../etc/passwd",
        "/simulator/static/..\\part.py",
        "/simulator/static/%2e%2e/part.py",
        "/simulator/static/%2e%2e%2fpart.py",
        "/simulator/static/%2e%2e%2ftemplates%2fpage.html",
        "/simulator/static/%252e%252e%252fpart.py",
        "/simulator/static//etc/passwd",
        "/simulator/static/%2fetc%2fpasswd",
        "/simulator/static/page.css%00.py",
    ],
)
async def test_files_outside_are_not_sent(client: Client, path: str):
    sent = await raw(client, "/simulator/static/page.css")
    assert sent.startswith(b"HTTP/1.1 200"), "what is inside can be asked for in this way"

    for answer in (await raw(client, path), await encoded(client, path)):
        assert answer.split()[1] in (b"400", b"403", b"404")
        for secret in (b"import ", b"{%", b"{{", b"root:"):
            assert secret not in answer


async def encoded(client: Client, path: str) -> bytes:
    """Ask for a path by a client that leaves it as it is encoded."""
    async with client.get(URL(path, encoded=True)) as answer:
        return f"HTTP/1.1 {answer.status} ".encode() + await answer.read()


async def test_a_file_that_has_not_changed_is_not_sent_again(client: Client):
    first = await client.get("/simulator/static/page.css")
    again = await client.get("/simulator/static/page.css", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304


async def test_where_questions_are_kept_the_page_says_so(settings: Settings, aiohttp_client: AiohttpClient):
    async with build_app(settings.model_copy(update={"keep_questions_days": 30})) as app:
        client = await aiohttp_client(
            server.create_application(build_components(app), lambda: check_database_ready(app.engine))
        )
        page = await (await client.get("/simulator/")).text()
    assert "is kept for 30 days" in page

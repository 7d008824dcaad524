"""Who may see and change lessons on the editors' page."""

import pytest
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from bot.app import App, build_app
from bot.components import build_components
from bot.settings import Settings
from bot.store.database import check_database_ready
from bot.web import server
from tests.integration.editor.conftest import OURS, TOKEN, Editor, theme


async def serve(app: App, aiohttp_client: AiohttpClient) -> TestClient:
    return await aiohttp_client(
        server.create_application(build_components(app), lambda: check_database_ready(app.engine))
    )


async def test_without_a_token_there_is_no_page(settings: Settings, aiohttp_client: AiohttpClient):
    """And nothing of the shipped page changes."""
    async with build_app(settings) as app:
        client = await serve(app, aiohttp_client)
        assert (await client.get("/editor/")).status == 404
        assert (await client.get("/simulator/")).status == 200


async def test_it_is_on_where_the_simulator_is_off(app: App, aiohttp_client: AiohttpClient):
    client = await serve(app, aiohttp_client)
    assert (await client.get("/simulator/")).status == 404
    page = await client.get("/editor/")
    assert "Whoever runs the bot can give you the token." in await page.text()
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


async def test_nothing_is_read_or_written_without_the_token(app: App, aiohttp_client: AiohttpClient):
    editor = Editor(await serve(app, aiohttp_client))
    assert (await editor.get("pack"))[0] == 401
    assert (await editor.post("save", {"data": theme(), "name": "Jo"}))[0] == 401
    assert await editor.sign_in("a-wrong-and-random-token") == 401
    assert (await editor.get("pack"))[0] == 401


async def test_a_wrong_token_is_tried_five_times_a_minute(app: App, aiohttp_client: AiohttpClient):
    """Then even the right one waits, and whoever is in stays in."""
    inside, outside = Editor(await serve(app, aiohttp_client)), None
    assert await inside.sign_in() == 303
    outside = Editor(inside.client)
    statuses = [await outside.sign_in("a-wrong-and-random-token") for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    assert await outside.sign_in() == 429
    assert (await inside.get("pack"))[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
        {"Sec-Fetch-Site": "", "Origin": "http://["},
        {"Sec-Fetch-Site": "", "Origin": "nonsense"},
        {"Sec-Fetch-Site": ""},
    ],
)
@pytest.mark.parametrize("path", ["save", "publish", "move", "phrase", "check", "preview", "try"])
async def test_a_page_of_another_site_writes_nothing(editor: Editor, path: str, headers: dict[str, str]):
    """Though the browser of somebody who is signed in sends it."""
    sent = {name: value for name, value in headers.items() if value}
    answer = await editor.client.post(f"/editor/api/{path}", json={"data": theme(), "name": "Jo"}, headers=sent)
    assert answer.status == 403
    assert (await editor.get("pack"))[1]["files"] == []


async def test_a_browser_that_names_its_origin_alone_is_taken(editor: Editor):
    origin = str(editor.client.make_url("/")).rstrip("/")
    answer = await editor.client.post(
        "/editor/api/save", json={"data": theme(), "name": "Jo"}, headers={"Origin": origin}
    )
    assert answer.status == 200


async def test_a_form_of_another_kind_is_refused(editor: Editor):
    answer = await editor.client.post("/editor/api/save", data={"data": "x"}, headers=OURS)
    assert answer.status == 415


async def test_the_cookie_is_for_this_page_alone_and_tells_no_token(app: App, aiohttp_client: AiohttpClient):
    client = await serve(app, aiohttp_client)
    answer = await client.post("/editor/sign-in", data={"token": TOKEN}, headers=OURS, allow_redirects=False)
    said = answer.headers["Set-Cookie"]
    assert TOKEN not in said
    assert "Path=/editor/" in said
    assert "HttpOnly" in said
    assert "SameSite=Strict" in said
    await client.post("/editor/sign-out", headers=OURS)
    assert (await Editor(client).get("pack"))[0] == 401

"""The edge: whatever is no request is a 4xx without a traceback, on every door; time and number are limited."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web

from bot.app import build_app
from bot.components import build_components
from bot.platforms.slack.transport.signature import sign_body
from bot.settings import Settings
from bot.store.database import check_database_ready
from bot.web import server
from bot.web.edge import Edge, EdgeLimits
from tests.contract.slack.fake_slack import TOKEN, FakeSlack

SECRET = "shhh"
PAGE_TOKEN = "a-long-and-random-token-for-the-page"
AS_VISITOR = b" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + PAGE_TOKEN.encode() + b"\r\n\r\n"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
DIGITS = b"9" * 5_000
DOORS = ("/slack/events", "/api/messages", "/simulator/api/say")
BOUNDARY = "multipart/form-data; boundary=x"


@asynccontextmanager
async def serving(settings: Settings, edge: Edge | None = None) -> AsyncIterator[int]:
    """Run the bot with every door open; yields its port."""
    async with FakeSlack().serve() as slack:
        given = {
            "database_url": settings.database_url,
            "slack_api_url": f"{slack.url}/api/",
            "slack_bot_token": TOKEN,
            "slack_signing_secret": SECRET,
            "simulator": "on",
            "simulator_token": PAGE_TOKEN,
            "teams_anonymous": True,
        }
        async with build_app(Settings(**given)) as app:
            ready = lambda: check_database_ready(app.engine)  # noqa: E731
            application = server.create_application(build_components(app), ready, edge=edge)
            runner = server.build_runner(application, 1.0)
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", 0).start()
                async with application[server.EDGE].watch(runner):
                    yield runner.addresses[0][1]
            finally:
                await runner.cleanup()


async def send(port: int, raw: bytes, within: float = 20.0) -> bytes:
    """Send bytes, and return the first line that comes back; nothing where the connection is closed without one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(raw)
        await writer.drain()
        async with asyncio.timeout(within):
            return (await reader.readline()).strip()
    except ConnectionError:
        return b""
    finally:
        writer.close()


def build(path: str, body: bytes, content_type: str = JSON, *headers: bytes, signature: bytes = b"") -> bytes:
    timestamp = str(int(time.time()))
    signed = signature or sign_body(SECRET, timestamp, body).encode()
    lines = [
        f"POST {path} HTTP/1.1".encode(),
        b"Host: localhost",
        b"Authorization: Bearer " + PAGE_TOKEN.encode(),
        b"Content-Type: " + content_type.encode(),
        b"Content-Length: " + str(len(body)).encode(),
        b"X-Slack-Request-Timestamp: " + timestamp.encode(),
        b"X-Slack-Signature: " + signed,
        *headers,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def list_bad_requests(path: str) -> dict[str, bytes]:
    """Return requests that are none, each for a door."""
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    return {
        "signature over 127": build(path, b"{}", signature=b"v0=\xff\xfe"),
        "false gzip": build(path, b'{"a": 1}', JSON, b"Content-Encoding: gzip"),
        "false deflate": build(path, b'{"a": 1}', JSON, b"Content-Encoding: deflate"),
        "unknown encoding": build(path, b"{\xff", JSON, b"Content-Encoding: br"),
        "deep object": build(path, deep),
        "deep list": build(path, b"[" * 200_000 + b"]" * 200_000),
        "deep form": build(path, b"payload=" + b"[" * 200_000, FORM),
        "digits": build(path, b'{"a": ' + DIGITS + b"}"),
        "digits in a form": build(path, b"payload=" + DIGITS, FORM),
        "broken multipart": build(path, b"--x\r\nContent-Disposition: form-data\r\n\r\n", BOUNDARY),
        "multipart without boundary": build(path, b"--x\r\n", "multipart/form-data"),
        "no text": build(path, b"\xff\xfe\x00"),
        "no JSON": build(path, b"{not json"),
        "no object": build(path, b"7"),
        "odd charset": build(path, b"{}", "application/json; charset=\xff".encode("latin-1").decode("latin-1")),
        "empty": build(path, b""),
    }


@pytest.mark.parametrize("path", DOORS)
async def test_whatever_is_no_request_is_a_4xx(settings: Settings, caplog, path: str):
    async with serving(settings) as port:
        for name, raw in list_bad_requests(path).items():
            status = await send(port, raw)
            assert status.split()[1:2][0][:1] == b"4", (name, status)
        for raw in (
            b"\x16\x03\x01\x02\x00",
            b"GET / HTTP/9.9\r\n\r\n",
            b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
        ):
            assert b" 4" in await send(port, raw)
        assert (await send(port, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")).endswith(b"200 OK")
    assert "Traceback" not in caplog.text


async def test_the_login_of_the_page_takes_no_broken_form(settings: Settings, caplog):
    async with serving(settings) as port:
        status = await send(port, build("/simulator/login", b"--x\r\n\r\n", BOUNDARY))
        assert b" 4" in status
        status = await send(port, b"GET /simulator/api/insights?weeks=" + DIGITS + AS_VISITOR)
        assert b" 4" in status
    assert "Traceback" not in caplog.text


async def test_trouble_is_one_line_a_minute(settings: Settings, caplog):
    async with serving(settings) as port:
        for _ in range(20):
            await send(port, build("/slack/events", b"{}", JSON, b"Content-Encoding: gzip"))
            await send(port, b"\x16\x03\x01\x02\x00\r\n\r\n")
    lines = [record for record in caplog.records if record.name.startswith(("bot.web", "aiohttp"))]
    assert len(lines) <= 3


async def test_headers_and_bodies_have_their_time(settings: Settings):
    """A connection that sends nothing, or half of its headers, is closed; half of a body is answered 408."""
    limits = EdgeLimits(body=0.3, headers=0.3)
    async with serving(settings, Edge(limits)) as port:
        for sent in (b"", b"POST /slack/events HTTP/1.1\r\nHost: x\r\n"):
            assert await send(port, sent) == b""
        half = build("/slack/events", b"{}").replace(b"Content-Length: 2", b"Content-Length: 900")
        assert b" 408" in await send(port, half)


async def test_only_so_many_connections_are_open(settings: Settings):
    """The one that has been idle for longest makes room; a request is answered all the same."""
    async with serving(settings, Edge(replace(EdgeLimits(), connections=5))) as port:
        opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(12)]
        async with asyncio.timeout(20):
            ended = [asyncio.ensure_future(reader.read()) for reader, _ in opened]
            while sum(one.done() for one in ended) < 7:
                await asyncio.sleep(0.05)
        assert (await send(port, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")).endswith(b"200 OK")
        for _, writer in opened:
            writer.close()
        await asyncio.gather(*ended, return_exceptions=True)

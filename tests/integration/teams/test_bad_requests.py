"""Whatever arrives at the door, it gets a 4xx at once, and the log gets no traceback."""

import asyncio
import base64
import gzip
import json

import pytest
from yarl import URL

from bot.platforms.teams.transport.http import PATH


async def ask(url: str, head: bytes, body: bytes = b"") -> int:
    """Send bytes as they are; return the status of the answer, 0 where the connection is closed without one."""
    parts = URL(url)
    reader, writer = await asyncio.open_connection(parts.host, parts.port)
    writer.write(b"POST " + PATH.encode() + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n")
    writer.write(b"Content-Length: " + str(len(body)).encode() + b"\r\n" + head + b"\r\n" + body)
    await writer.drain()
    try:
        async with asyncio.timeout(20):
            line = await reader.readline()
    finally:
        writer.close()
    return int(line.split()[1]) if line else 0


def part(content: object) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


MANY_DIGITS = b'{"kid": ' + b"9" * 5000 + b"}"
CLAIMS = part({"aud": "x"})
TOKENS = {
    "bytes over 127": b"Bearer \xff\xfe.\xe9.x",
    "an emoji": "Bearer 😀.😀.😀".encode(),
    "a header that is no JSON": f"Bearer {part(b'{')}.{CLAIMS}.x".encode(),
    "a header that is a list": f"Bearer {part([])}.{CLAIMS}.x".encode(),
    "a header that is a number": f"Bearer {part(7)}.{CLAIMS}.x".encode(),
    "a number of 5,000 digits": f"Bearer {part(MANY_DIGITS)}.{CLAIMS}.x".encode(),
    "deep JSON": f"Bearer {part(b'[' * 2500)}.{CLAIMS}.x".encode(),
    "a key that is an object": f"Bearer {part({'kid': {}, 'alg': 'RS256'})}.{CLAIMS}.x".encode(),
    "no algorithm": f"Bearer {part({'kid': 'key-1'})}.{CLAIMS}.x".encode(),
    "an algorithm that is a list": f"Bearer {part({'kid': 'key-1', 'alg': ['RS256']})}.{CLAIMS}.x".encode(),
    "critical extensions": f"Bearer {part({'kid': 'key-1', 'alg': 'RS256', 'crit': ['x']})}.{CLAIMS}.x".encode(),
    "claims that are no JSON": f"Bearer {part({'kid': 'key-1', 'alg': 'RS256'})}.{part(b'x')}.x".encode(),
    "no base64": b"Bearer !!!.???.***",
    "a tab": b"Bearer\ta.b.c",
    "twice": b"Bearer a.b.c\r\nAuthorization: Bearer a.b.c",
}


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
async def test_a_token_of_any_shape_is_refused_and_leaves_no_traceback(bot, token, caplog):
    assert 400 <= await ask(bot.url, b"Authorization: " + token + b"\r\n", b"{}") < 500
    assert "Traceback" not in caplog.text
    assert not [record for record in caplog.records if record.exc_info]


DEEP_INSIDE = b'{"a":' * 200 + b"1" + b"}" * 200
DEEP = b'{"a":' * 990 + b"1" + b"}" * 990
BODIES = {
    "not gzip": (b"Content-Encoding: gzip\r\n", b"{}"),
    "not deflate": (b"Content-Encoding: deflate\r\n", b"{}"),
    "a bomb": (b"Content-Encoding: gzip\r\n", gzip.compress(b" " * 50_000_000)),
    "not UTF-8": (b"", b'{"type": "\xff\xfe"}'),
    "UTF-16": (b"", '{"type": "message"}'.encode("utf-16")),
    "a number of 5,000 digits": (b"", b'{"type": ' + b"9" * 5000 + b"}"),
    "deep JSON": (b"", b"[" * 100_000),
    "JSON that is almost too deep": (b"", DEEP),
    "a broken form": (b"Content-Type: multipart/form-data; boundary=x\r\n", b"--x\r\nbroken"),
    "NaN": (b"", b"NaN"),
    "nothing": (b"", b""),
    "a NUL": (b"", b"\x00"),
}


@pytest.mark.parametrize(("head", "body"), BODIES.values(), ids=BODIES)
async def test_a_body_of_any_shape_is_refused_and_leaves_no_traceback(bot, jane, microsoft, key, head, body, caplog):
    token = f"Authorization: Bearer {key.token(microsoft.service_url)}\r\n".encode()

    assert 400 <= await ask(bot.url, token + head, body) < 500
    # The HTTP server's own log is the room of bot/web.
    ours = [record for record in caplog.records if record.name.startswith("bot.")]
    assert not [record for record in ours if record.exc_info or "Traceback" in record.getMessage()]


@pytest.mark.parametrize("place", ["value", "entities", "attachments", "channelData", "from", "conversation"])
async def test_odd_things_deep_inside_a_right_activity_leave_no_traceback(jane, microsoft, place, caplog):
    for wild in (json.loads(DEEP_INSIDE), [[]] * 300, {"id": {"id": 1}}, "x" * 100_000, {"name": "\ud83d"}):
        status, _ = await jane.send(json.dumps(jane.activity(text="nobody listens", **{place: wild})).encode())
        assert status in (200, 400)

    assert not [record for record in caplog.records if record.exc_info]
    assert "Traceback" not in caplog.text

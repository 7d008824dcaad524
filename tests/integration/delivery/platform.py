"""A chat platform for the tests: real HTTP on loopback, in a process of its own, with the faults that real ones have.

Run as ``python -m tests.integration.delivery.platform PORT FAULTS``. FAULTS is JSON: for each fault, one in how many
posts meets it at its first attempts. Which ones is settled by the post's key, so that a run can be repeated.

=============  ==============================================================================
busy           429 with Retry-After 1, twice
error          500, nothing posted
taken-error    500 although it was posted
hang           no answer for 3 s, nothing posted
taken-drop     posted, and the connection dropped before an answer
refuse         403 for ever
=============  ==============================================================================
"""

import asyncio
import json
import math
import sys
import time
import zlib
from collections import Counter

from aiohttp import web

ORDER = ("busy", "error", "taken-error", "hang", "taken-drop", "refuse")


class Platform:
    """What was posted, and how each attempt is answered."""

    def __init__(self, faults: dict[str, float]) -> None:
        self.takes = faults.pop("takes", 0.05)  # seconds for an answer
        self.lag = faults.pop("lag", 0.0)  # seconds until a post can be found
        self.blind = bool(faults.pop("blind", 0))  # cannot be asked, as Teams
        self.down = int(faults.pop("down", 0))  # so many requests are answered 500
        self.most = faults.pop("most", math.inf)  # so many posts are taken, the next held until it is told to take more
        self.told = asyncio.Event()
        self.faults = faults
        self.posts: dict[str, list[float]] = {}
        self.attempts: Counter[str] = Counter()
        self.in_flight: Counter[str] = Counter()  # by workspace
        self.peaks: Counter[str] = Counter()  # the most in flight at once, by workspace and in all

    def fault(self, key: str) -> str | None:
        at, number = 0.0, (zlib.crc32(key.encode()) % 10_000) / 10_000
        for name in ORDER:
            at += 1 / self.faults[name] if self.faults.get(name) else 0
            if number < at:
                return name
        return None

    def is_down(self) -> bool:
        self.down -= 1
        return self.down >= 0

    async def take_more(self, request: web.Request) -> web.Response:
        self.most = float(request.query["posts"])
        told, self.told = self.told, asyncio.Event()
        told.set()
        return web.Response()

    async def post(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        team = body["place"].split(":")[1] if "place" in body else ""
        self.in_flight[team] += 1
        self.peaks[team] = max(self.peaks[team], self.in_flight[team])
        self.peaks["all"] = max(self.peaks["all"], self.in_flight.total())
        try:
            return await self.answer(request, body["key"])
        finally:
            self.in_flight[team] -= 1

    async def answer(self, request: web.Request, key: str) -> web.StreamResponse:
        self.attempts[key] += 1
        attempt = self.attempts[key]
        await asyncio.sleep(self.takes)
        if self.is_down():
            return web.Response(status=500)
        while len(self.posts) >= self.most and key not in self.posts:
            await self.told.wait()
        if request.transport is None or request.transport.is_closing():
            return web.Response(status=500)  # whoever asked has given up or is dead: it never arrived
        match self.fault(key):
            case "busy" if attempt <= 2:
                return web.Response(status=429, headers={"Retry-After": "1"})
            case "error" if attempt == 1:
                return web.Response(status=500)
            case "taken-error" if attempt == 1:
                self.take(key)
                return web.Response(status=500)
            case "hang" if attempt == 1:
                await asyncio.sleep(3)
                return web.Response(status=500)
            case "taken-drop" if attempt == 1:
                self.take(key)
                assert request.transport is not None
                request.transport.abort()
                return web.Response(status=500)
            case "refuse":
                return web.json_response({"error": "is_archived"}, status=403)
        self.take(key)
        return web.json_response({"message": key})

    def take(self, key: str) -> None:
        self.posts.setdefault(key, []).append(time.time())

    async def find(self, request: web.Request) -> web.Response:
        if self.blind:
            return web.Response(status=501)
        if self.is_down():
            return web.Response(status=500)
        seen = any(at + self.lag <= time.time() for at in self.posts.get(request.query["key"], []))
        return web.json_response({"found": seen})

    async def listed(self, _request: web.Request) -> web.Response:
        return web.json_response({"posts": self.posts, "attempts": sum(self.attempts.values()), "peaks": self.peaks})


def application(platform: Platform) -> web.Application:
    app = web.Application()
    app.add_routes(
        [
            web.post("/post", platform.post),
            web.get("/find", platform.find),
            web.get("/", platform.listed),
            web.post("/most", platform.take_more),
        ]
    )
    return app


def main(port: int, faults: dict[str, float]) -> None:
    """Serve a platform until the process ends."""
    web.run_app(application(Platform(faults)), host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))

"""The edge of the server: limits of time and number, and a 4xx for whatever is no request."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage
from aiohttp.typedefs import Middleware

from bot.log_limit import LimitedLog

_logger = logging.getLogger(__name__)
_LOOK_EVERY = 1.0  # seconds between two looks at the open connections
_REASONS = {"surplus": "too many were open", "headers": "it sent no request in time"}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class EdgeLimits:
    """Limits of the edge.

    Parameters
    ----------
    body
        Seconds for a request's body.
    headers
        Seconds for the headers of a connection's first request.
    idle
        Seconds for which a connection is kept open between two requests.
    connections
        How many may be open; the one that has been idle for longest is closed for one more.
    """

    body: float = 10.0
    headers: float = 15.0
    idle: float = 75.0
    connections: int = 1_000


@dataclass(slots=True)
class _Connection:
    since: float  # of the opening, or of the end of the latest request
    requests: int = 0
    busy: int = 0


class Edge:
    """Reads bodies within the limits, answers what is malformed with a 4xx, and closes connections that do nothing."""

    def __init__(self, limits: EdgeLimits | None = None) -> None:
        self._limits = limits or EdgeLimits()
        self._log = LimitedLog(_logger)
        self._connections: dict[asyncio.Transport, _Connection] = {}

    def build_middleware(self) -> Middleware:
        """Return the middleware, the outermost one of the application."""

        @web.middleware
        async def handle(request: web.Request, handler: Handler) -> web.StreamResponse:
            with self._counted(request):
                try:
                    await self._read_body(request)
                    return await handler(request)
                except (RecursionError, UnicodeError) as error:  # nested too deeply, or bytes that are no text
                    raise self._refuse(web.HTTPBadRequest(text="malformed"), "malformed") from error

        return handle

    @asynccontextmanager
    async def watch(self, runner: web.AppRunner) -> AsyncIterator[None]:
        """Close idle and surplus connections of a server for as long as the context lasts."""
        watching = asyncio.create_task(self._watch(runner))
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    async def _read_body(self, request: web.Request) -> None:
        """Read the body into memory: handlers find it there."""
        if not request.can_read_body:
            return
        if request.content_type.startswith("multipart/"):
            raise self._refuse(web.HTTPUnsupportedMediaType(text="no form of several parts is taken"), "multipart")
        try:
            async with asyncio.timeout(self._limits.body):
                await request.read()
        except TimeoutError as error:
            raise self._refuse(web.HTTPRequestTimeout(), "slow") from error
        except (web.RequestPayloadError, ConnectionError, ValueError) as error:  # not encoded as it says, or broken off
            raise self._refuse(web.HTTPBadRequest(text="the body cannot be read"), "body") from error

    def _refuse(self, answer: web.HTTPException, kind: str) -> web.HTTPException:
        self._log.warning(kind, f"A request was refused with {answer.status} ({kind}).")
        return answer

    @contextmanager
    def _counted(self, request: web.Request) -> Iterator[None]:
        """Hold that a request of the connection is under way."""
        transport = request.transport
        if transport is None:
            yield
            return
        connection = self._connections.setdefault(transport, _Connection(time.monotonic()))
        connection.requests += 1
        connection.busy += 1
        try:
            yield
        finally:
            connection.busy -= 1
            connection.since = time.monotonic()

    async def _watch(self, runner: web.AppRunner) -> None:
        while runner.server is not None:
            self._close_connections(runner.server)
            await asyncio.sleep(_LOOK_EVERY)

    def _close_connections(self, server: web.Server) -> None:
        now = time.monotonic()
        open_now = [one.transport for one in server.connections if one.transport is not None]
        known = {transport: self._connections.get(transport) or _Connection(now) for transport in open_now}
        self._connections = known
        idle = sorted((one.since, number) for number, one in enumerate(known.values()) if not one.busy)
        surplus = max(0, len(known) - self._limits.connections)
        listed = list(known.items())
        for place, (since, number) in enumerate(idle):
            transport, connection = listed[number]
            patience = self._limits.idle if connection.requests else self._limits.headers
            if place < surplus:
                self._close(transport, "surplus")
            elif now - since > patience:
                self._close(transport, "idle" if connection.requests else "headers")

    def _close(self, transport: asyncio.Transport, kind: str) -> None:
        if kind != "idle":  # which is how every connection ends
            self._log.warning(kind, f"A connection was closed ({_REASONS[kind]}).")
        transport.close()


class QuietServerLog(logging.Filter):
    """Limits what aiohttp logs about requests that are no HTTP: a line a minute, without a traceback."""

    def __init__(self) -> None:
        super().__init__()
        self._log = LimitedLog(_logger)

    def filter(self, record: logging.LogRecord) -> bool:
        """Drop records about malformed HTTP."""
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, BadHttpMessage | web.RequestPayloadError | UnicodeError):
            return True
        self._log.warning("http", f"A request was no HTTP ({type(error).__name__}).")
        return False

"""Socket Mode transport: events over a connection that the bot opens, so that no public address is needed."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot import diagnostics
from bot.log_limit import LimitedLog
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.payloads import MALFORMED
from bot.platforms.slack.transport.intake import RequestIntake

_PING_INTERVAL = 10.0  # seconds
_SDK_FAILURES = ("Failed to connect", "Failed to retrieve WSS URL")
_logger = logging.getLogger(__name__)


class _QuietFilter(logging.Filter):
    """Says in our words, once a minute, what the SDK logs at each attempt to connect."""

    def __init__(self) -> None:
        super().__init__()
        self._log = LimitedLog(_logger)

    def filter(self, record: logging.LogRecord) -> bool:
        """Drop the SDK's records about a connection that could not be opened."""
        if not record.getMessage().startswith(_SDK_FAILURES):
            return True
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, SlackApiError) and errors.is_refusal(error):
            self._log.error("refused", str(diagnostics.slack_app_token_refused(errors.read_error_code(error))))
        elif isinstance(error, Exception):
            self._log.warning("unreachable", str(errors.explain_error(error)))
        return False


class _ProxiedClient(SocketModeClient):
    """The SDK's client, through the proxy that the environment names for the host, and past it where it says so."""

    async def issue_new_wss_url(self) -> str:
        """Return the address of a new connection, to which the proxy is then chosen."""
        url = await super().issue_new_wss_url()
        self.proxy = find_proxy(url)  # the SDK reads it when it connects, and would overlook NO_PROXY by itself
        return url


def find_proxy(url: str) -> str | None:
    """Return the proxy that the environment names for a WebSocket's address; None for none."""
    parts = urlsplit(url)
    if parts.hostname is None or proxy_bypass(parts.hostname):
        return None
    proxies = getproxies()
    return proxies.get("https" if parts.scheme == "wss" else "http") or proxies.get("all")


class _IntakeHandler(AsyncSocketModeHandler):
    """Bolt's handler, which acknowledges each envelope at once."""

    def __init__(self, app: AsyncApp, app_token: str, intake: RequestIntake, logger: logging.Logger) -> None:
        own = logger.getChild("socket")
        own.setLevel(logger.level)
        own.filters = [_QuietFilter(), *logger.filters]  # ours reads the traceback that the others remove
        self.app, self.app_token, self._intake = app, app_token, intake
        self.client = _ProxiedClient(app_token, own, app.client, ping_interval=_PING_INTERVAL)
        self.client.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type]

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Acknowledge an envelope, whose payload is carried out in the background."""
        try:
            request = AsyncBoltRequest(mode="socket_mode", body=req.payload, headers=build_headers(req))
            response = await self._intake.receive_request(request)
        except MALFORMED as error:
            _logger.warning("Slack: a request had a shape that is not known (%s).", type(error).__name__)
            return
        await send_async_response(client, req, response, time.time())


class SocketModeConnection:
    """A Socket Mode connection, reopened whenever it breaks."""

    def __init__(self, app: AsyncApp, app_token: str, intake: RequestIntake, logger: logging.Logger) -> None:
        self._app = app
        self._intake = intake
        self._token = app_token
        self._logger = logger
        self._handler: _IntakeHandler | None = None

    @asynccontextmanager
    async def keep_connected(self) -> AsyncIterator[None]:
        """Keep the connection open for as long as the context lasts, without waiting for Slack at the start."""
        handler = _IntakeHandler(self._app, self._token, self._intake, self._logger)
        self._handler = handler
        connecting = asyncio.create_task(handler.client.connect())  # type: ignore[no-untyped-call]
        try:
            yield
        finally:
            connecting.cancel()
            with suppress(asyncio.CancelledError):
                await connecting
            await handler.client.close()  # type: ignore[no-untyped-call]
            self._handler = None

    def not_ready(self) -> str | None:
        """Return why no events arrive; None while connected."""
        session = self._handler.client.current_session if self._handler else None
        return None if session is not None and not session.closed else "no connection to Slack"

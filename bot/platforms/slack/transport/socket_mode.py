"""Socket Mode transport: events over a connection that the bot opens, so that no public address is needed."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

_PING_INTERVAL = 10.0  # seconds


class SocketModeConnection:
    """A Socket Mode connection, reopened whenever it breaks."""

    def __init__(self, app: AsyncApp, app_token: str, logger: logging.Logger) -> None:
        self._app = app
        self._token = app_token
        self._logger = logger
        self._handler: AsyncSocketModeHandler | None = None

    @asynccontextmanager
    async def keep_connected(self) -> AsyncIterator[None]:
        """Keep the connection open for as long as the context lasts, without waiting for Slack at the start."""
        handler = AsyncSocketModeHandler(self._app, self._token, logger=self._logger, ping_interval=_PING_INTERVAL)
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

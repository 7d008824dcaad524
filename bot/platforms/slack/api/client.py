"""How the bot reaches Slack: one connection pool, and what is tried again."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

UNREACHABLE = (aiohttp.ClientError, TimeoutError, OSError)  # what a call raises when Slack does not answer
_RATE_LIMITED = AsyncRateLimitErrorRetryHandler(max_retry_count=5)  # each waits for as long as Slack asks
_ASK_AGAIN: tuple[AsyncRetryHandler, ...] = (
    _RATE_LIMITED,
    AsyncServerErrorRetryHandler(max_retry_count=2),
    AsyncConnectionErrorRetryHandler(max_retry_count=2),
)


class Web:
    """Slack's Web API over one pool of connections.

    Parameters
    ----------
    api_url
        Where the API is; another address in tests.
    timeout
        Seconds after which an answer is no longer waited for.
    """

    def __init__(self, api_url: str, logger: logging.Logger, timeout: float = 10.0) -> None:
        self._api_url = api_url
        self._logger = logger
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def opened(self, *clients: AsyncWebClient) -> AsyncIterator[None]:
        """Keep the pool open; clients that were made before share it from then on."""
        async with aiohttp.ClientSession(timeout=self._timeout) as session:
            self._session = session
            for client in clients:
                client.session = session
            yield
        self._session = None

    def client(self, token: str | None = None) -> AsyncWebClient:
        """Make a client for calls that may be made twice without harm: reading, replacing, opening."""
        return self._client(token, list(_ASK_AGAIN))

    def client_for_posting(self, token: str) -> AsyncWebClient:
        """Make a client that repeats only what Slack surely did not do: a call that it refused as too many."""
        return self._client(token, [_RATE_LIMITED])

    def client_for_trying(self, token: str | None = None) -> AsyncWebClient:
        """Make a client that repeats nothing: whoever uses it knows better when."""
        return self._client(token, [])

    def webhook(self, url: str) -> AsyncWebhookClient:
        """Make a client for a response URL."""
        return AsyncWebhookClient(url, session=self._session, logger=self._logger, retry_handlers=[_RATE_LIMITED])

    def _client(self, token: str | None, handlers: list[AsyncRetryHandler]) -> AsyncWebClient:
        return AsyncWebClient(
            token=token,
            base_url=self._api_url,
            session=self._session,
            logger=self._logger,
            retry_handlers=handlers,
        )

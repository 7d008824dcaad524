"""Clients of Slack's Web API over one connection pool, with their retry handlers."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.platforms.slack.api.shown_calls import ShownCallRecord

UNREACHABLE = (aiohttp.ClientError, TimeoutError, OSError)  # raised by a call when Slack does not answer
_DEFAULT_RETRY_AFTER = 30.0  # seconds, where Slack names no time
_MOST_LIMITED = 5  # retries of a rate-limited call, each after as long as Slack asks
_FAILURE_HANDLERS: tuple[AsyncRetryHandler, ...] = (
    AsyncServerErrorRetryHandler(max_retry_count=2),
    AsyncConnectionErrorRetryHandler(max_retry_count=2),
)


def read_retry_after(error: SlackApiError) -> float:
    """Return for how many seconds Slack asks to wait."""
    headers = getattr(error.response, "headers", None) or {}
    asked = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        return max(0.0, float(asked))
    except ValueError:
        return _DEFAULT_RETRY_AFTER


NoteOutcome = Callable[[str, SlackApiError | None], None]


class _StrictWebClient(AsyncWebClient):
    """Client that raises Slack's error for a body that is no answer of the Web API; the SDK trips over some."""

    note_outcome: NoteOutcome | None = None

    async def api_call(self, *args: Any, **options: Any) -> AsyncSlackResponse:
        """Call a method of the Web API."""
        try:
            answer = await super().api_call(*args, **options)
            self._note(None)
            return answer
        except SlackApiError as error:
            self._note(error)
            raise
        except (AttributeError, TypeError, KeyError, ValueError) as error:
            raise SlackApiError("no answer of the Web API", {"ok": False}) from error  # type: ignore[no-untyped-call]

    def _note(self, error: SlackApiError | None) -> None:
        if self.note_outcome and self.token:
            self.note_outcome(self.token, error)


class _RateLimitHandler(AsyncRateLimitErrorRetryHandler):
    """Retries a rate-limited call, and records that nothing was shown while it waits."""

    def __init__(self, shown: ShownCallRecord) -> None:
        super().__init__(max_retry_count=_MOST_LIMITED)
        self._shown = shown

    async def prepare_for_next_attempt_async(self, **options: Any) -> None:
        """Wait for as long as Slack asks."""
        with self._shown.await_limit():
            await super().prepare_for_next_attempt_async(**options)


class WebClientFactory:
    """Builds clients of Slack's Web API that share one connection pool.

    Parameters
    ----------
    api_url
        Address of the Web API; a stand-in's address in tests.
    timeout
        Seconds after which a call is given up.

    Attributes
    ----------
    shown
        Records the calls that show somebody something.
    """

    def __init__(self, api_url: str, logger: logging.Logger, timeout: float = 10.0) -> None:
        self._api_url = api_url
        self._logger = logger
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None
        self._note_outcome: NoteOutcome | None = None
        self.shown = ShownCallRecord()
        self._rate_limit_handler = _RateLimitHandler(self.shown)

    def watch_calls(self, note_outcome: NoteOutcome) -> None:
        """Call a function with the token and the error, if any, of each call from now on."""
        self._note_outcome = note_outcome

    @asynccontextmanager
    async def open_session(self, *clients: AsyncWebClient) -> AsyncIterator[None]:
        """Open the connection pool for as long as the context lasts, and share it with clients built earlier."""
        async with aiohttp.ClientSession(timeout=self._timeout, trust_env=True) as session:
            self._session = session
            for client in clients:
                client.session = session
            yield
        self._session = None

    def build_client(self, token: str | None = None) -> AsyncWebClient:
        """Build a client for idempotent calls (reads, updates, opening a view), which retries every failure."""
        return self._build_client(token, [self._rate_limit_handler, *_FAILURE_HANDLERS])

    def build_posting_client(self, token: str) -> AsyncWebClient:
        """Build a client for posts, which retries only rate-limited calls: Slack surely did not do those."""
        return self._build_client(token, [self._rate_limit_handler])

    def build_single_attempt_client(self, token: str | None = None) -> AsyncWebClient:
        """Build a client without retries, for callers that schedule retries themselves."""
        return self._build_client(token, [])

    def build_webhook_client(self, url: str) -> AsyncWebhookClient:
        """Build a client for one response URL."""
        client = AsyncWebhookClient(
            url, session=self._session, logger=self._logger, retry_handlers=[self._rate_limit_handler]
        )
        client.proxy = None  # see `_build_client`
        return client

    def _build_client(self, token: str | None, handlers: list[AsyncRetryHandler]) -> AsyncWebClient:
        client = _StrictWebClient(
            token=token,
            base_url=self._api_url,
            session=self._session,
            logger=self._logger,
            retry_handlers=handlers,
        )
        client.proxy = None  # the session reads the environment; the SDK would overlook NO_PROXY
        client.note_outcome = self._note_outcome
        return client

"""HTTP transport: requests from Slack, verified before they are parsed, then passed to Bolt."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.platforms.slack.api.client import UNREACHABLE
from bot.platforms.slack.api.payloads import MALFORMED
from bot.platforms.slack.install.oauth import INSTALL_PATH, REDIRECT_PATH
from bot.platforms.slack.transport import signature
from bot.platforms.slack.transport.intake import RequestIntake

EVENTS_PATH = "/slack/events"
MAX_BODY = 1024 * 1024  # bytes
_READ_TIMEOUT = 10.0  # seconds; Slack sends a body without pause
_logger = logging.getLogger(__name__)
_Handler = Callable[[web.Request], Awaitable[web.Response]]


def build_routes(intake: RequestIntake, signing_secret: str, flow: AsyncOAuthFlow | None) -> list[web.AbstractRouteDef]:
    """Return the routes: events, and the installation pages where many workspaces may install."""
    mounted: list[web.AbstractRouteDef] = [web.post(EVENTS_PATH, build_events_handler(intake, signing_secret))]
    if flow:
        mounted += [
            web.get(INSTALL_PATH, build_page_handler(flow.handle_installation)),
            web.get(REDIRECT_PATH, build_page_handler(flow.handle_callback)),
        ]
    return mounted


def build_events_handler(intake: RequestIntake, signing_secret: str) -> _Handler:
    """Return the handler of every request that Slack sends."""

    async def handle(request: web.Request) -> web.Response:
        body = await _read_verified_body(request, signing_secret)
        try:
            bolt_request = AsyncBoltRequest(body=body.decode("utf-8"), headers=dict(request.headers))
            return await to_aiohttp_response(await intake.receive_request(bolt_request))
        except MALFORMED as error:  # Bolt reads payloads without checking their types
            raise web.HTTPBadRequest(text="malformed") from error

    return handle


def build_page_handler(answer: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]) -> _Handler:
    """Return the handler of an installation page."""

    async def handle(request: web.Request) -> web.Response:
        try:
            return await to_aiohttp_response(await answer(await to_bolt_request(request)))
        except UNREACHABLE as error:
            _logger.error("Slack could not be reached while a workspace installed the bot: %s", error)
            raise web.HTTPBadGateway(
                text="Slack cannot be reached just now. Please begin again in a minute."
            ) from error

    return handle


async def _read_verified_body(request: web.Request, signing_secret: str) -> bytes:
    """Return the body of a request that Slack signed; refuse any other as cheaply as possible."""
    timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
    claimed = request.headers.get("X-Slack-Signature", "")
    if not claimed.startswith("v0=") or not signature.is_fresh(timestamp, time.time()):
        raise web.HTTPUnauthorized(text="not signed by Slack")
    if (request.content_length or 0) > MAX_BODY:
        raise web.HTTPRequestEntityTooLarge(MAX_BODY, request.content_length or 0)
    try:
        body = await asyncio.wait_for(request.read(), _READ_TIMEOUT)
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    except ConnectionError as error:  # closed before the whole body arrived
        raise web.HTTPBadRequest from error
    if not signature.is_genuine(signing_secret, timestamp, body, claimed):
        raise web.HTTPUnauthorized(text="not signed by Slack")
    return body

"""Slack's requests by HTTP: verified before anything in them is parsed, then handed to Bolt."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.platforms.slack.api.client import UNREACHABLE
from bot.platforms.slack.api.payloads import MALFORMED
from bot.platforms.slack.install.oauth import INSTALL_PATH, REDIRECT_PATH
from bot.platforms.slack.transport import signature

EVENTS_PATH = "/slack/events"
MAX_BODY = 1024 * 1024
_READ_WITHIN = 10.0  # seconds; Slack sends a body at once
_OBJECTS = ("event", "view", "message", "container")
_logger = logging.getLogger(__name__)
_Handler = Callable[[web.Request], Awaitable[web.Response]]


def routes(app: AsyncApp, signing_secret: str, flow: AsyncOAuthFlow | None) -> list[web.AbstractRouteDef]:
    """Make the routes: events for everyone, installation where many workspaces may install."""
    mounted: list[web.AbstractRouteDef] = [web.post(EVENTS_PATH, events(app, signing_secret))]
    if flow:
        mounted += [
            web.get(INSTALL_PATH, page(flow.handle_installation)),
            web.get(REDIRECT_PATH, page(flow.handle_callback)),
        ]
    return mounted


def events(app: AsyncApp, signing_secret: str) -> _Handler:
    """Make the handler of everything that Slack sends."""

    async def handle(request: web.Request) -> web.Response:
        body = await _verified(request, signing_secret)
        try:
            bolt_request = AsyncBoltRequest(body=body.decode("utf-8"), headers=dict(request.headers))
            if not _is_well_formed(bolt_request.body):
                raise web.HTTPBadRequest(text="malformed")
            return await to_aiohttp_response(await app.async_dispatch(bolt_request))
        except MALFORMED as error:  # Bolt itself looks into a payload without asking what it is
            raise web.HTTPBadRequest(text="malformed") from error

    return handle


def page(answer: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]) -> _Handler:
    """Make the handler of a page of the installation."""

    async def handle(request: web.Request) -> web.Response:
        try:
            return await to_aiohttp_response(await answer(await to_bolt_request(request)))
        except UNREACHABLE as error:
            _logger.error("Slack could not be reached while a workspace installed the bot: %s", error)
            raise web.HTTPBadGateway(
                text="Slack cannot be reached just now. Please begin again in a minute."
            ) from error

    return handle


async def _verified(request: web.Request, signing_secret: str) -> bytes:
    """Read the body of a request that Slack signed; anything else is refused as cheaply as can be."""
    timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
    claimed = request.headers.get("X-Slack-Signature", "")
    if not claimed.startswith("v0=") or not signature.fresh(timestamp, time.time()):
        raise web.HTTPUnauthorized(text="not signed by Slack")
    if (request.content_length or 0) > MAX_BODY:
        raise web.HTTPRequestEntityTooLarge(MAX_BODY, request.content_length or 0)
    try:
        body = await asyncio.wait_for(request.read(), _READ_WITHIN)
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    except ConnectionError as error:  # gone before it had said all
        raise web.HTTPBadRequest from error
    if not signature.genuine(signing_secret, timestamp, body, claimed):
        raise web.HTTPUnauthorized(text="not signed by Slack")
    return body


def _is_well_formed(body: object) -> bool:
    """Tell whether what should be an object is one, as deep as Bolt looks without asking."""
    if not isinstance(body, Mapping) or not body:
        return False
    actions = body.get("actions") or []
    if not isinstance(actions, list):
        return False
    return all(isinstance(value, Mapping) for value in (*(body.get(name) or {} for name in _OBJECTS), *actions))

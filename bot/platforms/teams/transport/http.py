"""The endpoint /api/messages: validates the requests of the Bot Connector, and acknowledges or answers them."""

import json
import logging
from typing import Any

from aiohttp import web

from bot import diagnostics
from bot.log_limit import LimitedLog
from bot.platforms.teams.api import payloads, service_urls
from bot.platforms.teams.api.payloads import ActivityError
from bot.platforms.teams.api.service_urls import ForeignAddressError
from bot.platforms.teams.transport.token_validation import (
    Claims,
    KeysUnavailableError,
    TokenValidator,
    UnauthorisedError,
    validate_activity,
)
from bot.platforms.teams.transport.turns import TurnRunner

PATH = "/api/messages"
_logger = logging.getLogger(__name__)


class MessagesEndpoint:
    """Answers the requests of the Bot Connector.

    Parameters
    ----------
    validator
        Validates the token of a request; None to admit unsigned requests from this machine only.
    """

    def __init__(self, validator: TokenValidator | None, turns: TurnRunner) -> None:
        self._validator = validator
        self._turns = turns
        self._log = LimitedLog(_logger)  # anybody may ask, as often as they like

    async def receive(self, request: web.Request) -> web.Response:
        """Answer a request: with 401, 503, 400, 403 or 413 before any work, else as soon as it can be."""
        try:
            claims = await self._authenticate(request)
            raw = _parse_body(await _read_body(request))
            if claims is not None:
                validate_activity(claims, raw)
            status, body = await self._turns.take(payloads.read_activity(raw), claims or {})
        except UnauthorisedError as error:
            self._log.warning("refused", f"Teams: a request was refused: {error}")
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        except KeysUnavailableError as error:
            self._log.error("keys", diagnostics.teams_keys_unavailable(str(error)))
            return web.Response(status=503, headers={"Retry-After": "5"})
        except ActivityError as error:
            return web.json_response({"error": f"This is no activity: {error}."}, status=400)
        except ForeignAddressError as error:
            self._log.error("foreign address", diagnostics.teams_foreign_address(str(error)))
            return web.Response(status=403)
        return web.Response(status=status) if body is None else web.json_response(body, status=status)

    async def _authenticate(self, request: web.Request) -> Claims | None:
        if self._validator:
            return await self._validator.validate(request.headers.get("Authorization"))
        if request.remote not in service_urls.LOOPBACK:
            raise UnauthorisedError("unsigned activities are taken from this machine only")
        return None


async def _read_body(request: web.Request) -> bytes:
    try:
        return await request.read()
    except (web.RequestPayloadError, ConnectionError) as error:  # not encoded as it says, or broken off
        raise ActivityError("its body cannot be read") from error


def _parse_body(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ActivityError("it is no JSON") from error
    if not isinstance(found, dict):
        raise ActivityError("it is no object")
    if b"\\ud" in body or b"\\uD" in body:
        # An escaped half of a surrogate pair is valid JSON, but can be neither stored nor sent.
        found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    return dict(found)

"""The endpoint /api/messages: validates, deduplicates and answers the requests of the Bot Connector."""

import json
import logging
import traceback
from typing import Any

from aiohttp import web

from bot import diagnostics
from bot.diagnostics import OperatorError
from bot.platforms.teams.api import payloads, service_urls
from bot.platforms.teams.api.connector import Connector, Json, SendMessage, TurnResponse
from bot.platforms.teams.api.errors import DeliveryError, send_with_retries
from bot.platforms.teams.api.payloads import ActivityError, Incoming
from bot.platforms.teams.api.service_urls import ForeignAddressError
from bot.platforms.teams.cards import messages, responses
from bot.platforms.teams.handlers.activities import ActivityHandler
from bot.platforms.teams.transport.deduplication import EventDeduplication
from bot.platforms.teams.transport.token_validation import (
    Claims,
    KeysUnavailableError,
    TokenValidator,
    UnauthorisedError,
    validate_activity,
)

PATH = "/api/messages"
_logger = logging.getLogger(__name__)


class MessagesEndpoint:
    """Answers the requests of the Bot Connector.

    Parameters
    ----------
    validator
        Validates the token of a request; None to admit unsigned requests from this machine only.
    """

    def __init__(
        self,
        validator: TokenValidator | None,
        connector: Connector,
        handler: ActivityHandler,
        deduplication: EventDeduplication,
    ) -> None:
        self._validator = validator
        self._connector = connector
        self._handler = handler
        self._deduplication = deduplication

    async def receive(self, request: web.Request) -> web.Response:
        """Answer a request: with 401, 503, 400, 403 or 413 before any work, else with the result of the turn."""
        try:
            claims = await self._authenticate(request)
            raw = _parse_body(await request.read())
            if claims is not None:
                validate_activity(claims, raw)
            incoming = payloads.read_activity(raw)
            status, body = await self._answer(incoming, claims or {})
        except UnauthorisedError as error:
            _logger.warning("Teams: a request was refused: %s", error)
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        except KeysUnavailableError as error:
            _logger.error(diagnostics.teams_keys_unavailable(str(error)))
            return web.Response(status=503, headers={"Retry-After": "5"})
        except ActivityError as error:
            return web.json_response({"error": f"This is no activity: {error}."}, status=400)
        except ForeignAddressError as error:
            _logger.error(diagnostics.teams_foreign_address(str(error)))
            return web.Response(status=403)
        return web.Response(status=status) if body is None else web.json_response(body, status=status)

    async def _authenticate(self, request: web.Request) -> Claims | None:
        if self._validator:
            return await self._validator.validate(request.headers.get("Authorization"))
        if request.remote not in service_urls.LOOPBACK:
            raise UnauthorisedError("unsigned activities are taken from this machine only")
        return None

    async def _answer(self, incoming: Incoming, claims: Claims) -> TurnResponse:
        async def work() -> TurnResponse:
            return await self._run_turn(incoming, claims)

        try:
            if not incoming.id or incoming.name.startswith("composeExtension/"):
                return await work()  # a repetition has no effect that could happen twice
            repeated = messages.show_text(responses.ALREADY) if incoming.name == "adaptiveCard/action" else None
            return await self._deduplication.answer(payloads.build_event_key(incoming), work, (200, repeated))
        except DeliveryError as error:
            _logger.error(diagnostics.teams_not_delivered(str(error)))
            return (200 if error.verdict in ("blocked", "gone") else 502), None
        except OperatorError as error:
            _logger.error("Teams: %s", error)
            return 503, None
        except (UnauthorisedError, ActivityError, ForeignAddressError):
            raise
        except Exception as error:  # noqa: BLE001 – the last resort: no text of a message may reach the log
            _log_without_text(error)
            return 500, None

    async def _run_turn(self, incoming: Incoming, claims: Claims) -> TurnResponse:
        answers: list[TurnResponse] = []

        async def handle(send: SendMessage) -> Json | None:
            async def send_reply(message: Json) -> str:
                return await send_with_retries(lambda: send(message))

            answers.append(await self._take_turn(incoming, send_reply))
            return answers[0][1]

        body = await self._connector.run_turn(dict(incoming.raw), claims, handle)
        return answers[0][0], body

    async def _take_turn(self, incoming: Incoming, send_reply: SendMessage) -> TurnResponse:
        """Handle the turn; when a message fails on our side, tell the writer so."""
        try:
            return await self._handler.handle(incoming, send_reply)
        except (DeliveryError, OperatorError):
            raise
        except Exception as error:
            if incoming.type != "message":
                raise
            _log_without_text(error)
            await send_reply(messages.render_message(responses.broken(), incoming.scope))
            return 200, None


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


def _log_without_text(error: Exception) -> None:
    where = "".join(traceback.format_tb(error.__traceback__))
    _logger.error("Teams: a turn failed with %s:\n%s", type(error).__name__, where)

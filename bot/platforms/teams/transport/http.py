"""/api/messages: a request in, checked, and answered once."""

import json
import logging
import traceback
from typing import Any

from aiohttp import web

from bot import diagnostics
from bot.diagnostics import OperatorError
from bot.platforms.teams.api import payloads, service_urls
from bot.platforms.teams.api.connector import Answer, Connector, Json, Send
from bot.platforms.teams.api.errors import DeliveryError, send_with_retries
from bot.platforms.teams.api.payloads import ActivityError, Incoming
from bot.platforms.teams.api.service_urls import ForeignAddressError
from bot.platforms.teams.cards import messages, responses
from bot.platforms.teams.handlers.activities import Turns
from bot.platforms.teams.transport.deduplication import Once
from bot.platforms.teams.transport.token_validation import (
    Claims,
    KeysUnavailableError,
    Signatures,
    UnauthorisedError,
    check_meant_for,
)

PATH = "/api/messages"
_logger = logging.getLogger(__name__)


class Door:
    """Answers the requests of the Bot Connector.

    Parameters
    ----------
    signatures
        Checks who calls; None when everybody is let in, which is for this machine only.
    """

    def __init__(self, signatures: Signatures | None, connector: Connector, turns: Turns, once: Once) -> None:
        self._signatures = signatures
        self._connector = connector
        self._turns = turns
        self._once = once

    async def receive(self, request: web.Request) -> web.Response:
        """Answer a request: 401, 503, 400, 403 or 413 before anything is done, else what the turn says."""
        try:
            claims = await self._check(request)
            raw = _parsed(await request.read())
            if claims is not None:
                check_meant_for(claims, raw)
            incoming = payloads.read(raw)
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

    async def _check(self, request: web.Request) -> Claims | None:
        if self._signatures:
            return await self._signatures.check(request.headers.get("Authorization"))
        if request.remote not in service_urls.LOOPBACK:
            raise UnauthorisedError("unsigned activities are taken from this machine only")
        return None

    async def _answer(self, incoming: Incoming, claims: Claims) -> Answer:
        async def work() -> Answer:
            return await self._turn(incoming, claims)

        try:
            if not incoming.id or incoming.name.startswith("composeExtension/"):
                return await work()  # nothing is done that could be done twice
            repeated = messages.told(responses.ALREADY) if incoming.name == "adaptiveCard/action" else None
            return await self._once.answer(payloads.fingerprint(incoming), work, (200, repeated))
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

    async def _turn(self, incoming: Incoming, claims: Claims) -> Answer:
        answers: list[Answer] = []

        async def handle(send: Send) -> Json | None:
            async def say(message: Json) -> str:
                return await send_with_retries(lambda: send(message))

            answers.append(await self._taken(incoming, say))
            return answers[0][1]

        body = await self._connector.turn(dict(incoming.raw), claims, handle)
        return answers[0][0], body

    async def _taken(self, incoming: Incoming, say: Send) -> Answer:
        """Take the turn; when it fails on our side, whoever wrote is told so."""
        try:
            return await self._turns.take(incoming, say)
        except (DeliveryError, OperatorError):
            raise
        except Exception as error:
            if incoming.type != "message":
                raise
            _log_without_text(error)
            await say(messages.message(responses.broken(), incoming.scope))
            return 200, None


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ActivityError("it is no JSON") from error
    if not isinstance(found, dict):
        raise ActivityError("it is no object")
    if b"\\ud" in body or b"\\uD" in body:
        # Half a character, escaped, is JSON; but it can be neither stored nor sent.
        found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    return dict(found)


def _log_without_text(error: Exception) -> None:
    where = "".join(traceback.format_tb(error.__traceback__))
    _logger.error("Teams: a turn failed with %s:\n%s", type(error).__name__, where)

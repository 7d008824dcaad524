"""The Bot Framework's SDK, and the only file that knows it.

The SDK runs the turn, addresses the answer and calls the connector's operations. Its own HTTP, its token handling
and its key handling are not used: they block the loop, ask for a token at every turn, and never see a new key
(`ARCHITECTURE.md` says how this file would be moved to another SDK).
"""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import aiohttp
from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import (
    Activity,
    ChannelAccount,
    ConversationAccount,
    ConversationParameters,
    ConversationReference,
    Entity,
    ResourceResponse,
)
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import (
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ClaimsIdentity,
    ConnectorFactory,
)
from botframework.connector.bot_framework_sdk_client_async import BotFrameworkConnectorConfiguration
from msrest.exceptions import DeserializationError, SerializationError, ValidationError  # type: ignore[attr-defined]
from msrest.pipeline import Response

from bot.platforms.teams.api.connector import Handle, Json, Reference
from bot.platforms.teams.api.errors import DeliveryError
from bot.platforms.teams.api.payloads import ActivityError
from bot.platforms.teams.transport.credentials import AUDIENCE, Credentials

_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)
_ADDRESSING = ("type", "id", "channelId", "serviceUrl", "from", "recipient", "conversation", "locale", "deliveryMode")
_CONNECTORS = 64  # service URLs differ by region and tenant; a client for each is kept up to here
_UNREADABLE = (DeserializationError, SerializationError, ValidationError, AttributeError, TypeError, ValueError)


class Edge(CloudAdapterBase):  # type: ignore[misc]
    """Runs turns and posts.

    Parameters
    ----------
    app_id
        Who we are; empty for a bot that only talks to loopback.
    check
        Raises `ForeignAddressError` for a service URL that must not be spoken to.
    """

    def __init__(
        self,
        app_id: str,
        credentials: Credentials,
        check: Callable[[str], None],
        session: Callable[[], aiohttp.ClientSession],
    ) -> None:
        self._app_id = app_id
        self._connectors = _Connectors(credentials, check, session)
        super().__init__(_Authentication(self._connectors))

    async def turn(self, raw: Json, claims: Mapping[str, Any], handle: Handle) -> Json | None:
        """Run one turn; see `Connector.turn`."""
        activity = _read(raw)
        answers: list[Json | None] = []

        async def run(context: TurnContext) -> None:
            async def send(outgoing: Json) -> str:
                return _id_of(await context.send_activity(_written(outgoing)))

            answers.append(await handle(send))
            if activity.type == "invoke":
                invoked = InvokeResponse(status=int(HTTPStatus.OK), body=answers[0])
                await context.send_activity(Activity(type="invokeResponse", value=invoked))

        found = await self.process_activity(_authenticated(dict(claims), self._connectors), activity, run)
        return dict(found.body) if found and found.body is not None else None

    async def post(self, reference: Reference, outgoing: Json) -> str:
        """Post without being asked; see `Connector.post`."""
        posted: list[str] = []

        async def run(context: TurnContext) -> None:
            context.activity.id = None  # the SDK makes one up, and would have the message reply to it
            posted.append(_id_of(await context.send_activity(_written(outgoing))))

        await self.continue_conversation(_sdk(reference), run, self._app_id)
        return posted[0]

    async def open_chat(self, reference: Reference, person: str) -> Reference:
        """Open a personal chat; see `Connector.open_chat`."""
        opened: list[str] = []

        async def run(context: TurnContext) -> None:
            opened.append(str(context.activity.conversation.id))

        parameters = ConversationParameters(
            is_group=False,
            bot=ChannelAccount(id=reference.bot),
            members=[ChannelAccount(id=person)],
            tenant_id=reference.tenant,
            channel_data={"tenant": {"id": reference.tenant}},
        )
        await self.create_conversation(self._app_id, run, parameters, "msteams", reference.service_url, AUDIENCE)
        return Reference(reference.service_url, opened[0], reference.bot, reference.tenant)


class _Connectors(ConnectorFactory):  # type: ignore[misc]
    """Makes one client a service URL, and only for those that may be spoken to."""

    def __init__(
        self, credentials: Credentials, check: Callable[[str], None], session: Callable[[], aiohttp.ClientSession]
    ) -> None:
        self._credentials = credentials
        self._check = check
        self._session = session
        self._made: dict[str, ConnectorClient] = {}

    async def create(self, service_url: str, audience: str | None = None) -> ConnectorClient:
        """Give the client for a service."""
        self._check(service_url)
        if service_url not in self._made:
            if len(self._made) >= _CONNECTORS:
                self._made.pop(next(iter(self._made)))
            configuration = BotFrameworkConnectorConfiguration(
                self._credentials, service_url, pipeline_type=lambda _: _Pipeline(self._credentials, self._session)
            )
            self._made[service_url] = ConnectorClient(
                self._credentials, service_url, custom_configuration=configuration
            )
        return self._made[service_url]


class _Pipeline:
    """Sends what the SDK's operations make, over our session and with our token."""

    def __init__(self, credentials: Credentials, session: Callable[[], aiohttp.ClientSession]) -> None:
        self._credentials = credentials
        self._session = session

    async def run(self, request: Any, **_options: Any) -> Any:
        """Send, with a fresh token when the one we have is not accepted."""
        for fresh in (False, True):
            token = await self._credentials.token()
            try:
                return await self._send(request, token)
            except DeliveryError as error:
                if error.status != HTTPStatus.UNAUTHORIZED or fresh:
                    raise
                self._credentials.forget(token)
        raise AssertionError("the loop returns or raises")

    async def _send(self, request: Any, token: str) -> Any:
        headers = dict(request.headers) | ({"Authorization": f"Bearer {token}"} if token else {})
        try:
            async with self._session().request(
                request.method, request.url, data=request.data, headers=headers, timeout=_TIMEOUT, allow_redirects=False
            ) as answer:
                data = _json(await answer.read())
                if answer.status >= 300:
                    raise DeliveryError(answer.status, _code(data), _seconds(answer.headers.get("Retry-After")))
                return Response(request, _Answered(answer.status), {"deserialized_data": data or {}})
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise DeliveryError(0, type(error).__name__, sent=False) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise DeliveryError(0, type(error).__name__) from error


class _Answered:
    """What the SDK's operations look at in an answer."""

    def __init__(self, status: int) -> None:
        self.status_code = status
        self.context: Any = None


class _Authentication(BotFrameworkAuthentication):  # type: ignore[misc]
    """Hands our connectors to the SDK; requests are authenticated before it sees them."""

    def __init__(self, connectors: _Connectors) -> None:
        self._connectors = connectors

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        return self._connectors

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        """Sign nobody in."""

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        raise PermissionError("requests are authenticated by Signatures")

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> None:
        raise PermissionError("there is no streaming")


class _Entity(Entity):  # type: ignore[misc]
    """An entity that keeps all its fields; the SDK's keeps its type alone."""

    def __init__(self, fields: Json) -> None:
        super().__init__(type=fields.get("type"))
        self._attribute_map = {name: {"key": name, "type": "object"} for name in fields}
        self.__dict__.update(fields)


def _authenticated(claims: Json, connectors: _Connectors) -> AuthenticateRequestResult:
    result = AuthenticateRequestResult()
    result.claims_identity = ClaimsIdentity(claims, True)  # noqa: FBT003 – the SDK's signature
    result.audience = AUDIENCE
    result.caller_id = None
    result.connector_factory = connectors
    return result


def _read(raw: Json) -> Activity:
    """Read what the SDK needs to address an answer; the rest is read by us, and would only trip it."""
    try:
        return Activity.deserialize({name: raw[name] for name in _ADDRESSING if name in raw})
    except _UNREADABLE as error:
        raise ActivityError(f"it cannot be read: {type(error).__name__}") from error


def _written(outgoing: Json) -> Activity:
    activity = Activity.deserialize({name: value for name, value in outgoing.items() if name != "entities"})
    activity.entities = [_Entity(entity) for entity in outgoing.get("entities", ())] or None
    return activity


def _sdk(reference: Reference) -> ConversationReference:
    return ConversationReference(
        channel_id="msteams",
        service_url=reference.service_url,
        conversation=ConversationAccount(id=reference.conversation, tenant_id=reference.tenant),
        bot=ChannelAccount(id=reference.bot),
    )


def _id_of(sent: ResourceResponse | None) -> str:
    return str(sent.id) if sent and sent.id else ""


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None


def _code(data: Any) -> str:
    error = data.get("error") if isinstance(data, dict) else None
    return str(error.get("code"))[:80] if isinstance(error, dict) else "no code"


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isascii() and header.isdigit() else None

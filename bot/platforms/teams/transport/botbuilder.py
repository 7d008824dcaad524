"""The connector over the Bot Framework's SDK; only this file imports the SDK.

The SDK runs the turn, addresses the answer and calls the connector's operations. The SDK's HTTP client, token
handling and key handling are not used: they block the event loop, fetch a token at every turn, and never see a new
key (`ARCHITECTURE.md` says how to move this file to another SDK).
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
    Entity,
    ResourceResponse,
)
from botbuilder.schema import ConversationReference as SdkReference
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

from bot.platforms.teams.api.connector import ConversationReference, HandleTurn, Json
from bot.platforms.teams.api.errors import DeliveryError
from bot.platforms.teams.api.payloads import ActivityError
from bot.platforms.teams.transport.credentials import AUDIENCE, Credentials

_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)
# Without “deliveryMode”: with it a client could ask for the answer in a response that was sent long before.
_ADDRESSING = ("type", "id", "channelId", "serviceUrl", "from", "recipient", "conversation", "locale")
_TARGETED = "targeted_recipient"  # an attribute of ours on the SDK's activities, which never travels
_ONLY_ONE_PERSON = "isTargetedActivity=true"
_MOST_CLIENTS = 64  # clients kept, one for each service URL: the URLs differ by region and tenant
_UNREADABLE = (DeserializationError, SerializationError, ValidationError, AttributeError, TypeError, ValueError)


class BotBuilderConnector(CloudAdapterBase):  # type: ignore[misc]
    """Runs turns and posts over the SDK; see `Connector`.

    Parameters
    ----------
    app_id
        The bot's app id; empty for a bot that only talks to this machine.
    check
        Raises `ForeignAddressError` for a service URL that is not allowed.
    """

    def __init__(
        self,
        app_id: str,
        credentials: Credentials,
        check: Callable[[str], None],
        session: Callable[[], aiohttp.ClientSession],
    ) -> None:
        self._app_id = app_id
        self._check = check
        self._clients = _ClientFactory(credentials, check, session)
        super().__init__(_Authentication(self._clients))

    def check_turn(self, raw: Json) -> None:
        """Check that a turn can be run. See `Connector.check_turn`."""
        self._check(str(_read_addressing(raw).service_url))

    async def run_turn(self, raw: Json, claims: Mapping[str, Any], handle: HandleTurn) -> Json | None:
        """Run one turn. See `Connector.run_turn`."""
        activity = _read_addressing(raw)
        answers: list[Json | None] = []

        async def run(context: TurnContext) -> None:
            async def send(outgoing: Json) -> str:
                return _id_of(await context.send_activity(_build_activity(outgoing)))

            answers.append(await handle(send))
            if activity.type == "invoke":
                invoked = InvokeResponse(status=int(HTTPStatus.OK), body=answers[0])
                await context.send_activity(Activity(type="invokeResponse", value=invoked))

        found = await self.process_activity(_authentication_of(dict(claims), self._clients), activity, run)
        return dict(found.body) if found and found.body is not None else None

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        """Send activities, some of them to one person alone: the SDK has put the asker into each as the recipient."""
        for activity in activities:
            if recipient := getattr(activity, _TARGETED, None):
                activity.recipient = recipient
        return list(await super().send_activities(context, activities))

    async def post(self, reference: ConversationReference, outgoing: Json) -> str:
        """Post a message unasked. See `Connector.post`."""
        posted: list[str] = []

        async def run(context: TurnContext) -> None:
            context.activity.id = None  # else the message would be a reply to an id that the SDK made up
            posted.append(_id_of(await context.send_activity(_build_activity(outgoing))))

        await self.continue_conversation(_to_sdk_reference(reference), run, self._app_id)
        return posted[0]

    async def open_chat(self, reference: ConversationReference, person: str) -> ConversationReference:
        """Open a personal chat. See `Connector.open_chat`."""
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
        return ConversationReference(reference.service_url, opened[0], reference.bot, reference.tenant)


class _ClientFactory(ConnectorFactory):  # type: ignore[misc]
    """Creates one client for each service URL that is allowed."""

    def __init__(
        self, credentials: Credentials, check: Callable[[str], None], session: Callable[[], aiohttp.ClientSession]
    ) -> None:
        self._credentials = credentials
        self._check = check
        self._session = session
        self._by_url: dict[str, ConnectorClient] = {}

    async def create(self, service_url: str, audience: str | None = None) -> ConnectorClient:
        """Return the client for a service URL."""
        self._check(service_url)
        if service_url not in self._by_url:
            if len(self._by_url) >= _MOST_CLIENTS:
                self._by_url.pop(next(iter(self._by_url)))
            configuration = BotFrameworkConnectorConfiguration(
                self._credentials, service_url, pipeline_type=lambda _: _Pipeline(self._credentials, self._session)
            )
            self._by_url[service_url] = ConnectorClient(
                self._credentials, service_url, custom_configuration=configuration
            )
        return self._by_url[service_url]


class _Pipeline:
    """Sends the requests of the SDK's operations over our session, with our token."""

    def __init__(self, credentials: Credentials, session: Callable[[], aiohttp.ClientSession]) -> None:
        self._credentials = credentials
        self._session = session

    async def run(self, request: Any, **_options: Any) -> Any:
        """Send a request, a second time with a fresh token when the service rejects the first."""
        for fresh in (False, True):
            token = await self._credentials.token()
            try:
                return await self._send(request, token)
            except DeliveryError as error:
                if error.status != HTTPStatus.UNAUTHORIZED or fresh:
                    raise
                self._credentials.drop_token(token)
        raise AssertionError("the loop returns or raises")

    async def _send(self, request: Any, token: str) -> Any:
        headers = dict(request.headers) | ({"Authorization": f"Bearer {token}"} if token else {})
        try:
            async with self._session().request(
                request.method,
                _address(request),
                data=request.data,
                headers=headers,
                timeout=_TIMEOUT,
                allow_redirects=False,
            ) as answer:
                data = _parse_json(await answer.read())
                if answer.status >= 300:
                    raise DeliveryError(
                        answer.status, _error_code(data), _retry_after(answer.headers.get("Retry-After"))
                    )
                return Response(request, _SdkResponse(answer.status), {"deserialized_data": data or {}})
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise DeliveryError(0, type(error).__name__, sent=False) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise DeliveryError(0, type(error).__name__) from error


class _SdkResponse:
    """The part of a response that the SDK's operations read."""

    def __init__(self, status: int) -> None:
        self.status_code = status
        self.context: Any = None


class _Authentication(BotFrameworkAuthentication):  # type: ignore[misc]
    """Hands our clients to the SDK; requests are authenticated before they reach the SDK."""

    def __init__(self, clients: _ClientFactory) -> None:
        self._clients = clients

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        return self._clients

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        """Return no client: nobody signs in."""

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        raise PermissionError("requests are authenticated by TokenValidator")

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> None:
        raise PermissionError("there is no streaming")


class _TargetedAccount(ChannelAccount):  # type: ignore[misc]
    """The recipient of a message that one person alone sees; the SDK's class drops that it is the only one."""

    def __init__(self, fields: Json) -> None:
        super().__init__(id=fields["id"])
        self._attribute_map = {
            "id": {"key": "id", "type": "str"},
            "is_targeted": {"key": "isTargeted", "type": "bool"},
        }
        self.is_targeted = True


class _Entity(Entity):  # type: ignore[misc]
    """An entity that keeps all its fields; the SDK's class keeps the type alone."""

    def __init__(self, fields: Json) -> None:
        super().__init__(type=fields.get("type"))
        self._attribute_map = {name: {"key": name, "type": "object"} for name in fields}
        self.__dict__.update(fields)


def _authentication_of(claims: Json, clients: _ClientFactory) -> AuthenticateRequestResult:
    result = AuthenticateRequestResult()
    result.claims_identity = ClaimsIdentity(claims, True)  # noqa: FBT003 – the SDK's signature
    result.audience = AUDIENCE
    result.caller_id = None
    result.connector_factory = clients
    return result


def _read_addressing(raw: Json) -> Activity:
    """Return the fields by which the SDK addresses an answer; `api.payloads` reads the others, which may break it."""
    try:
        return Activity.deserialize({name: raw[name] for name in _ADDRESSING if name in raw})
    except _UNREADABLE as error:
        raise ActivityError(f"it cannot be read: {type(error).__name__}") from error


def _build_activity(outgoing: Json) -> Activity:
    apart = ("entities", "recipient")
    activity = Activity.deserialize({name: value for name, value in outgoing.items() if name not in apart})
    if outgoing.get("recipient", {}).get("isTargeted"):
        setattr(activity, _TARGETED, _TargetedAccount(outgoing["recipient"]))
    activity.entities = [_Entity(entity) for entity in outgoing.get("entities", ())] or None
    return activity


def _to_sdk_reference(reference: ConversationReference) -> SdkReference:
    return SdkReference(
        channel_id="msteams",
        service_url=reference.service_url,
        conversation=ConversationAccount(id=reference.conversation, tenant_id=reference.tenant),
        bot=ChannelAccount(id=reference.bot),
    )


def _address(request: Any) -> str:
    """Return the URL of a request, which must say of a message to one person what its recipient says."""
    url = str(request.url)
    if not isinstance(request.data, str) or "isTargeted" not in request.data:
        return url
    recipient = (_parse_json(request.data.encode()) or {}).get("recipient") or {}
    return f"{url}{'&' if '?' in url else '?'}{_ONLY_ONE_PERSON}" if recipient.get("isTargeted") else url


def _id_of(sent: ResourceResponse | None) -> str:
    return str(sent.id) if sent and sent.id else ""


def _parse_json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None


def _error_code(data: Any) -> str:
    error = data.get("error") if isinstance(data, dict) else None
    return str(error.get("code"))[:80] if isinstance(error, dict) else "no code"


def _retry_after(header: str | None) -> float | None:
    return float(header) if header and header.isascii() and header.isdigit() else None

"""Stand-ins on loopback for what Microsoft runs: its keys, its tokens and its Bot Connector, as strict as they are."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
import requests
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.contract.teams.schema import CardSchema

APP_ID = "11111111-2222-3333-4444-555555555555"
TENANT = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
SECRET = "the client secret"
BOT = f"28:{APP_ID}"
ISSUER = "https://api.botframework.com"
_CARDS = CardSchema()
_LARGEST = 28 * 1024


class StandInSigningKey:
    """A key that signs tokens; made once, for making one takes a while."""

    def __init__(self, identity: str):
        self.identity = identity
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def public(self, endorsements: list[str] | None) -> dict[str, Any]:
        found = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key()))
        named = {} if endorsements is None else {"endorsements": endorsements}
        return found | {"kid": self.identity, "use": "sig"} | named

    def token(
        self, service_url: str, *, headers: dict[str, Any] | None = None, without: str = "", **claims: Any
    ) -> str:
        now = int(time.time())
        base = {"iss": ISSUER, "aud": APP_ID, "nbf": now - 60, "exp": now + 3600, "serviceurl": service_url}
        signed = {name: value for name, value in (base | claims).items() if name != without}
        head = {"kid": self.identity} | (headers or {})
        return jwt.encode(signed, self.private, "RS256", {name: value for name, value in head.items() if value})


@dataclass
class Posted:
    """A call that the connector took.

    Attributes
    ----------
    targeted
        Whether it was for one person alone among others.
    """

    path: str
    body: dict[str, Any]
    token: str
    targeted: bool = False

    @property
    def card(self) -> dict[str, Any]:
        return self.body["attachments"][0]["content"]


@dataclass
class Fault:
    """What the connector answers instead."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    until: asyncio.Event | None = None
    drop: bool = False


class Microsoft:
    """All of it in one server.

    Attributes
    ----------
    posted
        What the connector took.
    faults
        What it answers to the next calls instead of taking them.
    targeted_fault
        What it answers to every message to one person alone among others.
    create_fault
        What it answers to every chat that is to be opened.
    token_faults
        What it answers to the next requests for a token.
    tokens
        How many tokens were given.
    under_way
        Each waits until a bot has done all that follows its acknowledgements.
    """

    def __init__(self, key: StandInSigningKey):
        self.keys: list[tuple[StandInSigningKey, list[str] | None]] = [(key, ["msteams"])]
        self.keys_fault: Fault | None = None
        self.keys_fetched = 0
        self.posted: list[Posted] = []
        self.refused: list[str] = []
        self.faults: deque[Fault] = deque()
        self.targeted_fault: Fault | None = None
        self.create_fault: Fault | None = None
        self.calls = 0
        self.token_faults: deque[Fault] = deque()
        self.tokens = 0
        self.valid: set[str] = set()
        self.origin = ""
        self.under_way: list[Callable[[], Awaitable[None]]] = []

    async def settle(self) -> None:
        """Wait until the bots have done all that follows their acknowledgements."""
        for finish in self.under_way:
            await finish()

    async def reached(self, what: Callable[[], object], within: float = 60.0) -> None:
        """Wait until something has come to pass."""
        deadline = time.monotonic() + within
        while not what():
            assert time.monotonic() < deadline, f"not within {within} s"
            await asyncio.sleep(0.01)

    def application(self) -> web.Application:
        application = web.Application(client_max_size=4 * 1024 * 1024)
        application.add_routes(
            [
                web.get("/openid", self._openid),
                web.get("/keys", self._jwks),
                web.post("/{tenant}/oauth2/v2.0/token", self._token),
                web.get("/{tenant}/v2.0/.well-known/openid-configuration", self._authority),
                web.post("/uk/v3/conversations", self._create),
                web.post("/uk/v3/conversations/{conversation}/activities", self._activity),
                web.post("/uk/v3/conversations/{conversation}/activities/{reply}", self._activity),
            ]
        )
        return application

    @property
    def service_url(self) -> str:
        return f"{self.origin}/uk/"

    async def _openid(self, _request: web.Request) -> web.StreamResponse:
        self.keys_fetched += 1
        if self.keys_fault:
            return await _failed(self.keys_fault)
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.origin}/keys"})

    async def _jwks(self, _request: web.Request) -> web.Response:
        return web.json_response({"keys": [key.public(endorsements) for key, endorsements in self.keys]})

    async def _authority(self, request: web.Request) -> web.Response:
        base = f"https://login.microsoftonline.com/{request.match_info['tenant']}"
        return web.json_response(
            {
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "issuer": f"{base}/v2.0",
            }
        )

    async def _token(self, request: web.Request) -> web.StreamResponse:
        if self.token_faults:
            return await _failed(self.token_faults.popleft(), request)
        asked = await request.post()
        right = {
            "client_id": APP_ID,
            "client_secret": SECRET,
            "grant_type": "client_credentials",
            "scope": "https://api.botframework.com/.default",
        }
        if request.match_info["tenant"] != TENANT or any(asked.get(name) != value for name, value in right.items()):
            refusal = {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided."}
            return web.json_response(refusal, status=401)
        self.tokens += 1
        token = f"token-{self.tokens}"
        self.valid.add(token)
        return web.json_response({"access_token": token, "expires_in": 3600, "token_type": "Bearer"})

    async def _create(self, request: web.Request) -> web.StreamResponse:
        refusal = await self._refusal(request)
        if refusal is not None:
            return refusal
        if self.create_fault:
            return await _failed(self.create_fault, request)
        body = await request.json()
        assert body["members"][0]["id"]
        assert body["bot"]["id"] == BOT
        assert body["channelData"]["tenant"]["id"] == TENANT
        self._take(request, body)
        return web.json_response({"id": f"a:opened-{body['members'][0]['id']}"}, status=201)

    async def _activity(self, request: web.Request) -> web.StreamResponse:
        refusal = await self._refusal(request)
        if refusal is not None:
            return refusal
        if request.query and self.targeted_fault:
            return await _failed(self.targeted_fault, request)
        body = await request.read()
        wrong = _wrong(json.loads(body), len(body), request.match_info["conversation"], request.query)
        if wrong:
            self.refused.append(wrong)
            return web.json_response({"error": {"code": "BadArgument", "message": wrong}}, status=400)
        self._take(request, json.loads(body))
        return web.json_response({"id": f"posted-{len(self.posted)}"}, status=201)

    async def _refusal(self, request: web.Request) -> web.StreamResponse | None:
        self.calls += 1
        if self.faults:
            return await _failed(self.faults.popleft(), request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.valid:
            return web.json_response({"message": "Authorization has been denied for this request."}, status=401)
        return None

    def _take(self, request: web.Request, body: dict[str, Any]) -> None:
        self.posted.append(Posted(request.path, body, request.headers.get("Authorization", ""), bool(request.query)))


def _wrong(activity: dict[str, Any], size: int, conversation: str, query: Mapping[str, str]) -> str:
    if size > _LARGEST:
        return f"MessageSizeTooBig: {size} bytes"
    if activity.get("type") != "message":
        return "not a message"
    if (query.get("isTargetedActivity") == "true") != bool((activity.get("recipient") or {}).get("isTargeted")):
        return "the address and the recipient do not agree on who may read it"
    if query and (conversation.startswith("a:") or not activity["recipient"].get("id")):
        return "a message to one person alone, where nobody else is or without the person"
    data = activity.get("channelData") or {}
    if "feedbackLoop" in data and "feedbackLoopEnabled" in data:
        return "both feedbackLoop and feedbackLoopEnabled"
    if activity.get("suggestedActions") and not conversation.startswith("a:"):
        return "suggested actions outside a personal chat"
    if not activity.get("summary"):
        return "no summary for the notification"
    for attachment in activity.get("attachments", []):
        if fault := _CARDS.find_fault(attachment["content"]):
            return f"the card is not valid: {fault}"
    return ""


async def _failed(fault: Fault, request: web.Request | None = None) -> web.StreamResponse:
    if fault.until:
        await fault.until.wait()
    if fault.drop and request is not None and request.transport is not None:
        request.transport.abort()
        return web.Response()
    if isinstance(fault.body, str):
        return web.Response(status=fault.status, headers=fault.headers, text=fault.body, content_type="text/html")
    return web.json_response(
        fault.body or {"error": {"code": f"Code{fault.status}"}}, status=fault.status, headers=fault.headers
    )


class Rerouted(requests.Session):
    """The HTTP client that MSAL is given: what it sends to Microsoft's login goes to the stand-in."""

    def __init__(self, origin: str):
        super().__init__()
        self._origin = origin

    def request(self, method, url, *args, **kwargs):
        return super().request(method, url.replace("https://login.microsoftonline.com", self._origin), *args, **kwargs)

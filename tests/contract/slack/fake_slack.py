"""A stand-in for Slack's Web API on loopback, as strict as Slack in whatever the bot relies on.

The stand-in refuses unknown tokens, missing scopes and arguments, texts and blocks that are too long or malformed,
channels without the bot, stale or used triggers, and used response URLs. Faults can be injected.
"""

import asyncio
import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from bot.platforms.slack.api.scopes import SCOPES
from tests.contract.slack.blockkit import find_message_problems, find_view_problems

Args = dict[str, Any]
# A status, a way to fail, or a code that Slack sends with status 200; “… after posting” when the call was carried out.
Fault = str

BOT_USER, BOT_ID, TEAM = "U0BOT", "B0BOT", "T0NHS"
TOKEN = "xoxb-fake"
APP_TOKEN = "xapp-fake"

# method: (scopes, required arguments)
_METHODS: dict[str, tuple[str, tuple[str, ...]]] = {
    "auth.test": ("", ()),
    "chat.postMessage": ("chat:write", ("channel", "text")),
    "chat.postEphemeral": ("chat:write", ("channel", "user", "text")),
    "chat.update": ("chat:write", ("channel", "ts", "text")),
    "conversations.history": ("history", ("channel",)),
    "conversations.replies": ("history", ("channel", "ts")),
    "users.info": ("users:read", ("user",)),
    "users.conversations": ("channels:read,groups:read", ("user",)),
    "views.open": ("", ("trigger_id", "view")),
    "views.push": ("", ("trigger_id", "view")),
    "views.update": ("", ("view",)),
    "views.publish": ("", ("user_id", "view")),
}
_HISTORY = {"C": "channels:history", "G": "groups:history", "D": "im:history"}


@dataclass
class Token:
    team: str = TEAM
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    revoked: bool = False


@dataclass
class OAuthGrant:
    """The token that an OAuth code or a refresh token is exchanged for."""

    team: str
    token: str
    refresh: str = ""
    expires_in: int = 0


class FakeSlack:
    """The stand-in; `calls` holds the accepted calls, `messages` the messages of each channel."""

    def __init__(self) -> None:
        self.tokens = {TOKEN: Token()}
        self.app_tokens = {APP_TOKEN}
        self.channels = {"C0OURS": True, "C0OTHER": True, "G0PRIVATE": True, "D0ANN": True, "C0FOREIGN": False}
        self.members = defaultdict(set, {"U0ANN": {"C0OURS", "C0OTHER", "C0FOREIGN"}})  # channels by person
        self.direct = {"U0ANN": "D0ANN"}  # channel of the direct message by person
        self.calls: list[tuple[str, Args]] = []
        self.messages: defaultdict[str, list[Args]] = defaultdict(list)
        self.responses: list[tuple[str, Args]] = []
        self.homes: dict[str, Args] = {}
        self.views: dict[str, Args] = {}
        self.faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self.refused: list[str] = []
        self.codes: dict[str, OAuthGrant] = {}
        self.refreshes: dict[str, OAuthGrant] = {}
        self.zones = {"U0ANN": "Europe/London"}
        self.sockets: list[web.WebSocketResponse] = []
        self.acknowledged: list[Args] = []
        self.delay = 0.0
        self.waited = 0.0  # seconds of injected delays so far
        self.clock = lambda: time.process_time() + self.waited  # a busy machine makes no trigger stale
        self._free = asyncio.Event()
        self._free.set()
        self.url = ""
        self._triggers: dict[str, float] = {}
        self._response_uses: defaultdict[str, int] = defaultdict(int)
        self._numbers = itertools.count(1)
        self._latest = 0.0
        self._reads_left: float = float("inf")
        self._changed = asyncio.Event()

    # For tests: to arrange and to ask

    def issue_trigger(self) -> str:
        """Return a new trigger id, valid for three seconds and one view."""
        name = f"{next(self._numbers)}.trigger"
        self._triggers[name] = self.clock()
        return name

    def issue_response_url(self) -> str:
        """Return a new response URL, valid for five responses."""
        return f"{self.url}/response/{next(self._numbers)}"

    def hold_calls(self) -> None:
        """Hold every call without an answer until `release_calls`."""
        self._free.clear()

    def release_calls(self) -> None:
        """Answer the held calls, and calls from now on."""
        self._free.set()

    def limit_reads(self, left: int) -> None:
        """Let so many requests for messages pass, and answer the next ones 429 with a minute to wait."""
        self._reads_left = left

    def fail_next(self, method: str, *faults: Fault) -> None:
        """Inject faults into the next calls of a method."""
        self.faults[method].extend(faults)

    def list_posts(self, channel: str) -> list[Args]:
        """Return the messages of a channel."""
        return self.messages[channel]

    def list_calls(self, method: str) -> list[Args]:
        """Return the arguments of each accepted call of a method."""
        return [args for name, args in self.calls if name == method]

    async def wait_until(self, reached: Callable[[], object], within: float = 60.0) -> None:
        """Wait until a condition holds; fail after `within` seconds."""
        deadline = time.monotonic() + within
        while not reached():
            self._changed.clear()
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(
                    f"not within {within} s; refused: {self.refused}; calls: {[c for c, _ in self.calls]}"
                )
            try:
                await asyncio.wait_for(self._changed.wait(), min(left, 0.05))
            except TimeoutError:
                continue

    async def pause(self) -> None:
        """Let everything else run for a moment."""
        await asyncio.sleep(0.05)

    async def send_envelope(self, envelope: Args) -> None:
        """Send an envelope over the newest socket."""
        await self.wait_until(lambda: self.sockets and not self.sockets[-1].closed)
        await self.sockets[-1].send_json(envelope)

    # The server

    @asynccontextmanager
    async def serve(self) -> AsyncIterator["FakeSlack"]:
        application = web.Application(client_max_size=4 * 1024 * 1024)
        application.add_routes(
            [
                web.post("/api/oauth.v2.access", self._oauth),
                web.post("/api/apps.connections.open", self._open_connection),
                web.route("*", "/api/{method}", self._api),
                web.post("/response/{number}", self._response),
                web.get("/socket", self._socket),
            ]
        )
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield self
        finally:
            for socket in self.sockets:
                await socket.close()
            await runner.cleanup()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method, args = request.match_info["method"], await _read_arguments(request)
        await self._free.wait()
        if self.delay:
            await asyncio.sleep(self.delay)
            self.waited += self.delay
        if method in ("conversations.history", "conversations.replies"):
            if self._reads_left <= 0:
                return web.json_response(
                    {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "60"}
                )
            self._reads_left -= 1
        fault = self.faults[method].popleft() if self.faults[method] else None
        if fault and fault.endswith(" after posting"):
            await self._answer_call(request, method, args)
        if fault:
            return await self._answer_with_fault(request, fault.removesuffix(" after posting"))
        return await self._answer_call(request, method, args)

    async def _answer_with_fault(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault == "500":
            return web.json_response({"ok": False, "error": "internal_error"}, status=500)
        if fault == "html":
            return web.Response(status=503, text="<h1>Service Unavailable</h1>", content_type="text/html")
        if fault == "429":
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "1"})
        if fault in ("page", "words"):
            return web.Response(text="<h1>Hello</h1>", content_type="text/html" if fault == "page" else "text/plain")
        if fault not in ("hang", "drop"):
            return web.json_response({"ok": False, "error": fault})
        if fault == "hang":
            await asyncio.sleep(30)
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def _answer_call(self, request: web.Request, method: str, args: Args) -> web.Response:
        token = self.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        error = self._find_refusal(method, args, token)
        if error:
            self.refused.append(f"{method}: {error}")
            return web.json_response({"ok": False, **error})
        assert token is not None
        self.calls.append((method, args))
        answer = self._list_answers()[method](args, token)
        self._changed.set()
        return web.json_response({"ok": True, **answer}, headers={"x-oauth-scopes": ",".join(sorted(token.scopes))})

    def _find_refusal(self, method: str, args: Args, token: Token | None) -> Args | None:
        if method not in _METHODS:
            return {"error": "unknown_method"}
        if token is None or token.revoked:
            return {"error": "invalid_auth" if token is None else "token_revoked"}
        scope, required = _METHODS[method]
        if scope == "history":
            scope = _HISTORY.get(str(args.get("channel"))[:1], "channels:history")
        if missing_scopes := [needed for needed in scope.split(",") if needed and needed not in token.scopes]:
            return {"error": "missing_scope", "needed": missing_scopes[0], "provided": ",".join(token.scopes)}
        missing = [name for name in required if not args.get(name)]
        if missing:
            return {"error": "invalid_arguments", "missing": missing}
        return self._find_content_refusal(method, args)

    def _find_content_refusal(self, method: str, args: Args) -> Args | None:
        if "channel" in list_required_arguments(method):
            posted_to = self.direct if method == "chat.postMessage" else {}
            member = self.channels.get(posted_to.get(args["channel"], args["channel"]))
            if not member:
                return {"error": "channel_not_found" if member is None else "not_in_channel"}
        if len(str(args.get("text", ""))) > 40_000:
            return {"error": "msg_too_long"}
        problems = find_message_problems(args["blocks"]) if args.get("blocks") else []
        if "view" in args:
            problems += find_view_problems(args["view"])
        if problems:
            return {"error": "invalid_blocks", "problems": problems}
        if method in ("views.open", "views.push"):
            issued = self._triggers.pop(args["trigger_id"], None)
            if issued is None or self.clock() - issued > 3:
                return {"error": "expired_trigger_id"}
        if method == "views.update" and args.get("view_id") not in self.views:
            return {"error": "not_found"}
        return None

    def _list_answers(self) -> dict[str, Callable[[Args, Token], Args]]:
        return {
            "auth.test": lambda _, token: {
                "team_id": token.team,
                "user_id": BOT_USER,
                "bot_id": BOT_ID,
                "url": self.url,
            },
            "chat.postMessage": self._post,
            "chat.postEphemeral": lambda *_: {"message_ts": self._ts()},
            "chat.update": self._update,
            "conversations.history": lambda args, _: self._history(args),
            "conversations.replies": lambda args, _: self._history(args, args["ts"]),
            "users.info": lambda args, _: {"user": {"id": args["user"], "tz": self.zones.get(args["user"])}},
            "users.conversations": self._conversations_of,
            "views.open": self._open_view,
            "views.push": self._open_view,
            "views.update": self._update_view,
            "views.publish": self._publish,
        }

    def _post(self, args: Args, token: Token) -> Args:
        channel = self.direct.get(args["channel"], args["channel"])
        message = {**args, "channel": channel, "ts": self._ts(), "team": token.team}
        self.messages[channel].append(message)
        return {"ts": message["ts"], "channel": channel}

    def _update(self, args: Args, _token: Token) -> Args:
        for message in self.messages[args["channel"]]:
            if message["ts"] == args["ts"]:
                message.update(args)
        return {"ts": args["ts"], "channel": args["channel"]}

    def _history(self, args: Args, thread: str = "") -> Args:
        """Return a page: of a channel the newest first, of a thread the oldest first, within the asked bounds."""
        with_metadata = str(args.get("include_all_metadata")) in ("1", "True", "true")
        hidden = () if with_metadata else ("metadata",)
        low, high = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
        found = [
            {k: v for k, v in m.items() if k not in hidden}
            for m in self.messages[args["channel"]]
            if (not thread or m.get("thread_ts") == thread) and low <= float(m["ts"]) <= high
        ]
        found = found if thread else found[::-1]
        limit, at = int(args.get("limit") or 100), int(args.get("cursor") or 0)
        more = str(at + limit) if at + limit < len(found) else ""
        return {"messages": found[at : at + limit], "response_metadata": {"next_cursor": more}}

    def _conversations_of(self, args: Args, _token: Token) -> Args:
        """Return a person's channels in pages of one, private channels only with the bot as a member."""
        if args["user"] == BOT_USER:
            self.members[BOT_USER] = {channel for channel, joined in self.channels.items() if joined}
        seen = sorted(c for c in self.members[args["user"]] if c.startswith("C") or self.channels.get(c))
        at = int(args.get("cursor") or 0)
        more = str(at + 1) if at + 1 < len(seen) else ""
        return {"channels": [{"id": c} for c in seen[at : at + 1]], "response_metadata": {"next_cursor": more}}

    def _open_view(self, args: Args, _token: Token) -> Args:
        name = f"V{next(self._numbers)}"
        self.views[name] = args["view"]
        return {"view": {"id": name, **args["view"]}}

    def _update_view(self, args: Args, _token: Token) -> Args:
        self.views[args["view_id"]] = args["view"]
        return {"view": {"id": args["view_id"], **args["view"]}}

    def _publish(self, args: Args, _token: Token) -> Args:
        self.homes[args["user_id"]] = args["view"]
        return {"view": args["view"]}

    async def _response(self, request: web.Request) -> web.Response:
        body = json.loads(await request.text())
        number = request.match_info["number"]
        self._response_uses[number] += 1
        problems = find_message_problems(body.get("blocks") or [])
        if self._response_uses[number] > 5 or not body.get("text") or problems:
            self.refused.append(f"response: {problems or body}")
            return web.Response(status=404, text="used_url" if not problems else "invalid_blocks")
        if self.faults["response"]:
            return web.Response(status=int(self.faults["response"].popleft()), text="fault")
        self.responses.append((number, body))
        self._changed.set()
        return web.Response(text="ok")

    async def _oauth(self, request: web.Request) -> web.Response:
        form = await request.post()
        await asyncio.sleep(self.delay)
        found = (self.refreshes if form.get("grant_type") == "refresh_token" else self.codes).pop(
            str(form.get("refresh_token") or form.get("code")), None
        )
        secret = _read_basic_auth(request) or (form.get("client_id"), form.get("client_secret"))
        self.calls.append(("oauth.v2.access", {key: str(value) for key, value in form.items()}))
        if secret != ("42.42", "client-secret"):
            return web.json_response({"ok": False, "error": "bad_client_secret"})
        if found is None:
            return web.json_response({"ok": False, "error": "invalid_code"})
        self.tokens[found.token] = Token(found.team)
        rotation = {"refresh_token": found.refresh, "expires_in": found.expires_in} if found.refresh else {}
        return web.json_response(
            {
                "ok": True,
                "app_id": "A0APP",
                "access_token": found.token,
                "token_type": "bot",
                "scope": ",".join(SCOPES),
                "bot_user_id": BOT_USER,
                "team": {"id": found.team, "name": f"Trust {found.team}"},
                "enterprise": None,
                "is_enterprise_install": False,
                "authed_user": {"id": "U0ANN"},
                **rotation,
            }
        )

    async def _open_connection(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.app_tokens:
            self.refused.append("apps.connections.open: invalid_auth")
            return web.json_response({"ok": False, "error": "invalid_auth"})
        if self.faults["apps.connections.open"]:
            self.faults["apps.connections.open"].popleft()
            return web.json_response({"ok": False, "error": "internal_error"}, status=500)
        return web.json_response({"ok": True, "url": self.url.replace("http", "ws") + "/socket"})

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        self._changed.set()
        await socket.send_json({"type": "hello", "num_connections": 1})
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                self.acknowledged.append(json.loads(message.data))
                self._changed.set()
        return socket

    def _ts(self) -> str:
        """Return a timestamp that no other message has, by the clock as Slack's are."""
        self._latest = max(self._latest + 0.000_01, time.time())
        return f"{self._latest:.6f}"


def list_required_arguments(method: str) -> tuple[str, ...]:
    """Return the required arguments of a method."""
    return _METHODS[method][1]


async def _read_arguments(request: web.Request) -> Args:
    args: Args = dict(request.query)
    if request.content_type == "application/json":
        args |= json.loads(await request.text() or "{}")
    else:
        args |= dict(await request.post())
    for name in ("blocks", "view", "metadata"):
        if isinstance(args.get(name), str):
            args[name] = json.loads(args[name])
    return {key: value for key, value in args.items() if value is not None}


def _read_basic_auth(request: web.Request) -> tuple[str, str] | None:
    from aiohttp import BasicAuth

    header = request.headers.get("Authorization", "")
    if not header.startswith("Basic"):
        return None
    auth = BasicAuth.decode(header)
    return (auth.login, auth.password)

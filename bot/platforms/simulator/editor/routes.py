"""The editors' HTTP routes: access, security headers, and errors as one sentence of JSON."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.platforms.simulator.editor.access import HOME, EditorAccess
from bot.platforms.simulator.http import HEADERS
from bot.platforms.simulator.requests import RequestError

API = HOME + "api/"
Answer = Callable[[web.Request], Awaitable[Any]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ConflictError(Exception):
    """A change that cannot be written as it is; `data` says why, and what the page needs to go on."""

    def __init__(self, status: int, data: dict[str, Any]) -> None:
        super().__init__(data["error"])
        self.status = status
        self.data = data


class EditorRoutes:
    """Builds routes that check each editor's access, and each write's origin."""

    def __init__(self, access: EditorAccess) -> None:
        self._access = access

    def get(self, path: str, answer: Answer) -> web.RouteDef:
        """Return a route that answers GET with JSON, or with the response that the answer is."""
        return web.get(API + path, self.guard(self._answer(answer)))

    def post(self, path: str, answer: Answer, kind: str = "application/json") -> web.RouteDef:
        """Return a route that answers POST; it takes one kind of content, which no form of another site can send."""

        async def checked(request: web.Request) -> Any:
            if not self._access.is_ours(request):
                raise RequestError("Send this from the editors’ page itself.", status=403)
            if request.content_type != kind:
                raise RequestError(f"Send it with Content-Type: {kind}.", status=415)
            return await answer(request)

        return web.post(API + path, self.guard(self._answer(checked)))

    def guard(self, handler: Handler) -> Handler:
        """Return the handler with security headers."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            response = await handler(request)
            # With “no-referrer” a browser that knows no Sec-Fetch-Site would send forms of ours without their origin.
            response.headers.update(HEADERS | {"Referrer-Policy": "same-origin"})
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return guarded

    def _answer(self, answer: Answer) -> Handler:
        async def answered(request: web.Request) -> web.StreamResponse:
            if not self._access.admits(request):
                return web.json_response({"error": "Sign in first: this page is behind a token."}, status=401)
            try:
                found = await answer(request)
            except ConflictError as error:
                return web.json_response(error.data, status=error.status)
            except RequestError as error:
                field = {"field": error.field} if error.field else {}
                return web.json_response({"error": str(error), **field}, status=error.status)
            return found if isinstance(found, web.StreamResponse) else web.json_response(found)

        return answered

"""The page's way in over HTTP: who is let in, which headers go out, and errors as one sentence of JSON."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.platforms.simulator.access import Access
from bot.platforms.simulator.requests import RequestError

HOME = "/simulator/"
API = "/simulator/api/"
Answer = Callable[[web.Request], Awaitable[Any]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Door:
    """Makes routes whose visitors are checked.

    Parameters
    ----------
    access
        Says who may come in.
    """

    def __init__(self, access: Access) -> None:
        self._access = access

    def get(self, path: str, answer: Answer) -> web.RouteDef:
        """Answer GET with JSON."""
        return web.get(API + path, self._json(answer))

    def post(self, path: str, answer: Answer) -> web.RouteDef:
        """Answer POST with JSON. Only JSON is taken, which no form of another site can send."""

        async def checked(request: web.Request) -> Any:
            if request.content_type != "application/json":
                raise RequestError("Send JSON, with Content-Type: application/json.", status=415)
            return await answer(request)

        return web.post(API + path, self._json(checked))

    def page(self, handler: Handler) -> Handler:
        """Let anybody in who may know that there is a page: it asks for the token itself."""

        async def opened(request: web.Request) -> web.StreamResponse:
            if self._access.foreign(request):
                return _error("Call this page by a name of this machine, such as localhost.", 403)
            response = await handler(request)
            response.headers.update(HEADERS)
            return response

        return opened

    def _json(self, answer: Answer) -> Handler:
        async def answered(request: web.Request) -> web.StreamResponse:
            if not self._access.admits(request):
                response = _error("Sign in first: this page is behind a token.", 401)
            else:
                try:
                    response = web.json_response(await answer(request))
                except RequestError as error:
                    response = _error(str(error), error.status, error.field)
            response.headers["Cache-Control"] = "no-store"
            return response

        return self.page(answered)


def _error(sentence: str, status: int, field: str = "") -> web.Response:
    return web.json_response({"error": sentence} | ({"field": field} if field else {}), status=status)

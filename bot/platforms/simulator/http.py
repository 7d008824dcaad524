"""The page's HTTP routes: access, security headers, and errors as one sentence of JSON."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.platforms.simulator.access import Access
from bot.platforms.simulator.requests import RequestError

HOME = "/simulator/"
API = "/simulator/api/"
AnswerJson = Callable[[web.Request], Awaitable[Any]]
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


class GuardedRoutes:
    """Builds routes that check each visitor's access.

    Parameters
    ----------
    access
        Admits visitors.
    """

    def __init__(self, access: Access) -> None:
        self._access = access

    def get(self, path: str, answer: AnswerJson) -> web.RouteDef:
        """Return a route that answers GET with JSON."""
        return web.get(API + path, self._json(answer))

    def post(self, path: str, answer: AnswerJson) -> web.RouteDef:
        """Return a route that answers POST with JSON; it accepts only JSON, which no form of another site can send."""

        async def checked(request: web.Request) -> Any:
            if request.content_type != "application/json":
                raise RequestError("Send JSON, with Content-Type: application/json.", status=415)
            return await answer(request)

        return web.post(API + path, self._json(checked))

    def guard(self, handler: Handler) -> Handler:
        """Return the handler with security headers, and closed to other sites; a page asks for the token itself."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            if self._access.is_foreign(request):
                return _error("Call this page by a name of this machine, such as localhost.", 403)
            response = await handler(request)
            response.headers.update(HEADERS)
            return response

        return guarded

    def _json(self, answer: AnswerJson) -> Handler:
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

        return self.guard(answered)


def _error(sentence: str, status: int, field: str = "") -> web.Response:
    return web.json_response({"error": sentence} | ({"field": field} if field else {}), status=status)

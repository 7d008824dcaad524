"""Access to the page: for everybody on this machine, or for whoever has the token."""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from typing import Literal

from aiohttp import web

from bot import diagnostics

Mode = Literal["auto", "on", "off"]
COOKIE = "small_steps_page"
_NAMES_OF_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class PageState:
    """Whether the page is on, and a clause that says why."""

    on: bool
    why: str


def decide_page_state(mode: Mode, token: str, host: str, *, alone: bool) -> PageState:
    """Return whether the page is on.

    Parameters
    ----------
    token
        Empty when none is set.
    host
        The address that the server listens on.
    alone
        Whether no platform is connected, as when somebody tries the bot out.

    Raises
    ------
    OperatorError
        When the page is turned on where it needs a token, and there is none.
    """
    trying_out = is_loopback(host) and alone
    if mode == "off":
        return PageState(on=False, why="switched off (SMALL_STEPS_SIMULATOR)")
    if mode == "auto" and not trying_out:
        where = "a platform is connected" if is_loopback(host) else f"{host} can be reached from elsewhere"
        return PageState(on=False, why=f"{where}; SMALL_STEPS_SIMULATOR=on and a token turn it on")
    if token:
        return PageState(on=True, why="behind its token")
    if not trying_out:
        raise diagnostics.page_needs_a_token()
    return PageState(on=True, why="for this machine only")


def is_loopback(host: str) -> bool:
    """Return whether an address is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Access:
    """Admits visitors of the page.

    Parameters
    ----------
    token
        The token that a visitor must send; empty when the page is for this machine only.
    """

    def __init__(self, token: str) -> None:
        self._token = token

    def is_foreign(self, request: web.Request) -> bool:
        """Return whether a page of another site may have sent a request.

        Without a token the server is for this machine only, so its own page names this machine as the host; any
        other host is a name that somebody else made point here (DNS rebinding).
        """
        if self._token:
            return False
        return request.host.rsplit(":", 1)[0] not in _NAMES_OF_THIS_MACHINE

    def admits(self, request: web.Request) -> bool:
        """Return whether a request carries the token, or the cookie that the token was exchanged for."""
        if not self._token:
            return True
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        return (scheme == "Bearer" and self.matches_token(given)) or hmac.compare_digest(
            request.cookies.get(COOKIE, "").encode(), self._cookie().encode()
        )

    def matches_token(self, given: str) -> bool:
        """Return whether a text is the token, compared in constant time."""
        return hmac.compare_digest(given.encode(), self._token.encode())

    def set_cookie(self, request: web.Request, response: web.Response) -> None:
        """Set the cookie, a digest from which the token cannot be derived.

        Behind a proxy that ends TLS the request arrives by plain HTTP, and the proxy says how it came. Whoever sends
        that header falsely restricts no cookie but their own.
        """
        secure = request.secure or request.headers.get("X-Forwarded-Proto", "").strip().lower() == "https"
        response.set_cookie(COOKIE, self._cookie(), path="/simulator", httponly=True, samesite="Strict", secure=secure)

    def _cookie(self) -> str:
        return hmac.new(self._token.encode(), b"simulator", hashlib.sha256).hexdigest()

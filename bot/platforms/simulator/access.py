"""Who may see the page: everybody on this machine, or whoever has the token."""

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
class Decision:
    """Whether the page is on, and one clause that says why."""

    on: bool
    why: str


def decide(mode: Mode, token: str, host: str, alone: bool) -> Decision:
    """Decide whether the page is on.

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
        When it is turned on where it needs a token, and there is none.
    """
    trying_out = is_loopback(host) and alone
    if mode == "off":
        return Decision(on=False, why="switched off (SMALL_STEPS_SIMULATOR)")
    if mode == "auto" and not trying_out:
        where = "a platform is connected" if is_loopback(host) else f"{host} can be reached from elsewhere"
        return Decision(on=False, why=f"{where}; SMALL_STEPS_SIMULATOR=on and a token turn it on")
    if token:
        return Decision(on=True, why="behind its token")
    if not trying_out:
        raise diagnostics.page_needs_a_token()
    return Decision(on=True, why="for this machine only")


def is_loopback(host: str) -> bool:
    """Tell whether an address is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Access:
    """Lets visitors in.

    Parameters
    ----------
    token
        What a visitor must know; empty when the page is for this machine only.
    """

    def __init__(self, token: str) -> None:
        self._token = token

    def foreign(self, request: web.Request) -> bool:
        """Tell whether a page of another site may be behind a request.

        Without a token the server is for this machine only, so it is called by a name of this machine; any other
        name is one that somebody else made point here.
        """
        if self._token:
            return False
        return request.host.rsplit(":", 1)[0] not in _NAMES_OF_THIS_MACHINE

    def admits(self, request: web.Request) -> bool:
        """Tell whether a request brings the token, or the cookie that it was exchanged for."""
        if not self._token:
            return True
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        return (scheme == "Bearer" and self.is_token(given)) or hmac.compare_digest(
            request.cookies.get(COOKIE, "").encode(), self._cookie().encode()
        )

    def is_token(self, given: str) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(given.encode(), self._token.encode())

    def remember(self, request: web.Request, response: web.Response) -> None:
        """Set the cookie. It is derived from the token and does not give it away."""
        response.set_cookie(
            COOKIE, self._cookie(), path="/simulator", httponly=True, samesite="Strict", secure=request.secure
        )

    def _cookie(self) -> str:
        return hmac.new(self._token.encode(), b"simulator", hashlib.sha256).hexdigest()

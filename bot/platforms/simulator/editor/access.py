"""Access to the editors' page: by its token, with few attempts, and for writes from the page itself alone."""

import hashlib
import hmac
import time
from collections.abc import Callable

from aiohttp import web
from cachetools import TTLCache
from yarl import URL

HOME = "/editor/"
COOKIE = "small_steps_editor"
_WINDOW = 60.0  # seconds in which attempts are counted
_MOST_FROM_ONE, _MOST_OF_ALL = 5, 50  # wrong tokens in that time: from one address, and from all of them


class EditorAccess:
    """Admits editors.

    Parameters
    ----------
    token
        What an editor must send; shared by all of them.
    public_url
        Where the server is reached from outside; empty where the settings do not say.
    clock
        Seconds that only go forward.
    """

    def __init__(self, token: str, public_url: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        self._token = token
        self._public = URL(public_url).authority if public_url else ""
        self._wrong: TTLCache[str, int] = TTLCache(10_000, _WINDOW, timer=clock)

    def may_try(self, request: web.Request) -> bool:
        """Return whether an address may try a token now."""
        return self._wrong.get(_name_sender(request), 0) < _MOST_FROM_ONE and self._wrong.get("", 0) < _MOST_OF_ALL

    def matches_token(self, request: web.Request, given: str) -> bool:
        """Return whether a text is the token, compared in constant time; a wrong one counts against its sender."""
        if hmac.compare_digest(given.encode(), self._token.encode()):
            return True
        for name in (_name_sender(request), ""):
            self._wrong[name] = self._wrong.get(name, 0) + 1
        return False

    def admits(self, request: web.Request) -> bool:
        """Return whether a request carries the cookie that the token was exchanged for."""
        return hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), self._cookie().encode())

    def is_ours(self, request: web.Request) -> bool:
        """Return whether a page of this server sent a request, as its browser says, and not a page of another site."""
        if site := request.headers.get("Sec-Fetch-Site"):
            return site == "same-origin"
        # An older browser, or one that reached us by plain HTTP, names the origin alone.
        try:
            origin = URL(request.headers.get("Origin", "")).authority
        except ValueError:
            return False
        return origin != "" and origin in {request.host, self._public}

    def set_cookie(self, request: web.Request, response: web.Response) -> None:
        """Set the cookie, a digest from which the token cannot be derived."""
        secure = request.secure or request.headers.get("X-Forwarded-Proto", "").strip().lower() == "https"
        response.set_cookie(COOKIE, self._cookie(), path=HOME, httponly=True, samesite="Strict", secure=secure)

    def delete_cookie(self, response: web.Response) -> None:
        """Take the cookie away."""
        response.del_cookie(COOKIE, path=HOME)

    def _cookie(self) -> str:
        return hmac.new(self._token.encode(), b"editor", hashlib.sha256).hexdigest()


def _name_sender(request: web.Request) -> str:
    return request.remote or "unknown"

"""The service URLs that answers may be sent to: those that Microsoft lists, and the operator's additions (pure)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

LISTED = (
    # learn.microsoft.com, "Send proactive messages": the public cloud, whose sign-in and keys GCC shares. Clouds with
    # sign-ins and keys of their own are not served.
    "https://smba.trafficmanager.net",
    "https://smba.infra.gcc.teams.microsoft.com",
)
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_PORTS = {"https": 443, "http": 80}


class ForeignAddressError(Exception):
    """A service URL that is not allowed, so that no token may be sent there."""


@dataclass(frozen=True, slots=True)
class UrlOrigin:
    """Scheme, host and port of a URL; port 0 where the scheme has no default."""

    scheme: str
    host: str
    port: int


def parse_origin(url: str) -> UrlOrigin | None:
    """Return the origin of a URL; None for a URL without one, or with a user's name or a password."""
    try:
        parts = urlsplit(url)
        if parts.username is not None or parts.password is not None or not parts.hostname or "\\" in url:
            return None
        return UrlOrigin(parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme, 0))
    except ValueError:
        return None


def allow_listed(more: Collection[str]) -> Callable[[str], None]:
    """Return a check that allows Microsoft's services and the operator's additions.

    The check raises `ForeignAddressError` for any other scheme, host or port.
    """
    allowed = {parse_origin(one) for one in (*LISTED, *more)} - {None}

    def check(url: str) -> None:
        if parse_origin(url) not in allowed:
            raise ForeignAddressError(url[:200])

    return check


def allow_loopback(url: str) -> None:
    """Check that a service URL is on this machine, for a bot without an app id.

    Raises
    ------
    ForeignAddressError
        When the URL leads to another machine.
    """
    found = parse_origin(url)
    if found is None or found.host not in LOOPBACK:
        raise ForeignAddressError(url[:200])

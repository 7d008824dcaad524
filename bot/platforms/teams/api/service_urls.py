"""Where answers may be sent: only to services that Microsoft lists (pure)."""

from collections.abc import Callable, Collection
from urllib.parse import urlsplit

LISTED = (
    # learn.microsoft.com, "Send proactive messages": the public cloud, and the three government clouds.
    "https://smba.trafficmanager.net",
    "https://smba.infra.gcc.teams.microsoft.com",
    "https://smba.infra.gov.teams.microsoft.us",
    "https://smba.infra.dod.teams.microsoft.us",
)
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_PORTS = {"https": 443, "http": 80}


class ForeignAddressError(Exception):
    """A service URL that no token may be sent to."""


def origin(url: str) -> tuple[str, str, int] | None:
    """Give scheme, host and port; None when the URL has none, or carries a user's name."""
    try:
        parts = urlsplit(url)
        if parts.username is not None or parts.password is not None or not parts.hostname or "\\" in url:
            return None
        return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return None


def listed_or(more: Collection[str]) -> Callable[[str], None]:
    """Make the check of a service URL: Microsoft's services, and the operator's own additions.

    The check raises `ForeignAddressError` for any other scheme, host or port.
    """
    allowed = {origin(one) for one in (*LISTED, *more)} - {None}

    def check(url: str) -> None:
        if origin(url) not in allowed:
            raise ForeignAddressError(url[:200])

    return check


def loopback_only(url: str) -> None:
    """Check a service URL of a bot without an app id.

    Raises
    ------
    ForeignAddressError
        When it leads off this machine.
    """
    found = origin(url)
    if found is None or found[1] not in LOOPBACK:
        raise ForeignAddressError(url[:200])

"""Who calls: the token of an incoming request, checked against Microsoft's keys.

The rules are Microsoft's ("Authenticate requests from the Bot Connector service to your bot"): signature, issuer,
audience, time, the key's endorsement of the channel, and the service URL that the token was made for.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt

ISSUER = "https://api.botframework.com"
CHANNEL = "msteams"
_SKEW = 300  # seconds by which clocks may differ, as Microsoft asks
_KEPT = 24 * 3600.0  # seconds after which the keys are fetched again; Microsoft asks for a day at most
_TIMEOUT = aiohttp.ClientTimeout(total=5)
_AFTER_FAILURE = 5.0  # seconds in which a fetch that failed is not tried again, so that requests do not queue up
_FAULTS = (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError, jwt.PyJWTError)
_NEEDED = ["exp", "iss", "aud", "serviceurl"]

Claims = Mapping[str, Any]


class UnauthorisedError(Exception):
    """The request does not prove that it comes from Teams; its text says why, for the log only."""


class KeysUnavailableError(Exception):
    """Microsoft's keys cannot be fetched, so nothing can be said about a request."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key, and the channels that it may speak for (any, when it names none)."""

    public: Any
    endorsements: frozenset[str]


class Keys:
    """Microsoft's signing keys, fetched when first needed, kept for a day, and fetched again for a key not known.

    Parameters
    ----------
    url
        Where the OpenID metadata is.
    pause
        Seconds between two fetches at least: a stranger may name unknown keys as often as he likes.
    """

    def __init__(
        self,
        url: str,
        session: Callable[[], aiohttp.ClientSession],
        pause: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._session = session
        self._pause = pause
        self._clock = clock
        self._keys: dict[str, Key] = {}
        self._fetched: float | None = None
        self._failed: float | None = None
        self._fault = ""
        self._lock = asyncio.Lock()

    async def find(self, identity: str) -> Key:
        """Find a key.

        Raises
        ------
        UnauthorisedError
            When Microsoft has no such key.
        KeysUnavailableError
            When it cannot be asked.
        """
        if self._stale(identity):
            async with self._lock:
                if self._stale(identity):
                    await self._refresh(identity)
        if identity not in self._keys:
            raise UnauthorisedError("the token names a key that Microsoft does not have")
        return self._keys[identity]

    async def count(self) -> int:
        """Fetch the keys where there are none yet, and count them.

        Raises
        ------
        KeysUnavailableError
            When Microsoft cannot be asked.
        """
        async with self._lock:
            if self._fetched is None:
                await self._refresh("")
        return len(self._keys)

    def trouble(self) -> str | None:
        """Say why no request can be checked; None when they can, or when nobody has asked yet."""
        return self._fault if self._failed is not None and not self._keys else None

    def _stale(self, identity: str) -> bool:
        if self._fetched is None:
            return True
        age = self._clock() - self._fetched
        return age > _KEPT or (identity not in self._keys and age >= self._pause)

    async def _refresh(self, identity: str) -> None:
        """Fetch, unless that failed a moment ago. While Microsoft is away, the keys that we have still hold."""
        if self._failed is None or self._clock() - self._failed >= min(self._pause, _AFTER_FAILURE):
            try:
                self._keys = await self._fetch()
            except _FAULTS as error:
                self._failed, self._fault = self._clock(), f"{type(error).__name__}: {error}"[:200]
            else:
                self._fetched, self._failed = self._clock(), None
        if self._failed is not None and identity not in self._keys:
            raise KeysUnavailableError(self._fault)

    async def _fetch(self) -> dict[str, Key]:
        metadata = await self._get(self._url)
        listed = (await self._get(str(metadata["jwks_uri"])))["keys"]
        usable = [one for one in listed if one.get("kty") == "RSA" and isinstance(one.get("kid"), str)]
        if not usable:
            raise ValueError("no RSA key among Microsoft's keys")
        return {
            one["kid"]: Key(jwt.PyJWK(one, "RS256").key, frozenset(one.get("endorsements") or ())) for one in usable
        }

    async def _get(self, url: str) -> dict[str, Any]:
        async with self._session().get(url, timeout=_TIMEOUT) as response:
            response.raise_for_status()
            found = await response.json(content_type=None)
        if not isinstance(found, dict):
            raise ValueError("no object")
        return found


class Signatures:
    """Checks tokens.

    Parameters
    ----------
    app_id
        Whom a token must be meant for.
    """

    def __init__(self, app_id: str, keys: Keys) -> None:
        self._app_id = app_id
        self._keys = keys

    async def check(self, header: str | None) -> Claims:
        """Check what stands in the Authorization header.

        Raises
        ------
        UnauthorisedError
            When it is no good.
        KeysUnavailableError
            When it cannot be checked.
        """
        kind, _, token = (header or "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise UnauthorisedError("there is no bearer token")
        try:
            identity = jwt.get_unverified_header(token).get("kid")
            if not isinstance(identity, str):
                raise UnauthorisedError("the token names no key")
            key = await self._keys.find(identity)
            claims = jwt.decode(
                token,
                key.public,
                algorithms=["RS256"],
                audience=self._app_id,
                issuer=ISSUER,
                leeway=_SKEW,
                options={"require": _NEEDED},
            )
        except jwt.PyJWTError as error:
            raise UnauthorisedError(f"{type(error).__name__}: {error}") from error
        if key.endorsements and CHANNEL not in key.endorsements:
            raise UnauthorisedError("the key may not speak for Teams")
        return dict(claims)


def check_meant_for(claims: Claims, activity: Mapping[str, Any]) -> None:
    """Check that a token was made for this activity: for Teams, and for the service that the answer goes to.

    Raises
    ------
    UnauthorisedError
        When it was not.
    """
    if activity.get("channelId") != CHANNEL:
        raise UnauthorisedError("the activity does not come from Teams")
    if not _same(claims.get("serviceurl"), activity.get("serviceUrl")):
        raise UnauthorisedError("the token was made for another service URL")


def _same(one: object, other: object) -> bool:
    return isinstance(one, str) and isinstance(other, str) and one.rstrip("/") == other.rstrip("/")

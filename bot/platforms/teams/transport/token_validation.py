"""Token validation of incoming requests against Microsoft's signing keys.

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
_SKEW = 300  # seconds by which clocks may differ, as Microsoft recommends
_LIFETIME = 24 * 3600.0  # seconds after which the keys are fetched again; Microsoft allows a day at most
_TIMEOUT = aiohttp.ClientTimeout(total=5)
_AFTER_FAILURE = 5.0  # seconds without a retry after a failed fetch, so that requests do not queue up
_FETCH_ERRORS = (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError, jwt.PyJWTError)
_ODD = (ValueError, TypeError, RecursionError)  # what PyJWT lets through of tokens that nobody would make
_LONGEST_REASON = 200  # characters of the log
_REQUIRED_CLAIMS = ["exp", "iss", "aud", "serviceurl"]

Claims = Mapping[str, Any]


class UnauthorisedError(Exception):
    """The request does not prove that it comes from Teams; the text says why, for the log only."""


class KeysUnavailableError(Exception):
    """Microsoft's keys cannot be fetched, so no request can be validated."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key and the channels that it endorses (any channel, when it names none)."""

    public: Any
    endorsements: frozenset[str]


class SigningKeys:
    """Microsoft's signing keys: fetched at the first use, kept for a day, fetched again for an unknown key.

    Parameters
    ----------
    url
        Address of the OpenID metadata.
    pause
        Least seconds between two fetches: a stranger may name unknown keys any number of times.
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
        self._keys: dict[str, SigningKey] = {}
        self._fetched: float | None = None
        self._failed: float | None = None
        self._fault = ""
        self._lock = asyncio.Lock()

    async def find(self, identity: str) -> SigningKey:
        """Return a key by its id.

        Raises
        ------
        UnauthorisedError
            When Microsoft has no such key.
        KeysUnavailableError
            When Microsoft's keys cannot be fetched.
        """
        if self._is_stale(identity):
            async with self._lock:
                if self._is_stale(identity):
                    await self._refresh(identity)
        if identity not in self._keys:
            raise UnauthorisedError("the token names a key that Microsoft does not have")
        return self._keys[identity]

    async def count(self) -> int:
        """Return the number of keys, fetched unless they were fetched before.

        Raises
        ------
        KeysUnavailableError
            When Microsoft's keys cannot be fetched.
        """
        async with self._lock:
            if self._fetched is None:
                await self._refresh("")
        return len(self._keys)

    def describe_failure(self) -> str | None:
        """Return why no request can be validated; None when requests can be, or before the first fetch."""
        return self._fault if self._failed is not None and not self._keys else None

    def _is_stale(self, identity: str) -> bool:
        if self._fetched is None:
            return True
        age = self._clock() - self._fetched
        return age > _LIFETIME or (identity not in self._keys and age >= self._pause)

    async def _refresh(self, identity: str) -> None:
        """Fetch the keys, unless a fetch just failed; while Microsoft is unreachable, known keys stay valid."""
        if self._failed is None or self._clock() - self._failed >= min(self._pause, _AFTER_FAILURE):
            try:
                self._keys = await self._fetch()
            except _FETCH_ERRORS as error:
                self._failed, self._fault = self._clock(), f"{type(error).__name__}: {error}"[:200]
            else:
                self._fetched, self._failed = self._clock(), None
        if self._failed is not None and identity not in self._keys:
            raise KeysUnavailableError(self._fault)

    async def _fetch(self) -> dict[str, SigningKey]:
        metadata = await self._get(self._url)
        listed = (await self._get(str(metadata["jwks_uri"])))["keys"]
        usable = [one for one in listed if one.get("kty") == "RSA" and isinstance(one.get("kid"), str)]
        if not usable:
            raise ValueError("no RSA key among Microsoft's keys")
        return {
            one["kid"]: SigningKey(jwt.PyJWK(one, "RS256").key, frozenset(one.get("endorsements") or ()))
            for one in usable
        }

    async def _get(self, url: str) -> dict[str, Any]:
        async with self._session().get(url, timeout=_TIMEOUT) as response:
            response.raise_for_status()
            found = await response.json(content_type=None)
        if not isinstance(found, dict):
            raise ValueError("no object")
        return found


class TokenValidator:
    """Validates tokens.

    Parameters
    ----------
    app_id
        The audience that a token must name.
    """

    def __init__(self, app_id: str, keys: SigningKeys) -> None:
        self._app_id = app_id
        self._keys = keys

    async def validate(self, header: str | None) -> Claims:
        """Return the claims of the token in an Authorization header.

        Raises
        ------
        UnauthorisedError
            When the token is not valid.
        KeysUnavailableError
            When the token cannot be validated.
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
                options={"require": _REQUIRED_CLAIMS},
            )
        except (jwt.PyJWTError, *_ODD) as error:
            raise UnauthorisedError(f"{type(error).__name__}: {error}"[:_LONGEST_REASON]) from error
        if key.endorsements and CHANNEL not in key.endorsements:
            raise UnauthorisedError("the key may not speak for Teams")
        return dict(claims)


def validate_activity(claims: Claims, activity: Mapping[str, Any]) -> None:
    """Check that a token was issued for this activity: for Teams, and for the service URL that the answer goes to.

    Raises
    ------
    UnauthorisedError
        When the token was issued for another channel or service URL.
    """
    if activity.get("channelId") != CHANNEL:
        raise UnauthorisedError("the activity does not come from Teams")
    if not _same(claims.get("serviceurl"), activity.get("serviceUrl")):
        raise UnauthorisedError("the token was made for another service URL")


def _same(one: object, other: object) -> bool:
    return isinstance(one, str) and isinstance(other, str) and one.rstrip("/") == other.rstrip("/")

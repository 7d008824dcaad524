"""Access tokens for the Bot Connector API, cached until shortly before expiry and fetched without blocking the loop."""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from bot.diagnostics import OperatorError, teams_token_refused
from bot.platforms.teams.api.errors import TokenUnavailableError
from bot.settings import Settings

AUDIENCE = "https://api.botframework.com"
AUTHORITY = "https://login.microsoftonline.com"
_EARLY = 300.0  # seconds before its end at which a token is renewed
_TIMEOUT = (3.0, 5.0)  # seconds to connect, and to answer; MSAL itself would wait for ever
_PATIENCE = 15.0  # seconds for all that asking takes, with every address that is tried
_RETRY = 5.0  # seconds in which a refusal is not asked for again


_PASSING = ("temporarily_unavailable", "server_error")  # what Microsoft's sign-in says when it cannot just now


# Fetches a token as MSAL's clients do: a dictionary with “access_token” and “expires_in”, or with “error”.
Source = Callable[[], dict[str, Any]]


class Credentials:
    """The access token of the bot's calls to Teams.

    Parameters
    ----------
    source
        Fetches a fresh token; it may block, for it runs on a thread of its own.
    """

    def __init__(self, source: Source, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._clock = clock
        self._token = ""
        self._until = 0.0
        self._refused: tuple[float, OperatorError] | None = None
        self._lock = asyncio.Lock()

    async def token(self) -> str:
        """Return the token, renewed shortly before expiry.

        Raises
        ------
        OperatorError
            When Microsoft gives none.
        """
        if self._clock() >= self._until:
            async with self._lock:
                if self._clock() >= self._until:
                    await self._renew()
        return self._token

    def drop_token(self, token: str) -> None:
        """Drop a token that the service rejected, unless a newer one was fetched meanwhile."""
        if token == self._token:
            self._until = 0.0

    async def _renew(self) -> None:
        if self._refused and self._clock() - self._refused[0] < _RETRY:
            raise self._refused[1]
        try:
            async with asyncio.timeout(_PATIENCE):
                found = await asyncio.to_thread(self._source)
        except Exception as error:  # noqa: BLE001 – MSAL lets whatever its HTTP client and its parser raise through
            found = {"error": _PASSING[0], "error_description": f"{type(error).__name__}: {error}"}
        if not isinstance(found.get("access_token"), str):
            refusal = teams_token_refused(str(found.get("error")), str(found.get("error_description") or ""))
            if found.get("error") in _PASSING:
                refusal = TokenUnavailableError(str(refusal))
            self._refused = (self._clock(), refusal)
            raise refusal
        self._refused = None
        self._token = found["access_token"]
        self._until = self._clock() + float(found.get("expires_in", 0)) - _EARLY


class NoCredentials(Credentials):
    """The empty token of a bot without an app id, which only talks to this machine."""

    def __init__(self) -> None:
        super().__init__(dict)

    async def token(self) -> str:
        """Return an empty token."""
        return ""


def build_credentials(settings: Settings) -> Credentials:
    """Return the credentials that the settings name."""
    if not settings.teams_app_id:
        return NoCredentials()
    if settings.teams_managed_identity:
        return Credentials(build_identity_source(settings.teams_app_id))
    secret = settings.teams_app_secret.get_secret_value() if settings.teams_app_secret else ""
    return Credentials(build_secret_source(settings.teams_app_id, secret, settings.teams_tenant_id))


def build_secret_source(app_id: str, secret: str, tenant: str, http: Any = None) -> Source:
    """Return a token source for a single-tenant registration with a client secret.

    Parameters
    ----------
    http
        The HTTP client that MSAL uses; one with a time-out when None.
    """

    def fetch() -> dict[str, Any]:
        # A fresh application each time: a token is fetched once an hour, and MSAL's own cache would give the old
        # one back after it was refused. So would azure-identity's, which wraps MSAL, logs each request, reads the
        # environment and waits up to 300 s for an answer.
        import msal

        application = msal.ConfidentialClientApplication(
            app_id,
            client_credential=secret,
            authority=f"{AUTHORITY}/{tenant}",
            http_client=http or _http(),
            instance_discovery=False,
        )
        return dict(application.acquire_token_for_client([f"{AUDIENCE}/.default"]))

    return fetch


def build_identity_source(app_id: str, http: Any = None) -> Source:
    """Return a token source for a managed identity, which the Azure host must have."""

    def fetch() -> dict[str, Any]:
        import msal

        identity = msal.UserAssignedManagedIdentity(client_id=app_id)
        client = msal.ManagedIdentityClient(identity, http_client=http or _http())
        return dict(client.acquire_token_for_client(resource=AUDIENCE))

    return fetch


def _http() -> Any:
    import requests

    session = requests.Session()
    session.request = partial(session.request, timeout=_TIMEOUT)  # type: ignore[method-assign]
    return session

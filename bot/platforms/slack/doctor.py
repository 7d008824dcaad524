"""Doctor checks of Slack: settings, tokens, scopes, keys and the clock."""

import time
from collections.abc import Awaitable

from cryptography.fernet import MultiFernet
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot import diagnostics
from bot.checks import PATIENCE, Finding, State, check_clock
from bot.diagnostics import OperatorError
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.client import UNREACHABLE, WebClientFactory
from bot.platforms.slack.api.errors import build_sdk_logger
from bot.platforms.slack.api.mode import MODE_DESCRIPTIONS, ConnectionMode, choose_mode, list_token_keys, read_secret
from bot.platforms.slack.api.scopes import SCOPES, find_missing_optional_scopes, find_missing_scopes
from bot.platforms.slack.install.installation_store import EncryptedInstallationStore, build_cipher
from bot.settings import PREFIX, Settings
from bot.store.database import UNAVAILABLE, open_read_only_engine
from bot.store.slack import SlackEvents, SlackInstallations

_CLIENT_CODES = ("invalid_client_id", "bad_client_secret")
_INVALID_CODE = "none"  # Slack checks the client id and secret before the code


async def check_slack(settings: Settings, *, network: bool) -> list[Finding]:
    """Return the findings about Slack for the connection mode.

    Parameters
    ----------
    network
        Whether Slack, and a database on another machine, may be contacted.

    Raises
    ------
    OperatorError
        When Slack is configured incompletely, or a key cannot be used.
    """
    mode = choose_mode(settings)
    if mode == "off":
        return [_build_finding("ok", f"off: {MODE_DESCRIPTIONS['off']}")]
    findings = [_build_finding("ok", f"on: {MODE_DESCRIPTIONS[mode]}"), *_check_token_prefixes(settings)]
    if mode == "workspaces":
        findings += await _check_token_keys(settings, network=network)
    return [*findings, *await _check_online(settings, mode)] if network else findings


def _build_finding(state: State, message: str) -> Finding:
    return Finding("Slack", state, message)


def _check_token_prefixes(settings: Settings) -> list[Finding]:
    """Return a warning for each token with the prefix of another kind: Slack's refusal does not name the mix-up."""
    tokens = (
        ("SLACK_BOT_TOKEN", settings.slack_bot_token, "xox"),
        ("SLACK_APP_TOKEN", settings.slack_app_token, "xapp-"),
    )
    return [
        _build_finding("warning", diagnostics.slack_token_mixed_up(PREFIX + name, prefix))
        for name, token, prefix in tokens
        if token and not read_secret(token).startswith(prefix)
    ]


async def _check_token_keys(settings: Settings, *, network: bool) -> list[Finding]:
    """Return whether the keys decrypt the stored installations; the check of the store reports database faults."""
    cipher = build_cipher(list_token_keys(settings))
    found = _build_finding("ok", f"encryption keys that can be used: {len(list_token_keys(settings))}")
    url = settings.database_url.get_secret_value()
    if not network and not url.startswith("sqlite"):
        return [found]
    try:
        count, unreadable_teams = await _count_installations(url, cipher)
    except (OperatorError, *UNAVAILABLE):
        return [found]
    closed = [
        _build_finding("wrong", str(diagnostics.slack_installation_unreadable(team))) for team in unreadable_teams
    ]
    return [found, _build_finding("ok", f"workspaces that have installed the bot: {count}"), *closed]


async def _count_installations(url: str, cipher: MultiFernet) -> tuple[int, list[str]]:
    engine = open_read_only_engine(url, PATIENCE)
    try:
        return await EncryptedInstallationStore(
            SlackInstallations(engine), SlackEvents(engine), cipher
        ).find_unreadable()
    finally:
        await engine.dispose()


async def _check_online(settings: Settings, mode: ConnectionMode) -> list[Finding]:
    clients = WebClientFactory(settings.slack_api_url, build_sdk_logger(settings.log_level), timeout=PATIENCE)
    async with clients.open_session():
        if mode == "workspaces":
            return await _check_client(clients, settings)
        findings = await _check_bot_token(clients, settings)
        return [*findings, await _check_app_token(clients, settings)] if mode == "socket" else findings


async def _check_bot_token(clients: WebClientFactory, settings: Settings) -> list[Finding]:
    answer = await _call_slack(clients.build_single_attempt_client(read_secret(settings.slack_bot_token)).auth_test())
    if isinstance(answer, Exception):
        return [_build_finding("wrong", str(errors.explain_error(answer)))]
    granted = str(answer.headers.get("x-oauth-scopes", ""))
    missing = find_missing_scopes(granted)
    scopes = [_build_finding("wrong", str(diagnostics.slack_scope_missing(scope))) for scope in missing]
    scopes += [
        _build_finding("ok", f"the workspace left out the optional scope {scope}: {SCOPES[scope]}")
        for scope in find_missing_optional_scopes(granted)
    ]
    if not granted:
        scopes = [_build_finding("ok", "Slack does not say which scopes the token has")]
    return [
        _build_finding("ok", f"takes the bot's token, in the workspace {answer.get('team') or answer.get('team_id')}"),
        *(scopes or [_build_finding("ok", "the token has every scope of the manifest")]),
        *check_clock("Slack", answer.headers.get("Date"), time.time()),
    ]


async def _check_app_token(clients: WebClientFactory, settings: Settings) -> Finding:
    """Request the address of a Socket Mode connection, without opening the connection."""
    app_token = read_secret(settings.slack_app_token)
    answer = await _call_slack(clients.build_single_attempt_client().apps_connections_open(app_token=app_token))
    if isinstance(answer, SlackApiError) and errors.is_refusal(answer):
        return _build_finding("wrong", diagnostics.slack_app_token_refused(errors.read_error_code(answer)))
    if isinstance(answer, Exception):
        return _build_finding("wrong", str(errors.explain_error(answer)))
    return _build_finding("ok", "the app-level token may open a connection (Socket Mode)")


async def _check_client(clients: WebClientFactory, settings: Settings) -> list[Finding]:
    """Request a token with an invalid code: the kind of refusal shows whether Slack accepts the client."""
    client_id, client_secret = settings.slack_client_id, read_secret(settings.slack_client_secret)
    call = clients.build_single_attempt_client().oauth_v2_access(
        client_id=client_id, client_secret=client_secret, code=_INVALID_CODE
    )
    refusal = await _call_slack(call)
    code = errors.read_error_code(refusal) if isinstance(refusal, SlackApiError) else ""
    if code in _CLIENT_CODES:
        return [_build_finding("wrong", diagnostics.slack_client_refused(code))]
    if isinstance(refusal, SlackApiError) and code == "invalid_code":
        message = "takes the client id with its secret; each workspace's own token is not tried"
        return [_build_finding("ok", message), *check_clock("Slack", refusal.response.headers.get("Date"), time.time())]
    return [_build_finding("wrong", str(errors.explain_error(refusal)))] if isinstance(refusal, Exception) else []


async def _call_slack(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse | Exception:
    try:
        return await call
    except (SlackApiError, *UNREACHABLE) as error:
        return error

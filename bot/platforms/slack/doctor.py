"""What there is to know about Slack before the bot starts: its settings, tokens, scopes, keys, the clock."""

import time
from collections.abc import Awaitable

from cryptography.fernet import MultiFernet
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot import diagnostics
from bot.checks import PATIENCE, Finding, State, clock
from bot.diagnostics import OperatorError
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.client import UNREACHABLE, Web
from bot.platforms.slack.api.errors import quiet_logger
from bot.platforms.slack.api.mode import WHY, Way, keys, secret, way
from bot.platforms.slack.api.scopes import lacking
from bot.platforms.slack.install.installation_store import SealedInstallationStore, seal_of
from bot.settings import PREFIX, Settings
from bot.store.database import UNAVAILABLE, open_to_read
from bot.store.slack import SlackEvents, SlackInstallations

_WRONG_CLIENT = ("invalid_client_id", "bad_client_secret")
_NO_CODE = "none"  # in place of one that Slack gave: it looks at the client id and the secret before it looks at this


async def examine(settings: Settings, *, network: bool) -> list[Finding]:
    """Look at Slack, for the way that it is connected.

    Parameters
    ----------
    network
        Whether Slack may be asked, and a database that is elsewhere.

    Raises
    ------
    OperatorError
        When Slack is configured in part, or a key cannot be used.
    """
    chosen = way(settings)
    if chosen == "off":
        return [_found("ok", f"off: {WHY['off']}")]
    findings = [_found("ok", f"on: {WHY[chosen]}"), *_looks(settings)]
    if chosen == "workspaces":
        findings += await _seal(settings, network=network)
    return [*findings, *await _asked(settings, chosen)] if network else findings


def _found(state: State, said: str) -> Finding:
    return Finding("Slack", state, said)


def _looks(settings: Settings) -> list[Finding]:
    """Look at how tokens begin: where they were mixed up, Slack's own refusal does not say so."""
    tokens = (
        ("SLACK_BOT_TOKEN", settings.slack_bot_token, "xox"),
        ("SLACK_APP_TOKEN", settings.slack_app_token, "xapp-"),
    )
    return [
        _found("warning", diagnostics.slack_token_mixed_up(PREFIX + name, begins))
        for name, token, begins in tokens
        if token and not secret(token).startswith(begins)
    ]


async def _seal(settings: Settings, *, network: bool) -> list[Finding]:
    """Look whether the keys open what lies in the database; how the database is, is told elsewhere."""
    seal = seal_of(keys(settings))
    found = _found("ok", f"encryption keys that can be used: {len(keys(settings))}")
    url = settings.database_url.get_secret_value()
    if not network and not url.startswith("sqlite"):
        return [found]
    try:
        count, unreadable = await _opened(url, seal)
    except (OperatorError, *UNAVAILABLE):
        return [found]
    closed = [_found("wrong", str(diagnostics.slack_installation_unreadable(team))) for team in unreadable]
    return [found, _found("ok", f"workspaces that have installed the bot: {count}"), *closed]


async def _opened(url: str, seal: MultiFernet) -> tuple[int, list[str]]:
    engine = open_to_read(url, PATIENCE)
    try:
        return await SealedInstallationStore(SlackInstallations(engine), SlackEvents(engine), seal).unreadable()
    finally:
        await engine.dispose()


async def _asked(settings: Settings, chosen: Way) -> list[Finding]:
    web = Web(settings.slack_api_url, quiet_logger(settings.log_level), timeout=PATIENCE)
    async with web.opened():
        if chosen == "workspaces":
            return await _client(web, settings)
        findings = await _token(web, settings)
        return [*findings, await _socket(web, settings)] if chosen == "socket" else findings


async def _token(web: Web, settings: Settings) -> list[Finding]:
    answer = await _answer(web.client_for_trying(secret(settings.slack_bot_token)).auth_test())
    if isinstance(answer, Exception):
        return [_found("wrong", str(errors.explain(answer)))]
    missing = lacking(str(answer.headers.get("x-oauth-scopes", "")))
    scopes = [_found("wrong", str(diagnostics.slack_scope_missing(scope))) for scope in missing]
    return [
        _found("ok", f"takes the bot's token, in the workspace {answer.get('team') or answer.get('team_id')}"),
        *(scopes or [_found("ok", "the token has every scope of the manifest")]),
        *clock("Slack", answer.headers.get("Date"), time.time()),
    ]


async def _socket(web: Web, settings: Settings) -> Finding:
    """Ask for the address of a connection, which is not opened."""
    app_token = secret(settings.slack_app_token)
    answer = await _answer(web.client_for_trying().apps_connections_open(app_token=app_token))
    if isinstance(answer, SlackApiError) and errors.refused(answer):
        return _found("wrong", diagnostics.slack_app_token_refused(errors.code_of(answer)))
    if isinstance(answer, Exception):
        return _found("wrong", str(errors.explain(answer)))
    return _found("ok", "the app-level token may open a connection (Socket Mode)")


async def _client(web: Web, settings: Settings) -> list[Finding]:
    """Ask for a token with a code that is none: how Slack refuses it says whether it takes the client."""
    client_id, client_secret = settings.slack_client_id, secret(settings.slack_client_secret)
    asking = web.client_for_trying().oauth_v2_access(client_id=client_id, client_secret=client_secret, code=_NO_CODE)
    refusal = await _answer(asking)
    code = errors.code_of(refusal) if isinstance(refusal, SlackApiError) else ""
    if code in _WRONG_CLIENT:
        return [_found("wrong", diagnostics.slack_client_refused(code))]
    if isinstance(refusal, SlackApiError) and code == "invalid_code":
        said = "takes the client id with its secret; each workspace's own token is not tried"
        return [_found("ok", said), *clock("Slack", refusal.response.headers.get("Date"), time.time())]
    return [_found("wrong", str(errors.explain(refusal)))] if isinstance(refusal, Exception) else []


async def _answer(asking: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse | Exception:
    try:
        return await asking
    except (SlackApiError, *UNREACHABLE) as error:
        return error

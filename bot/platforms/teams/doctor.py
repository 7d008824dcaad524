"""The doctor checks of Teams: the settings, our access token, Microsoft's signing keys, the clock."""

import time

import aiohttp

from bot import diagnostics
from bot.checks import Finding, check_clock
from bot.diagnostics import OperatorError
from bot.platforms.teams.component import WHY_OFF, describe_configuration
from bot.platforms.teams.transport import credentials
from bot.platforms.teams.transport.token_validation import KeysUnavailableError, SigningKeys
from bot.settings import Settings


async def check_teams(settings: Settings, *, network: bool) -> list[Finding]:
    """Return the findings on Teams. Microsoft is called only where an app id is set.

    Parameters
    ----------
    network
        Whether Microsoft may be called.

    Raises
    ------
    OperatorError
        When Teams is configured in part, or when unsigned activities would be answered on a network.
    """
    why = describe_configuration(settings)
    if not why:
        return [Finding("Teams", "ok", f"off: {WHY_OFF}")]
    if not settings.teams_app_id:
        return [Finding("Teams", "warning", f"on {why}. Use that to try things out only.")]
    on = Finding("Teams", "ok", f"on: {why}")
    return [on, await _check_token(settings), *await _check_keys(settings)] if network else [on]


async def _check_token(settings: Settings) -> Finding:
    try:
        await credentials.build_credentials(settings).token()
    except OperatorError as error:
        return Finding("Teams", "wrong", str(error))
    return Finding("Teams", "ok", "Microsoft gives the bot a token to answer with")


async def _check_keys(settings: Settings) -> list[Finding]:
    dates: list[str | None] = []

    async def record_date(_session: object, _context: object, ended: aiohttp.TraceRequestEndParams) -> None:
        dates.append(ended.response.headers.get("Date"))

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(record_date)
    async with aiohttp.ClientSession(trace_configs=[trace], trust_env=True) as session:
        try:
            count = await SigningKeys(settings.teams_openid_url, lambda: session).count()
        except KeysUnavailableError as error:
            return [Finding("Teams", "wrong", diagnostics.teams_keys_unavailable(str(error)))]
    found = Finding("Teams", "ok", f"Microsoft's keys can be read ({count}), by which requests are checked")
    return [found, *check_clock("Microsoft", dates[-1], time.time())]

"""What there is to know about Teams before the bot starts: its settings, our token, Microsoft's keys, the clock."""

import time

import aiohttp

from bot import diagnostics
from bot.checks import Finding, clock
from bot.diagnostics import OperatorError
from bot.platforms.teams.component import WHY_OFF, why_on
from bot.platforms.teams.transport import credentials
from bot.platforms.teams.transport.token_validation import Keys, KeysUnavailableError
from bot.settings import Settings


async def examine(settings: Settings, *, network: bool) -> list[Finding]:
    """Look at Teams; Microsoft is asked only where an app id is set.

    Parameters
    ----------
    network
        Whether Microsoft may be asked.

    Raises
    ------
    OperatorError
        When Teams is configured in part, or when unsigned activities would be answered on a network.
    """
    why = why_on(settings)
    if not why:
        return [Finding("Teams", "ok", f"off: {WHY_OFF}")]
    if not settings.teams_app_id:
        return [Finding("Teams", "warning", f"on {why}. Use that to try things out only.")]
    on = Finding("Teams", "ok", f"on: {why}")
    return [on, await _token(settings), *await _keys(settings)] if network else [on]


async def _token(settings: Settings) -> Finding:
    try:
        await credentials.of(settings).token()
    except OperatorError as error:
        return Finding("Teams", "wrong", str(error))
    return Finding("Teams", "ok", "Microsoft gives the bot a token to answer with")


async def _keys(settings: Settings) -> list[Finding]:
    dates: list[str | None] = []

    async def note(_session: object, _context: object, ended: aiohttp.TraceRequestEndParams) -> None:
        dates.append(ended.response.headers.get("Date"))

    listening = aiohttp.TraceConfig()
    listening.on_request_end.append(note)
    async with aiohttp.ClientSession(trace_configs=[listening]) as session:
        try:
            count = await Keys(settings.teams_openid_url, lambda: session).count()
        except KeysUnavailableError as error:
            return [Finding("Teams", "wrong", diagnostics.teams_keys_unavailable(str(error)))]
    found = Finding("Teams", "ok", f"Microsoft's keys can be read ({count}), by which requests are checked")
    return [found, *clock("Microsoft", dates[-1], time.time())]

"""Time zones of people, looked up only for a daily tip or a promise."""

from functools import partial

from cachetools import FIFOCache
from slack_sdk.errors import SlackApiError

from bot.conversation.ports import TimeZoneLookup
from bot.platforms.slack.api.client import UNREACHABLE, WebClientFactory
from bot.platforms.slack.posting.messenger import Workspace

_MAX_REMEMBERED = 1_000  # people whose zone is held in memory


class TimeZones:
    """Looks up time zones of people, and remembers them."""

    def __init__(self, clients: WebClientFactory) -> None:
        self._clients = clients
        self._zones: FIFOCache[tuple[str, str], str | None] = FIFOCache(_MAX_REMEMBERED)

    def build_look_up(self, workspace: Workspace, person: str) -> TimeZoneLookup:
        """Return a function that looks up a person's IANA time zone; None when it is unknown."""
        return partial(self._find_zone, workspace, person)

    async def _find_zone(self, workspace: Workspace, person: str) -> str | None:
        key = (workspace.team, person)
        if self._zones.get(key) is None:  # not looked up yet, or without a result
            self._zones[key] = await self._fetch_zone(workspace, person)
        return self._zones[key]

    async def _fetch_zone(self, workspace: Workspace, person: str) -> str | None:
        try:
            answer = await self._clients.build_client(workspace.token).users_info(user=person)
        except (SlackApiError, *UNREACHABLE):
            return None  # daily tips then use the time zone of the settings
        return (answer.get("user") or {}).get("tz")

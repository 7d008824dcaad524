"""What Slack tells about a person: the time zone alone, and only for a daily tip or a step that they take on."""

from functools import partial

from cachetools import FIFOCache
from slack_sdk.errors import SlackApiError

from bot.conversation.ports import AskTimeZone
from bot.platforms.slack.api.client import UNREACHABLE, WebClientFactory
from bot.platforms.slack.posting.messenger import Workspace

_KEPT = 1_000  # people whose zone is held in memory


class TimeZones:
    """Time zones of people, asked for once."""

    def __init__(self, clients: WebClientFactory) -> None:
        self._clients = clients
        self._zones: FIFOCache[tuple[str, str], str | None] = FIFOCache(_KEPT)

    def asker(self, workspace: Workspace, person: str) -> AskTimeZone:
        """Return what asks Slack for a person's time zone when it is called."""
        return partial(self._find, workspace, person)

    async def _find(self, workspace: Workspace, person: str) -> str | None:
        key = (workspace.team, person)
        if self._zones.get(key) is None:  # not asked yet, or without an answer
            self._zones[key] = await self._ask(workspace, person)
        return self._zones[key]

    async def _ask(self, workspace: Workspace, person: str) -> str | None:
        try:
            answer = await self._clients.build_client(workspace.token).users_info(user=person)
        except (SlackApiError, *UNREACHABLE):
            return None  # the tips then go by the zone in the settings
        return (answer.get("user") or {}).get("tz")

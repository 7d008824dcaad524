"""What Slack tells about a person: the time zone alone, and only for a daily tip or a step that they take on."""

import re
from collections import OrderedDict

from slack_sdk.errors import SlackApiError

from bot.platforms.slack.post import Workspace
from bot.platforms.slack.web import UNREACHABLE, Web

_OFTEN = r"\b(?:daily|every|each|weekdays?|mornings?)\b"
_ABOUT_DAILY_TIPS = re.compile(rf"^\s*daily|\btips?\b.*{_OFTEN}|{_OFTEN}.*\btips?\b", re.IGNORECASE | re.DOTALL)
_KEPT = 1_000  # people whose zone is held in memory


class People:
    """Time zones of people, asked for once."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._zones: OrderedDict[tuple[str, str], str | None] = OrderedDict()

    async def zone(self, workspace: Workspace, person: str, about: str) -> str | None:
        """Tell a person's IANA time zone when what they ask is about daily tips; None otherwise or when unknown.

        Parameters
        ----------
        about
            The text, or the action that was pressed.
        """
        if not _ABOUT_DAILY_TIPS.search(about):
            return None
        key = (workspace.team, person)
        if self._zones.get(key) is None:  # not asked yet, or without an answer
            self._zones[key] = await self._ask(workspace, person)
            if len(self._zones) > _KEPT:
                self._zones.popitem(last=False)
        return self._zones[key]

    async def _ask(self, workspace: Workspace, person: str) -> str | None:
        try:
            answer = await self._web.client(workspace.token).users_info(user=person)
        except (SlackApiError, *UNREACHABLE):
            return None  # the tips then go by the zone in the settings
        return (answer.get("user") or {}).get("tz")

"""Search for a message of the bot whose posting failed, within what Slack allows.

Slack gives apps that are distributed commercially outside its Marketplace one request a minute with 15 objects for
reading messages. So the search is bounded by the attempt, keeps its place from turn to turn, and is one at
a time in a workspace.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache
from slack_sdk.errors import SlackApiError

from bot.platforms.slack.api import errors
from bot.platforms.slack.api.client import WebClientFactory, read_retry_after

METADATA = "small_steps_reply"
_PAGE_SIZE = 15  # objects in a page; Slack's limit for some apps
_MAX_PAGES = 20  # in one turn
_MARGIN = 5.0  # seconds before and after an attempt: Slack's clock and ours differ
_MAX_RESUMED = 1_000  # searches whose place is held in memory


@dataclass(frozen=True, slots=True)
class SearchWindow:
    """When the message may have been posted, in seconds since 1970.

    Parameters
    ----------
    until
        None for now.
    """

    since: float
    until: float | None = None


class SearchDelayedError(Exception):
    """Slack lets the search go on only later.

    Parameters
    ----------
    seconds
        Until then.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Slack lets a search go on in {seconds:.0f} s")
        self.seconds = seconds


class MessageSearch:
    """Searches a channel or thread for the bot's message with a key.

    Parameters
    ----------
    now
        Returns the time, in seconds since 1970.
    """

    def __init__(self, clients: WebClientFactory, now: Callable[[], float] = time.time) -> None:
        self._clients = clients
        self._now = now
        self._cursors: LRUCache[tuple[str, str], str] = LRUCache(_MAX_RESUMED)
        self._free_at: dict[str, float] = {}  # by workspace, where Slack asked to wait
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def find(
        self, team: str, token: str, channel: str, *, key: str, window: SearchWindow, thread: str = ""
    ) -> str | None:
        """Return the `ts` of the bot's message with a key; None when it is not there.

        Raises
        ------
        SearchDelayedError
            When Slack lets the search go on only later; it then goes on where it stopped.
        SlackApiError
            When Slack refuses or fails.
        """
        async with self._turns[team]:
            if (wait := self._free_at.get(team, 0.0) - self._now()) > 0:
                raise SearchDelayedError(wait)
            client = self._clients.build_single_attempt_client(token)
            read = client.conversations_replies if thread else client.conversations_history
            options: dict[str, Any] = {"channel": channel, "limit": _PAGE_SIZE, "include_all_metadata": True}
            options |= {"oldest": f"{window.since - _MARGIN:.6f}", "inclusive": True}
            options |= {"latest": f"{window.until + _MARGIN:.6f}"} if window.until is not None else {}
            options |= {"ts": thread} if thread else {}
            for _ in range(_MAX_PAGES):
                page = await self._read_page(read, team, key, options)
                if found := _find_by_key(page.get("messages") or [], key):
                    self._cursors.pop((team, key), "")
                    return found
                if not (cursor := (page.get("response_metadata") or {}).get("next_cursor") or ""):
                    self._cursors.pop((team, key), "")
                    return None
                self._cursors[team, key] = cursor
        raise SearchDelayedError(0.0)

    async def find_patiently(
        self, team: str, token: str, channel: str, *, key: str, window: SearchWindow, thread: str, patience: float
    ) -> str | None:
        """Return as `find`, with waits of up to `patience` seconds in all where Slack asks for them.

        Raises
        ------
        SearchDelayedError
            When the search is not at its end by then.
        """
        until = self._now() + patience
        while True:
            try:
                return await self.find(team, token, channel, key=key, window=window, thread=thread)
            except SearchDelayedError as delay:
                if self._now() + delay.seconds > until:
                    raise
                await asyncio.sleep(delay.seconds)

    async def _read_page(self, read: Callable[..., Any], team: str, key: str, options: dict[str, Any]) -> Any:
        try:
            return await read(**options, cursor=self._cursors.get((team, key)))
        except SlackApiError as error:
            if errors.read_error_code(error) == "invalid_cursor" and self._cursors.pop((team, key), ""):
                raise SearchDelayedError(0.0) from error  # begins again
            if errors.judge_outcome(error) != "later":
                raise
            seconds = read_retry_after(error)
            self._free_at[team] = self._now() + seconds
            raise SearchDelayedError(seconds) from error


def _find_by_key(messages: Iterable[dict[str, Any]], key: str) -> str | None:
    for message in messages:
        metadata = message.get("metadata") or {}
        if metadata.get("event_type") == METADATA and metadata.get("event_payload", {}).get("key") == key:
            return str(message["ts"])
    return None

"""Poster of daily tips and reminders on Slack (`bot.delivery.poster.Poster`)."""

import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from cachetools import LRUCache
from slack_sdk.errors import SlackApiError

from bot.delivery.poster import Postable, PostingError, PostRefusedError, PostUncertainError, RetryLaterError
from bot.message import Place
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.client import UNREACHABLE, read_retry_after
from bot.platforms.slack.posting.allow_list import ChannelAllowList
from bot.platforms.slack.posting.messenger import SlackMessenger, Workspace
from bot.platforms.slack.posting.search import SearchDelayedError, SearchWindow
from bot.platforms.slack.views.reply import render_reply
from bot.store.database import UNAVAILABLE

FindToken = Callable[[str], Awaitable[str | None]]
_BEFORE_DUE = 60.0  # seconds before the instant at which a post was due; clocks of replicas differ
_RECONNECT_AFTER = 10.0  # seconds, after a failed connection
_KEPT = 10_000  # direct messages whose channel is held in memory
_REFUSALS = {
    "not_in_channel": "I am not a member of the channel",
    "channel_not_found": "the channel does not exist, or I am not a member of it",
    "is_archived": "the channel is archived",
    "restricted_action": "the workspace does not let me post there",
    "restricted_action_read_only_channel": "only some people may post in the channel",
    "restricted_action_thread_only_channel": "only threads may be posted in the channel",
    "restricted_action_non_threadable_channel": "the workspace does not let me post there",
    "cannot_dm_bot": "bots cannot be written to",
    "messages_tab_disabled": "direct messages with me are switched off in the workspace",
    "user_not_found": "the person is no longer there",
    "user_disabled": "the person is no longer there",
    "access_denied": "the workspace does not let me in",
    "no_permission": "the workspace does not let me post there",
    "team_access_not_granted": "the workspace does not let me in",
    "token_revoked": "the workspace withdrew my token",
    "account_inactive": "the workspace took me out",
}
_TOKEN_CODES = (
    "invalid_auth",
    "not_authed",
    "token_expired",
)  # the operators' mistake in the settings, not the place's


class SlackPoster:
    """Posts tips in channels and direct messages, and finds posted tips by their key.

    Each call is one attempt: waiting and retries belong to the delivery worker.

    Parameters
    ----------
    find_token
        Returns a workspace's token; None when the bot is not installed, empty when no key decrypts the token.
    allow_list
        Channels that the bot may post in.
    now
        Returns the time, in seconds since 1970.
    """

    def __init__(
        self,
        messenger: SlackMessenger,
        find_token: FindToken,
        allow_list: ChannelAllowList,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._messenger = messenger
        self._find_token = find_token
        self._allow_list = allow_list
        self._now = now
        self._attempts: LRUCache[str, SearchWindow] = LRUCache(_KEPT)
        self._direct_channels: LRUCache[tuple[str, str], str] = LRUCache(_KEPT)

    async def post(self, place: Place, reply: Postable, key: str) -> None:
        """Post a reply. See `Poster.post`."""
        if not (place.private or self._allow_list.allows_channel(place.channel)):
            raise PostRefusedError("the operators keep me to other channels", permanent=True)
        workspace = await self._find_workspace(place)
        began = self._now()
        try:
            channel, _ = await self._messenger.attempt_post(
                workspace, place.channel, render_reply(reply, share=place.private), key=key
            )
        except (SlackApiError, *UNREACHABLE) as error:
            self._attempts[key] = SearchWindow(began, self._now())
            raise build_posting_error(error) from error
        if place.private:
            self._direct_channels[place.team, place.channel] = channel

    async def find(self, place: Place, key: str, *, since: datetime) -> bool | None:
        """Return whether a post has arrived. See `Poster.find`.

        The search is bounded by the attempt, where this process made it.
        None also for a direct message with an unknown channel: Slack returns the channel only to a post there.
        """
        channel = place.channel
        if place.private and not channel.startswith("D"):
            channel = self._direct_channels.get((place.team, place.channel), "")
            if not channel:
                return None
        workspace = await self._find_workspace(place)
        try:
            window = self._attempts.get(key) or SearchWindow(since.timestamp() - _BEFORE_DUE)
            return await self._messenger.find_message(workspace, channel, key=key, window=window) is not None
        except SearchDelayedError as error:
            raise RetryLaterError(error.seconds) from error
        except SlackApiError as error:
            if errors.read_error_code(error) == "missing_scope":
                return None
            raise build_posting_error(error) from error
        except UNREACHABLE as error:
            raise build_posting_error(error) from error

    async def _find_workspace(self, place: Place) -> Workspace:
        try:
            token = await self._find_token(place.team)
        except UNAVAILABLE as error:  # the database failed, so nothing was posted
            raise RetryLaterError(_RECONNECT_AFTER) from error
        if token is None:
            raise PostRefusedError("I am no longer installed in this workspace", permanent=True)
        if not token:
            raise PostRefusedError(
                "the token of this workspace cannot be read with the keys in the settings", permanent=False
            )
        return Workspace(place.team, token, "")


def build_posting_error(error: Exception) -> PostingError:
    """Return the posting error for an exception of a call: refused, to be retried later, or unknown."""
    outcome = errors.judge_outcome(error)
    if not isinstance(error, SlackApiError):
        return RetryLaterError(_RECONNECT_AFTER) if outcome == "later" else PostUncertainError(type(error).__name__)
    code = errors.read_error_code(error)
    if outcome == "later":
        return RetryLaterError(read_retry_after(error))
    if outcome == "open":
        return PostUncertainError(code)
    if code in _REFUSALS:
        return PostRefusedError(_REFUSALS[code], permanent=True)
    if code in _TOKEN_CODES:
        return PostRefusedError("Slack does not take my token", permanent=False)
    return PostRefusedError(f"Slack refused it ({code})", permanent=False)

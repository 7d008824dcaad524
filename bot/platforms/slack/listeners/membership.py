"""Membership of channels, asked of Slack each time."""

from dataclasses import replace

from slack_sdk.errors import SlackApiError

from bot.message import Reply, TextReply
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.client import UNREACHABLE, WebClientFactory
from bot.platforms.slack.posting.messenger import Workspace
from bot.platforms.slack.views import responses

_PAGE_SIZE, _MAX_PAGES = 1_000, 5


class ChannelMembership:
    """Looks up members of channels."""

    def __init__(self, clients: WebClientFactory) -> None:
        self._clients = clients

    async def add_invitation(self, workspace: Workspace, channel: str, reply: Reply) -> Reply:
        """Return a reply about a channel's daily tip, with how to invite the bot where it surely is no member."""
        if not isinstance(reply, TextReply) or not channel or channel.startswith("D"):
            return reply
        try:
            member = await self.is_member(workspace, channel, workspace.bot_user)
        except (SlackApiError, *UNREACHABLE):
            return reply
        return reply if member is not False else replace(reply, paragraphs=(*reply.paragraphs, responses.JOIN_FIRST))

    async def is_member(self, workspace: Workspace, channel: str, person: str) -> bool | None:
        """Return whether a person is a member of a channel; false for a private channel without the bot.

        Returns
        -------
        bool or None
            None when Slack refuses the look-up, or after too many pages.

        Raises
        ------
        SlackApiError
            When Slack fails.
        """
        client, cursor = self._clients.build_client(workspace.token), ""
        try:
            for _ in range(_MAX_PAGES):
                page = await client.users_conversations(
                    user=person, types="public_channel,private_channel", limit=_PAGE_SIZE, cursor=cursor or None
                )
                if any(found.get("id") == channel for found in page.get("channels") or []):
                    return True
                cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
                if not cursor:
                    return False
        except SlackApiError as error:
            if errors.read_error_code(error) != "missing_scope":
                raise
        return None

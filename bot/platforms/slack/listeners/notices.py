"""Notices to the person behind a request that could not be carried out."""

from slack_sdk.errors import SlackApiError

from bot.message import TextReply
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.client import UNREACHABLE
from bot.platforms.slack.api.payloads import Payload, read_message
from bot.platforms.slack.posting.messenger import SlackMessenger, Workspace
from bot.platforms.slack.posting.private import PrivateSender
from bot.platforms.slack.views import modals
from bot.platforms.slack.views.reply import render_reply


class NoticeSender:
    """Sends one sentence where a request came from, with whatever way Slack leaves open."""

    def __init__(self, messenger: SlackMessenger, private: PrivateSender) -> None:
        self._messenger = messenger
        self._private = private

    async def send_notice(self, workspace: Workspace | None, body: Payload, reply: TextReply, *, key: str) -> bool:
        """Send a notice; return whether the person has been told or expected nothing.

        Parameters
        ----------
        workspace
            None where the workspace was not authorised since the start; only a response URL works then.
        key
            Identifies the request.
        """
        try:
            return await self._send(workspace, body, reply, key)
        except (SlackApiError, *UNREACHABLE) as error:
            errors.log_failure(error)
            return False

    async def _send(self, workspace: Workspace | None, body: Payload, reply: TextReply, key: str) -> bool:
        if url := str(body.get("response_url") or ""):
            await self._messenger.send_response(url, render_reply(reply))
            return True
        if workspace is None:
            return False
        if body.get("type") == "view_submission":
            view = modals.build_answer_view(render_reply(reply, "modal"))
            await self._messenger.update_view(workspace, str(body["view"]["id"]), view)
            return True
        received = read_message(body.get("event") or {}, workspace.bot_user)
        if received is None or not received.addressed:
            return True
        await self._private.send_privately(
            workspace,
            received.person,
            render_reply(reply),
            key=f"{key}:notice",
            channel=received.channel,
            thread=received.whisper_thread,
        )
        return True

"""Notices to the person behind a request that could not be carried out."""

from slack_sdk.errors import SlackApiError

from bot.log_limit import LimitedLog
from bot.message import TextReply
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.client import UNREACHABLE
from bot.platforms.slack.api.payloads import Payload, read_message, read_person, read_surface
from bot.platforms.slack.listeners.surfaces import SurfaceAnswerer
from bot.platforms.slack.posting.messenger import SlackMessenger, Workspace
from bot.platforms.slack.posting.private import PrivateSender
from bot.platforms.slack.views.reply import render_reply


class NoticeSender:
    """Sends one sentence where a request came from, with whatever way Slack leaves open.

    Parameters
    ----------
    log
        Takes a line where there was no way.
    """

    def __init__(
        self, messenger: SlackMessenger, private: PrivateSender, surfaces: SurfaceAnswerer, log: LimitedLog
    ) -> None:
        self._messenger = messenger
        self._private = private
        self._surfaces = surfaces
        self._log = log

    async def send_notice(self, workspace: Workspace | None, body: Payload, reply: TextReply, *, key: str) -> bool:
        """Send a notice; return whether the person has been told or expected nothing.

        Parameters
        ----------
        workspace
            None where the workspace was not authorised since the start; only a response URL works then.
        key
            Identifies the request.
        """
        url = str(body.get("response_url") or "")
        if workspace is None and not url:
            return False
        try:
            if workspace is None:
                await self._messenger.send_response(url, render_reply(reply))
            else:
                await self._send(workspace, body, reply, f"{key}:notice")
        except (SlackApiError, *UNREACHABLE) as error:
            errors.log_failure(self._log, error)
            return False
        return True

    async def _send(self, workspace: Workspace, body: Payload, reply: TextReply, key: str) -> None:
        if not (person := read_person(body)):
            await self._answer_event(workspace, body, reply, key)
        elif body.get("type") == "view_submission":
            await self._surfaces.show_in_window(workspace, str(body["view"]["id"]), person, reply, key=key)
        elif body.get("type") == "block_actions":
            await self._surfaces.show_privately(workspace, read_surface(body), person, reply)
        else:  # a command or a shortcut
            channel = body.get("channel_id") or (body.get("channel") or {}).get("id")
            await self._private.send_privately(
                workspace,
                person,
                render_reply(reply),
                key=key,
                channel=str(channel or ""),
                response_url=str(body.get("response_url") or ""),
            )

    async def _answer_event(self, workspace: Workspace, body: Payload, reply: TextReply, key: str) -> None:
        received = read_message(body.get("event") or {}, workspace.bot_user)
        if received is None or not received.addressed:
            return
        await self._private.send_privately(
            workspace,
            received.person,
            render_reply(reply),
            key=key,
            channel=received.channel,
            thread=received.whisper_thread,
        )

"""Answers on the surface of a press, with another way for each that Slack does not take: nobody is left in silence."""

from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from bot.log_limit import LimitedLog
from bot.message import Reply
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.client import UNREACHABLE
from bot.platforms.slack.api.payloads import Surface
from bot.platforms.slack.posting.messenger import SlackMessenger, Workspace
from bot.platforms.slack.posting.private import PrivateSender
from bot.platforms.slack.views import modals, responses
from bot.platforms.slack.views.elements import BlockKit
from bot.platforms.slack.views.reply import render_reply

_FAILURES = (SlackApiError, *UNREACHABLE)


@dataclass(slots=True)
class WaitingWindow:
    """The window that a press opens while its answer is looked for: one at most, however often that is attempted.

    Parameters
    ----------
    id
        Empty where Slack opened none; None before it was asked to.
    """

    id: str | None = None


class SurfaceAnswerer:
    """Shows answers on surfaces: messages, windows and the Home tab.

    Parameters
    ----------
    log
        Takes a line for each way that failed.
    """

    def __init__(self, messenger: SlackMessenger, private: PrivateSender, log: LimitedLog) -> None:
        self._messenger = messenger
        self._private = private
        self._log = log

    async def open_window(self, workspace: Workspace, surface: Surface, person: str, view: BlockKit) -> str:
        """Open a window and return its id; where the trigger has expired, say so in a message and return nothing."""
        try:
            return await self._messenger.open_view(workspace, surface.trigger, view, on_top=surface.kind == "modal")
        except _FAILURES as error:
            self._note(error)
            await self._send(workspace, surface, person, responses.window_too_late())
            return ""

    async def open_waiting_window(self, workspace: Workspace, surface: Surface, window: WaitingWindow) -> str:
        """Open the waiting window and return its id; nothing where that failed, for a message has the answer then."""
        if window.id is None:
            try:
                view = modals.build_waiting_view()
                window.id = await self._messenger.open_waiting_view(workspace, surface.trigger, view)
            except _FAILURES as error:
                self._note(error)
                window.id = ""
        return window.id

    async def show_in_window(
        self, workspace: Workspace, window: str, person: str, reply: Reply, *, key: str, channel: str = ""
    ) -> None:
        """Show an answer in an open window, or as a direct message where there is no window or it does not take it.

        Parameters
        ----------
        channel
            The channel that the answer is about.
        """
        if not window:
            await self._private.send_privately(workspace, person, render_reply(reply, share=True), key=key)
            return
        shown = modals.build_answer_view(render_reply(reply, "modal", share=True), channel)
        await self._private.show_in_window(workspace, person, window, shown, render_reply(reply, share=True), key=key)

    async def show_privately(
        self, workspace: Workspace, surface: Surface, person: str, reply: Reply, *, in_place: bool = False
    ) -> None:
        """Show an answer to the person alone, on the surface of the press.

        Parameters
        ----------
        in_place
            Whether it takes the place of what an open window shows. Slack holds three windows on top of each other, so
            that a fourth takes the place of the third.
        """
        if surface.kind not in ("modal", "home"):
            await self._send(workspace, surface, person, reply)
            return
        if not in_place:
            view = modals.build_answer_view(render_reply(reply, "modal", share=True))
            try:
                await self._messenger.open_view(workspace, surface.trigger, view, on_top=surface.kind == "modal")
            except _FAILURES as error:
                self._note(error)
            else:
                return
        window = surface.view if surface.kind == "modal" else ""
        await self.show_in_window(workspace, window, person, reply, key=surface.trigger)

    async def post(self, workspace: Workspace, surface: Surface, person: str, reply: Reply) -> None:
        """Post an answer for everybody where the button is, else show it to the person alone."""
        rendered = render_reply(reply, share=surface.private)
        try:
            await self._messenger.post_message(
                workspace, surface.channel, rendered, key=surface.trigger, thread=surface.thread
            )
        except _FAILURES as error:
            if surface.kind == "direct":
                raise
            self._note(error)
            await self._send(workspace, surface, person, reply)

    async def replace(self, workspace: Workspace, surface: Surface, person: str, reply: Reply) -> None:
        """Replace the message with the button, else show the answer to the person alone."""
        rendered = render_reply(reply, share=surface.private)
        try:
            if surface.kind == "ephemeral":
                await self._messenger.send_response(surface.response_url, rendered, replace=True)
            else:
                await self._replace_message(workspace, surface, reply)
        except _FAILURES as error:
            self._note(error)
            await self._send(workspace, surface, person, reply)

    async def _replace_message(self, workspace: Workspace, surface: Surface, reply: Reply) -> None:
        rendered = render_reply(reply, share=surface.private)
        try:
            await self._messenger.replace_message(workspace, surface.channel, surface.ts, rendered)
        except _FAILURES as error:
            if not surface.response_url:
                raise
            self._note(error)
            await self._messenger.send_response(surface.response_url, rendered, replace=True)

    async def _send(self, workspace: Workspace, surface: Surface, person: str, reply: Reply) -> None:
        """Send a message to the person alone; as an ephemeral in a channel where the bot is a member."""
        ephemeral = surface.kind == "ephemeral"
        rendered = render_reply(reply, share=surface.private)
        if surface.kind == "channel":
            try:
                await self._messenger.send_ephemeral(
                    workspace, surface.channel, person, rendered, surface.whisper_thread
                )
            except _FAILURES as error:
                self._note(error)
            else:
                return
        await self._private.send_privately(
            workspace,
            person,
            rendered,
            key=surface.trigger,
            channel=surface.channel if ephemeral or surface.kind == "direct" else "",
            response_url=surface.response_url,
        )

    def _note(self, error: Exception) -> None:
        self._log.warning(type(error).__name__, f"Slack: another way is tried. {errors.explain_error(error)}")

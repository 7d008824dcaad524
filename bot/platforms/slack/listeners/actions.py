"""Action listener: buttons and pickers, answered on their surface."""

from typing import Any

from slack_sdk.errors import SlackApiError

from bot.actions import (
    Action,
    Another,
    CancelDaily,
    ConfirmDaily,
    GiveTip,
    More,
    PickTheme,
    SecondIssue,
    Settle,
    Share,
    ShowLesson,
    ShowPart,
    Withdraw,
)
from bot.conversation.conversation import Conversation
from bot.message import Place, Press, Reply, TextReply
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.payloads import (
    Surface,
    build_channel_place,
    build_private_place,
    read_person,
    read_surface,
)
from bot.platforms.slack.listeners.home import HomePublisher
from bot.platforms.slack.listeners.settings import SettingsListener
from bot.platforms.slack.listeners.share import AnswerSharer
from bot.platforms.slack.listeners.time_zones import TimeZones
from bot.platforms.slack.listeners.tip_settings import TipSettingsListener
from bot.platforms.slack.listeners.work_queue import ListenerJob
from bot.platforms.slack.posting.messenger import SlackMessenger, Workspace
from bot.platforms.slack.views import actions, modals, responses
from bot.platforms.slack.views.actions import ManageTip, OpenQuestion, OpenSettings
from bot.platforms.slack.views.reply import RenderedReply, render_reply

Body = dict[str, Any]
_CHANNEL_ACTIONS = (
    Another,
    More,
    ShowPart,
    ShowLesson,
    SecondIssue,
    PickTheme,
    GiveTip,
)  # answered in the channel; other answers are for the person alone
_REPLACING_ACTIONS = (ConfirmDaily, CancelDaily, Settle, Withdraw)
_DAILY_ACTIONS = (ConfirmDaily, CancelDaily)  # concern the channel, though the question was ephemeral


class ActionListener:
    """Answers actions.

    Parameters
    ----------
    tip_settings_listener
        Answers actions on daily tips in the Home tab; None when daily tips are off.
    """

    def __init__(
        self,
        conversation: Conversation,
        messenger: SlackMessenger,
        zones: TimeZones,
        sharer: AnswerSharer,
        settings: SettingsListener,
        home_publisher: HomePublisher,
        tip_settings_listener: TipSettingsListener | None,
    ) -> None:
        self._conversation = conversation
        self._messenger = messenger
        self._zones = zones
        self._sharer = sharer
        self._settings = settings
        self._home_publisher = home_publisher
        self._tip_settings_listener = tip_settings_listener

    def build_job(self, workspace: Workspace, body: Body) -> ListenerJob | None:
        """Return the job that answers an action; None for an action of another app or an outdated message."""
        pressed = actions.read_action((body.get("actions") or [{}])[0])
        if pressed is None:
            return None
        surface, person = read_surface(body), read_person(body)
        windows: list[str] = []  # the view that this press opened; a trigger opens one

        async def run() -> None:
            match pressed.action:
                case Share(answer=answer):
                    await self._share_answer(workspace, surface, person, answer)
                case ManageTip():
                    if self._tip_settings_listener:
                        await self._tip_settings_listener.answer_action(workspace, surface, person, pressed.action)
                case OpenQuestion():
                    await self._messenger.open_view(
                        workspace, surface.trigger, modals.build_question_view(self._conversation.retention_notice)
                    )
                case OpenSettings():
                    await self._settings.open_view(workspace, person, surface.trigger)
                case action:
                    place = self._build_place(workspace, surface, person, action)
                    press = Press(action, person, place)
                    if surface.kind == "home":
                        await self._answer_home_action(workspace, surface, press, windows)
                    else:
                        await self._answer_action(workspace, surface, press, in_place=pressed.in_place)

        async def notify(reply: TextReply) -> None:
            await self._answer_privately(workspace, surface, person, render_reply(reply, _choose_surface_kind(surface)))

        return ListenerJob(run, notify)

    def build_share_job(self, workspace: Workspace, body: Body) -> ListenerJob:
        """Return the job that answers a submission of the share view."""
        person, view = read_person(body), body["view"]
        chosen = view["state"]["values"][modals.CHANNEL][modals.CHANNEL]
        urls = [str(entry.get("response_url")) for entry in body.get("response_urls") or []]

        async def notify(reply: TextReply) -> None:
            await self._messenger.update_view(
                workspace, view["id"], modals.build_answer_view(render_reply(reply, "modal"))
            )

        async def run() -> None:
            outcome = await self._sharer.share_answer(
                workspace,
                person,
                str(view.get("private_metadata") or ""),
                str(chosen.get("selected_conversation") or ""),
                key=view["id"],
                response_url=urls[0] if urls else "",
            )
            await notify(outcome)

        return ListenerJob(run, notify)

    @staticmethod
    def _build_place(workspace: Workspace, surface: Surface, person: str, action: Action) -> Place:
        if surface.kind == "channel" or (_is_ephemeral_in_channel(surface) and isinstance(action, _DAILY_ACTIONS)):
            return build_channel_place(workspace.team, surface.channel, surface.thread)
        return build_private_place(workspace.team, person, surface.thread if surface.kind == "direct" else "")

    async def _answer_action(self, workspace: Workspace, surface: Surface, press: Press, *, in_place: bool) -> None:
        reply = await self._build_reply(workspace, press)
        rendered = render_reply(reply, _choose_surface_kind(surface), share=surface.private)
        if surface.kind == "modal":
            await self._show_in_modal(
                workspace, surface, rendered, in_place=in_place or isinstance(press.action, _CHANNEL_ACTIONS)
            )
        elif surface.kind == "ephemeral" and not press.place.private and reply.announce:
            await self._messenger.send_response(surface.response_url, rendered, in_channel=True)
            await self._messenger.send_response(
                surface.response_url, render_reply(responses.told_the_channel()), replace=True
            )
        elif in_place or isinstance(press.action, _REPLACING_ACTIONS):
            await self._replace_source(workspace, surface, rendered)
        elif surface.kind == "direct" or (surface.kind == "channel" and isinstance(press.action, _CHANNEL_ACTIONS)):
            await self._messenger.post_message(
                workspace, surface.channel, rendered, key=surface.trigger, thread=surface.thread
            )
        else:
            await self._answer_privately(workspace, surface, press.person, rendered)

    async def _answer_home_action(
        self, workspace: Workspace, surface: Surface, press: Press, windows: list[str]
    ) -> None:
        """Open a view at once, because a trigger lasts three seconds, and show the answer in the view."""
        if not windows:
            windows.append(await self._messenger.open_view(workspace, surface.trigger, modals.build_waiting_view()))
        view = windows[0]
        rendered = render_reply(await self._build_reply(workspace, press), "modal", share=True)
        await self._messenger.update_view(workspace, view, modals.build_answer_view(rendered))
        await self._home_publisher.publish_home(workspace, press.person)

    async def _build_reply(self, workspace: Workspace, press: Press) -> Reply:
        return await self._conversation.answer_press(press, self._zones.build_look_up(workspace, press.person))

    async def _show_in_modal(
        self, workspace: Workspace, surface: Surface, rendered: RenderedReply, *, in_place: bool
    ) -> None:
        view = modals.build_answer_view(rendered)
        if in_place:
            await self._messenger.update_view(workspace, surface.view, view)
        else:
            await self._messenger.open_view(workspace, surface.trigger, view, on_top=True)

    async def _replace_source(self, workspace: Workspace, surface: Surface, rendered: RenderedReply) -> None:
        if surface.kind == "ephemeral":
            await self._messenger.send_response(surface.response_url, rendered, replace=True)
            return
        try:
            await self._messenger.replace_message(workspace, surface.channel, surface.ts, rendered)
        except SlackApiError as error:
            if not (surface.response_url and errors.is_channel_closed(error)):
                raise
            await self._messenger.send_response(surface.response_url, rendered, replace=True)

    async def _answer_privately(
        self, workspace: Workspace, surface: Surface, person: str, rendered: RenderedReply
    ) -> None:
        """Show an answer to the person alone."""
        if surface.kind == "modal":
            await self._messenger.open_view(workspace, surface.trigger, modals.build_answer_view(rendered), on_top=True)
        elif surface.kind == "home":
            await self._messenger.open_view(workspace, surface.trigger, modals.build_answer_view(rendered))
        elif surface.kind == "ephemeral":
            await self._messenger.send_response(surface.response_url, rendered)
        else:
            await self._send_ephemeral(workspace, surface, person, rendered)

    async def _send_ephemeral(
        self, workspace: Workspace, surface: Surface, person: str, rendered: RenderedReply
    ) -> None:
        try:
            await self._messenger.send_ephemeral(workspace, surface.channel, person, rendered, surface.thread)
        except SlackApiError as error:
            if not (surface.response_url and errors.is_channel_closed(error)):
                raise
            await self._messenger.send_response(surface.response_url, rendered)

    async def _share_answer(self, workspace: Workspace, surface: Surface, person: str, answer: str) -> None:
        if surface.kind != "ephemeral":
            view = modals.build_share_view(answer)
            await self._messenger.open_view(workspace, surface.trigger, view, on_top=surface.kind == "modal")
            return
        outcome = await self._sharer.share_answer(
            workspace, person, answer, surface.channel, key=surface.trigger, response_url=surface.response_url
        )
        await self._messenger.send_response(surface.response_url, render_reply(outcome))


def _is_ephemeral_in_channel(surface: Surface) -> bool:
    """Return whether a surface is an ephemeral message in a channel."""
    return surface.kind == "ephemeral" and not surface.channel.startswith("D")


def _choose_surface_kind(surface: Surface) -> actions.SurfaceKind:
    return "modal" if surface.kind in ("modal", "home") else "message"

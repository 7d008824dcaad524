"""Action listener: buttons and pickers, answered on their surface."""

from typing import Any

from cachetools import TTLCache

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
from bot.platforms.slack.api.payloads import (
    Surface,
    build_channel_place,
    build_private_place,
    read_name,
    read_person,
    read_surface,
)
from bot.platforms.slack.listeners.home import HomePublisher
from bot.platforms.slack.listeners.membership import ChannelMembership
from bot.platforms.slack.listeners.settings import SettingsListener
from bot.platforms.slack.listeners.share import AnswerSharer
from bot.platforms.slack.listeners.surfaces import SurfaceAnswerer, WaitingWindow
from bot.platforms.slack.listeners.time_zones import TimeZones
from bot.platforms.slack.listeners.tip_settings import TipSettingsListener
from bot.platforms.slack.listeners.work_queue import ListenerJob
from bot.platforms.slack.posting.messenger import SlackMessenger, Workspace
from bot.platforms.slack.views import actions, modals, responses
from bot.platforms.slack.views.actions import ManageTip, OpenQuestion, OpenSettings, SlackAction
from bot.platforms.slack.views.reply import render_reply

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
_MOST_PRESSED, _DOUBLE_CLICK = 10_000, 2.0  # presses held in memory, and seconds
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
        surfaces: SurfaceAnswerer,
        zones: TimeZones,
        sharer: AnswerSharer,
        membership: ChannelMembership,
        settings: SettingsListener,
        home_publisher: HomePublisher,
        tip_settings_listener: TipSettingsListener | None,
    ) -> None:
        self._conversation = conversation
        self._messenger = messenger
        self._surfaces = surfaces
        self._zones = zones
        self._sharer = sharer
        self._membership = membership
        self._settings = settings
        self._home_publisher = home_publisher
        self._tip_settings_listener = tip_settings_listener
        self._pressed: TTLCache[tuple[object, ...], bool] = TTLCache(_MOST_PRESSED, _DOUBLE_CLICK)

    def build_job(self, workspace: Workspace, body: Body) -> ListenerJob | None:
        """Return the job that answers an action; None for an action of another app or an outdated message."""
        pressed = actions.read_action((body.get("actions") or [{}])[0])
        if pressed is None:
            return None
        surface, person = read_surface(body), read_person(body)
        if isinstance(pressed.action, _CHANNEL_ACTIONS) and self._is_double_click(person, surface, pressed.action):
            return None
        window = WaitingWindow()

        async def run() -> None:
            match pressed.action:
                case Share(answer=answer):
                    await self._share_answer(workspace, surface, person, answer)
                case ManageTip():
                    if self._tip_settings_listener:
                        await self._tip_settings_listener.answer_action(
                            workspace, surface, person, pressed.action, window
                        )
                case OpenQuestion():
                    view = modals.build_question_view(self._conversation.retention_notice)
                    await self._surfaces.open_window(workspace, surface, person, view)
                case OpenSettings():
                    await self._settings.open_view(workspace, person, surface)
                case action:
                    place = self._build_place(workspace, surface, person, action)
                    press = Press(action, person, place, name=read_name(body))
                    if surface.kind == "home":
                        await self._answer_home_action(workspace, surface, press, window)
                    else:
                        await self._answer_action(workspace, surface, press, in_place=pressed.in_place)

        async def notify(reply: TextReply) -> None:
            if window.id:  # it would stay at “One moment.”
                await self._surfaces.show_in_window(workspace, window.id, person, reply, key=surface.trigger)
            else:
                await self._surfaces.show_privately(workspace, surface, person, reply)

        return ListenerJob(run, notify)

    def build_share_job(self, workspace: Workspace, body: Body) -> ListenerJob:
        """Return the job that answers a submission of the share view."""
        person, view = read_person(body), body["view"]
        chosen = view["state"]["values"][modals.CHANNEL][modals.CHANNEL]
        urls = [str(entry.get("response_url")) for entry in body.get("response_urls") or []]

        async def notify(reply: TextReply) -> None:
            await self._surfaces.show_in_window(workspace, view["id"], person, reply, key=view["id"])

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

    def _is_double_click(self, person: str, surface: Surface, action: Action | SlackAction) -> bool:
        """Return whether the person pressed the same button a moment ago, which would give a second answer."""
        key = (person, surface.channel, surface.ts or surface.view or surface.response_url, action)
        repeated = key in self._pressed
        self._pressed[key] = True
        return repeated

    @staticmethod
    def _build_place(workspace: Workspace, surface: Surface, person: str, action: Action) -> Place:
        if surface.kind == "channel" or (_is_ephemeral_in_channel(surface) and isinstance(action, _DAILY_ACTIONS)):
            return build_channel_place(workspace.team, surface.channel, surface.thread)
        return build_private_place(workspace.team, person, surface.thread if surface.kind == "direct" else "")

    async def _answer_action(self, workspace: Workspace, surface: Surface, press: Press, *, in_place: bool) -> None:
        reply, person = await self._build_reply(workspace, press), press.person
        for_channel = isinstance(press.action, _CHANNEL_ACTIONS)
        if surface.kind == "modal":
            await self._surfaces.show_privately(workspace, surface, person, reply, in_place=in_place or for_channel)
        elif surface.kind == "ephemeral" and not press.place.private and reply.announce:
            reply = await self._membership.add_invitation(workspace, surface.channel, reply)
            await self._messenger.send_response(surface.response_url, render_reply(reply), in_channel=True)
            await self._surfaces.replace(workspace, surface, person, responses.told_the_channel())
        elif in_place or isinstance(press.action, _REPLACING_ACTIONS):
            await self._surfaces.replace(workspace, surface, person, reply)
        elif surface.kind == "direct" or (surface.kind == "channel" and for_channel):
            await self._surfaces.post(workspace, surface, person, reply)
        else:
            await self._surfaces.show_privately(workspace, surface, person, reply)

    async def _answer_home_action(
        self, workspace: Workspace, surface: Surface, press: Press, window: WaitingWindow
    ) -> None:
        """Open a view at once, because a trigger lasts three seconds, and show the answer in the view."""
        view = await self._surfaces.open_waiting_window(workspace, surface, window)
        reply = await self._build_reply(workspace, press)
        await self._surfaces.show_in_window(workspace, view, press.person, reply, key=surface.trigger)
        await self._home_publisher.publish_home(workspace, press.person)

    async def _build_reply(self, workspace: Workspace, press: Press) -> Reply:
        return await self._conversation.answer_press(press, self._zones.build_look_up(workspace, press.person))

    async def _share_answer(self, workspace: Workspace, surface: Surface, person: str, answer: str) -> None:
        if surface.kind != "ephemeral":
            await self._surfaces.open_window(workspace, surface, person, modals.build_share_view(answer))
            return
        outcome = await self._sharer.share_answer(
            workspace, person, answer, surface.channel, key=surface.trigger, response_url=surface.response_url
        )
        await self._surfaces.show_privately(workspace, surface, person, outcome)


def _is_ephemeral_in_channel(surface: Surface) -> bool:
    """Return whether a surface is an ephemeral message in a channel."""
    return surface.kind == "ephemeral" and not surface.channel.startswith("D")

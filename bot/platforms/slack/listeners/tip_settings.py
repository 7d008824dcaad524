"""Tip settings listener: daily tips set up, changed, paused and stopped in the Home tab, by the rules of commands."""

from dataclasses import replace
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.actions import BareCommand, ChangeDaily, Command, ConfirmDaily, FillInDaily, PauseDaily
from bot.conversation.conversation import Conversation
from bot.message import Place, Press, Reply, TextReply
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.payloads import Surface, build_channel_place, build_private_place, read_person
from bot.platforms.slack.listeners.home import HomePublisher
from bot.platforms.slack.listeners.membership import ChannelMembership
from bot.platforms.slack.listeners.surfaces import SurfaceAnswerer, WaitingWindow
from bot.platforms.slack.listeners.time_zones import TimeZones
from bot.platforms.slack.listeners.work_queue import ListenerJob
from bot.platforms.slack.posting.allow_list import ChannelAllowList
from bot.platforms.slack.posting.messenger import SlackMessenger, Workspace
from bot.platforms.slack.views import responses, tip_form
from bot.platforms.slack.views.actions import ManageTip
from bot.platforms.slack.views.reply import render_reply
from bot.promises.personal import PersonalOverview

_COMMANDS: dict[str, Command] = {"pause": PauseDaily(None), "on": ChangeDaily(), "off": BareCommand("off")}


class TipSettingsListener:
    """Answers actions and form submissions about daily tips in the Home tab."""

    def __init__(
        self,
        overview: PersonalOverview,
        conversation: Conversation,
        messenger: SlackMessenger,
        surfaces: SurfaceAnswerer,
        zones: TimeZones,
        membership: ChannelMembership,
        allow_list: ChannelAllowList,
        home_publisher: HomePublisher,
    ) -> None:
        self._overview = overview
        self._conversation = conversation
        self._messenger = messenger
        self._surfaces = surfaces
        self._zones = zones
        self._membership = membership
        self._allow_list = allow_list
        self._home_publisher = home_publisher

    async def answer_action(
        self, workspace: Workspace, surface: Surface, person: str, button: ManageTip, window: WaitingWindow
    ) -> None:
        """Answer a button; its tip is looked up among the tips that the person manages."""
        private = build_private_place(workspace.team, person)
        found = await self._overview.find_tip(button.tip, private, person) if button.tip else None
        if button.what == "change" and (found or not button.tip):
            form = tip_form.build_tip_form(self._conversation.list_themes().groups, found, self._overview.daily.nation)
            await self._surfaces.open_window(workspace, surface, person, form)
            return
        view = await self._surfaces.open_waiting_window(workspace, surface, window)
        place = found.place if found else private
        reply: Reply = responses.tip_gone()
        if found and button.what in _COMMANDS:
            press = Press(ConfirmDaily(_COMMANDS[button.what]), person, place)
            reply = await self._find_refusal(workspace, place, person) or await self._conversation.answer_press(press)
        await self._show_outcome(workspace, view, person, place, reply, key=surface.trigger)

    def build_save_job(self, workspace: Workspace, body: dict[str, Any]) -> ListenerJob:
        """Return the job that answers a submission of the tip form."""
        person, view = read_person(body), str(body["view"]["id"])
        channel, form = tip_form.read_tip_form(body)
        place = build_channel_place(workspace.team, channel) if channel else build_private_place(workspace.team, person)

        async def notify(reply: TextReply) -> None:
            await self._surfaces.show_in_window(workspace, view, person, reply, key=view)

        async def run() -> None:
            reply: Reply | None = await self._find_refusal(workspace, place, person)
            if reply is None:
                press = Press(FillInDaily(form), person, place)
                reply = await self._conversation.answer_press(press, self._zones.build_look_up(workspace, person))
            await self._show_outcome(workspace, view, person, place, reply, key=view)

        return ListenerJob(run, notify)

    async def _find_refusal(self, workspace: Workspace, place: Place, person: str) -> TextReply | None:
        """Return why a person may not change the tip of a place; None when the person may."""
        if place.private:
            return None
        if not self._allow_list.allows_channel(place.channel):
            return responses.not_in_this_channel()
        member = await self._membership.is_member(workspace, place.channel, person)
        return None if member else responses.not_a_member(sure=member is False)

    async def _show_outcome(
        self, workspace: Workspace, view: str, person: str, place: Place, reply: Reply, *, key: str
    ) -> None:
        """Announce a change in its channel, show the person the outcome, and publish the Home tab again."""
        if reply.announce and isinstance(reply, TextReply) and not place.private:
            reply = await self._notify_channel(workspace, place, reply, key=key)
        channel = "" if place.private else place.channel
        await self._surfaces.show_in_window(workspace, view, person, reply, key=key, channel=channel)
        await self._home_publisher.publish_home(workspace, person)

    async def _notify_channel(self, workspace: Workspace, place: Place, reply: TextReply, *, key: str) -> TextReply:
        try:
            await self._messenger.post_message(workspace, place.channel, render_reply(reply), key=key)
        except SlackApiError as error:
            if not errors.is_channel_closed(error):
                raise
            return replace(reply, paragraphs=(*reply.paragraphs, responses.INVITE_ME))
        return reply

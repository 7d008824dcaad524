"""Daily tips set up, changed, paused and stopped from the Home, by the same service as what is typed."""

from dataclasses import replace
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.actions import Ask, Change, Command, ConfirmDaily, FillInDaily, Pause
from bot.conversation.conversation import Conversation
from bot.message import Place, Press, Reply, TextReply
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.payloads import Surface, channel_place, person_of, private_place
from bot.platforms.slack.listeners.home import Home
from bot.platforms.slack.listeners.membership import Members
from bot.platforms.slack.listeners.time_zones import TimeZones
from bot.platforms.slack.listeners.work_queue import Job
from bot.platforms.slack.posting.allow_list import Channels
from bot.platforms.slack.posting.messenger import Post, Workspace
from bot.platforms.slack.views import modals, responses, tip_form
from bot.platforms.slack.views.actions import LookAfterTip
from bot.platforms.slack.views.reply import render
from bot.promises.personal import Own

_COMMANDS: dict[str, Command] = {"pause": Pause(None), "on": Change(), "off": Ask("off")}


class LookingAfter:
    """Answers what is pressed and filled in about daily tips on the Home."""

    def __init__(
        self,
        own: Own,
        conversation: Conversation,
        post: Post,
        zones: TimeZones,
        members: Members,
        channels: Channels,
        home: Home,
    ) -> None:
        self._own = own
        self._conversation = conversation
        self._post = post
        self._zones = zones
        self._members = members
        self._channels = channels
        self._home = home

    async def pressed(self, workspace: Workspace, surface: Surface, person: str, button: LookAfterTip) -> None:
        """Answer a button; its tip is looked up among the person's own."""
        own = private_place(workspace.team, person)
        found = await self._own.tip(button.tip, own, person) if button.tip else None
        if button.what == "change" and (found or not button.tip):
            form = tip_form.view(self._conversation.themes().groups, found, self._own.daily.nation)
            await self._post.open(workspace, surface.trigger, form)
            return
        view = await self._post.open(workspace, surface.trigger, modals.waiting())
        place = found.place if found else own
        reply: Reply = responses.tip_gone()
        if found and button.what in _COMMANDS:
            press = Press(ConfirmDaily(_COMMANDS[button.what]), person, place)
            reply = await self._refusal(workspace, place, person) or await self._conversation.press(press)
        await self._answer(workspace, view, person, place, reply)

    def saved(self, workspace: Workspace, body: dict[str, Any]) -> Job:
        """Make the job of setting a tip up as the form says."""
        person, view = person_of(body), str(body["view"]["id"])
        channel, form = tip_form.read(body)
        place = channel_place(workspace.team, channel) if channel else private_place(workspace.team, person)

        async def tell(reply: TextReply) -> None:
            await self._post.update(workspace, view, modals.answer(render(reply, "modal")))

        async def do() -> None:
            reply: Reply | None = await self._refusal(workspace, place, person)
            if reply is None:
                press = Press(FillInDaily(form), person, place)
                reply = await self._conversation.press(press, self._zones.asker(workspace, person))
            await self._answer(workspace, view, person, place, reply)

        return Job(do, tell)

    async def _refusal(self, workspace: Workspace, place: Place, person: str) -> TextReply | None:
        """Say why a person may not change the tip of a place; None when they may."""
        if place.private:
            return None
        if not self._channels.may_speak(place.channel):
            return responses.not_in_this_channel()
        member = await self._members.has(workspace, place.channel, person)
        return None if member else responses.not_a_member(sure=member is False)

    async def _answer(self, workspace: Workspace, view: str, person: str, place: Place, reply: Reply) -> None:
        """Tell the channel what changed, the person what came of it, and show the Home as it is now."""
        if reply.announce and isinstance(reply, TextReply) and not place.private:
            reply = await self._tell_channel(workspace, place, reply, key=view)
        channel = "" if place.private else place.channel
        await self._post.update(workspace, view, modals.answer(render(reply, "modal"), channel))
        await self._home.publish(workspace, person)

    async def _tell_channel(self, workspace: Workspace, place: Place, reply: TextReply, *, key: str) -> TextReply:
        try:
            await self._post.say(workspace, place.channel, render(reply), key=key)
        except SlackApiError as error:
            if not errors.is_channel_closed(error):
                raise
            return replace(reply, paragraphs=(*reply.paragraphs, responses.INVITE_ME))
        return reply

"""Buttons and pickers: what was pressed, answered where it was pressed."""

from typing import Any

from slack_sdk.errors import SlackApiError

from bot.actions import (
    Action,
    Another,
    CancelDaily,
    ConfirmDaily,
    GiveTip,
    PickTheme,
    Settle,
    Share,
    Withdraw,
)
from bot.conversation.conversation import Conversation
from bot.message import Place, Press, Reply, TextReply
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.payloads import Surface, channel_place, person_of, private_place, read_surface
from bot.platforms.slack.listeners.home import Home
from bot.platforms.slack.listeners.settings import PersonalSettings
from bot.platforms.slack.listeners.share import Sharing
from bot.platforms.slack.listeners.time_zones import TimeZones
from bot.platforms.slack.listeners.tip_settings import LookingAfter
from bot.platforms.slack.listeners.work_queue import Job
from bot.platforms.slack.posting.messenger import Post, Workspace
from bot.platforms.slack.views import actions, modals, responses
from bot.platforms.slack.views.actions import LookAfterTip, OpenQuestion, OpenSettings
from bot.platforms.slack.views.reply import Rendered, render

Body = dict[str, Any]
_FOR_ALL = (Another, PickTheme, GiveTip)  # in a channel; other answers are for who pressed
_INSTEAD = (ConfirmDaily, CancelDaily, Settle, Withdraw)
_DAILY = (ConfirmDaily, CancelDaily)  # for the channel, though asked in private


class Pressing:
    """Answers presses.

    Parameters
    ----------
    looking_after
        Answers those about daily tips on the Home; None where the tips are off.
    """

    def __init__(
        self,
        conversation: Conversation,
        post: Post,
        zones: TimeZones,
        sharing: Sharing,
        settings: PersonalSettings,
        home: Home,
        looking_after: LookingAfter | None,
    ) -> None:
        self._conversation = conversation
        self._post = post
        self._zones = zones
        self._sharing = sharing
        self._settings = settings
        self._home = home
        self._looking_after = looking_after

    def job(self, workspace: Workspace, body: Body) -> Job | None:
        """Make the job of answering a press; None for what is not ours."""
        pressed = actions.read((body.get("actions") or [{}])[0])
        if pressed is None:
            return None
        surface, person = read_surface(body), person_of(body)

        async def do() -> None:
            match pressed.action:
                case Share(answer=answer):
                    await self._share(workspace, surface, person, answer)
                case LookAfterTip():
                    if self._looking_after:
                        await self._looking_after.pressed(workspace, surface, person, pressed.action)
                case OpenQuestion():
                    await self._post.open(workspace, surface.trigger, modals.ask(self._conversation.keeping))
                case OpenSettings():
                    await self._settings.open(workspace, person, surface.trigger)
                case action:
                    place = self._place(workspace, surface, person, action)
                    await self._act(workspace, surface, Press(action, person, place), here=pressed.here)

        async def tell(reply: TextReply) -> None:
            await self._aside(workspace, surface, person, render(reply, _kind(surface)))

        return Job(do, tell)

    def shared(self, workspace: Workspace, body: Body) -> Job:
        """Make the job of sharing with the channel that was chosen in the view."""
        person, view = person_of(body), body["view"]
        chosen = view["state"]["values"][modals.CHANNEL][modals.CHANNEL]
        urls = [str(entry.get("response_url")) for entry in body.get("response_urls") or []]

        async def tell(reply: TextReply) -> None:
            await self._post.update(workspace, view["id"], modals.answer(render(reply, "modal")))

        async def do() -> None:
            told = await self._sharing.share(
                workspace,
                person,
                str(view.get("private_metadata") or ""),
                str(chosen.get("selected_conversation") or ""),
                key=view["id"],
                response_url=urls[0] if urls else "",
            )
            await tell(told)

        return Job(do, tell)

    @staticmethod
    def _place(workspace: Workspace, surface: Surface, person: str, action: Action) -> Place:
        if surface.kind == "channel" or (_of_channel(surface) and isinstance(action, _DAILY)):
            return channel_place(workspace.team, surface.channel, surface.thread)
        return private_place(workspace.team, person, surface.thread if surface.kind == "direct" else "")

    async def _act(self, workspace: Workspace, surface: Surface, press: Press, *, here: bool) -> None:
        if surface.kind == "home":
            await self._act_over_home(workspace, surface, press)
            return
        reply = await self._reply(workspace, press)
        rendered = render(reply, _kind(surface), share=surface.private)
        if surface.kind == "modal":
            await self._in_modal(workspace, surface, rendered, instead=here or isinstance(press.action, _FOR_ALL))
        elif surface.kind == "ephemeral" and not press.place.private and reply.announce:
            await self._post.respond(surface.response_url, rendered, in_channel=True)
            await self._post.respond(surface.response_url, render(responses.told_the_channel()), replace=True)
        elif here or isinstance(press.action, _INSTEAD):
            await self._in_place(workspace, surface, rendered)
        elif surface.kind == "direct" or (surface.kind == "channel" and isinstance(press.action, _FOR_ALL)):
            await self._post.say(workspace, surface.channel, rendered, key=surface.trigger, thread=surface.thread)
        else:
            await self._aside(workspace, surface, press.person, rendered)

    async def _act_over_home(self, workspace: Workspace, surface: Surface, press: Press) -> None:
        """Open a view at once, for a trigger lasts three seconds, and put the answer in it."""
        view = await self._post.open(workspace, surface.trigger, modals.waiting())
        rendered = render(await self._reply(workspace, press), "modal", share=True)
        await self._post.update(workspace, view, modals.answer(rendered))
        await self._home.publish(workspace, press.person)

    async def _reply(self, workspace: Workspace, press: Press) -> Reply:
        return await self._conversation.press(press, self._zones.asker(workspace, press.person))

    async def _in_modal(self, workspace: Workspace, surface: Surface, rendered: Rendered, *, instead: bool) -> None:
        view = modals.answer(rendered)
        if instead:
            await self._post.update(workspace, surface.view, view)
        else:
            await self._post.open(workspace, surface.trigger, view, on_top=True)

    async def _in_place(self, workspace: Workspace, surface: Surface, rendered: Rendered) -> None:
        if surface.kind == "ephemeral":
            await self._post.respond(surface.response_url, rendered, replace=True)
            return
        try:
            await self._post.replace(workspace, surface.channel, surface.ts, rendered)
        except SlackApiError as error:
            if not (surface.response_url and errors.is_channel_closed(error)):
                raise
            await self._post.respond(surface.response_url, rendered, replace=True)

    async def _aside(self, workspace: Workspace, surface: Surface, person: str, rendered: Rendered) -> None:
        """Answer so that only the person who pressed sees it."""
        if surface.kind == "modal":
            await self._post.open(workspace, surface.trigger, modals.answer(rendered), on_top=True)
        elif surface.kind == "home":
            await self._post.open(workspace, surface.trigger, modals.answer(rendered))
        elif surface.kind == "ephemeral":
            await self._post.respond(surface.response_url, rendered)
        else:
            await self._whisper(workspace, surface, person, rendered)

    async def _whisper(self, workspace: Workspace, surface: Surface, person: str, rendered: Rendered) -> None:
        try:
            await self._post.whisper(workspace, surface.channel, person, rendered, surface.thread)
        except SlackApiError as error:
            if not (surface.response_url and errors.is_channel_closed(error)):
                raise
            await self._post.respond(surface.response_url, rendered)

    async def _share(self, workspace: Workspace, surface: Surface, person: str, answer: str) -> None:
        if surface.kind != "ephemeral":
            view = modals.share(answer)
            await self._post.open(workspace, surface.trigger, view, on_top=surface.kind == "modal")
            return
        told = await self._sharing.share(
            workspace, person, answer, surface.channel, key=surface.trigger, response_url=surface.response_url
        )
        await self._post.respond(surface.response_url, render(told))


def _of_channel(surface: Surface) -> bool:
    """Tell whether something that one person alone sees stands in a channel."""
    return surface.kind == "ephemeral" and not surface.channel.startswith("D")


def _kind(surface: Surface) -> actions.Surface:
    return "modal" if surface.kind in ("modal", "home") else "message"

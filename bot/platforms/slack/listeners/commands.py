"""Command listener: the slash command, the two shortcuts and the question view, answered in private."""

from typing import Any

from bot.actions import Another, Button, GiveTip, PickTheme, ShowThemes
from bot.conversation.conversation import Conversation
from bot.message import LessonReply, Message, Place, Press, Reply, TextReply
from bot.platforms.slack.api.message_text import collect_words
from bot.platforms.slack.api.payloads import (
    Surface,
    build_channel_place,
    build_private_place,
    read_person,
    remove_mentions,
)
from bot.platforms.slack.listeners.command_parser import (
    FreeText,
    NearMiss,
    SlashSubcommand,
    ThemeRequest,
    build_suggestion,
    parse_command,
)
from bot.platforms.slack.listeners.membership import ChannelMembership
from bot.platforms.slack.listeners.share import AnswerSharer
from bot.platforms.slack.listeners.surfaces import SurfaceAnswerer
from bot.platforms.slack.listeners.time_zones import TimeZones
from bot.platforms.slack.listeners.work_queue import ListenerJob
from bot.platforms.slack.posting.allow_list import ChannelAllowList
from bot.platforms.slack.posting.messenger import SlackMessenger, Workspace
from bot.platforms.slack.posting.private import PrivateSender
from bot.platforms.slack.views import modals, responses
from bot.platforms.slack.views.reply import RenderedReply, render_reply
from bot.subscriptions.commands import is_daily_command

Body = dict[str, Any]
_SUBCOMMAND_ACTIONS: dict[str, Button] = {
    "themes": ShowThemes(),
    "tip": GiveTip(),
    "another": Another(),
}  # as sub-commands


class CommandListener:
    """Answers commands, shortcuts and submissions of the question view."""

    def __init__(
        self,
        conversation: Conversation,
        messenger: SlackMessenger,
        private: PrivateSender,
        surfaces: SurfaceAnswerer,
        zones: TimeZones,
        sharer: AnswerSharer,
        membership: ChannelMembership,
        allow_list: ChannelAllowList,
    ) -> None:
        self._conversation = conversation
        self._messenger = messenger
        self._private = private
        self._surfaces = surfaces
        self._zones = zones
        self._sharer = sharer
        self._membership = membership
        self._allow_list = allow_list

    def build_command_job(self, workspace: Workspace, body: Body) -> ListenerJob:
        """Return the job that answers `/steps …`."""
        url = str(body.get("response_url", ""))

        async def notify(reply: Reply) -> None:
            if reply.announce:
                channel = str(body.get("channel_id") or "")
                reply = await self._membership.add_invitation(workspace, channel, reply)
            rendered = render_reply(reply, share=True)
            if reply.announce:
                await self._messenger.send_response(url, rendered, in_channel=True)
            else:
                await self._send_privately(workspace, body, rendered)

        async def run() -> None:
            await notify(await self._answer_command(workspace, body))

        return ListenerJob(run, notify)

    def build_message_shortcut_job(self, workspace: Workspace, body: Body) -> ListenerJob:
        """Return the job that answers the message shortcut “What would help here?”."""
        message = body.get("message") or {}
        channel = str((body.get("channel") or {}).get("id", ""))

        async def notify(reply: Reply) -> None:
            await self._send_privately(workspace, body, render_reply(reply, share=True))

        async def run() -> None:
            text = remove_mentions(collect_words(message).together, workspace.bot_user)
            reply = await self._answer_text(workspace, read_person(body), text, relayed=True)
            if isinstance(reply, LessonReply):
                thread = str(message.get("thread_ts") or message.get("ts") or "")
                await self._sharer.remember_thread(workspace, reply.answer, channel, thread)
            await notify(reply)

        return ListenerJob(run, notify)

    def build_question_job(self, workspace: Workspace, body: Body) -> ListenerJob:
        """Return the job that answers a submission of the question view."""
        view = body["view"]
        text = str(view["state"]["values"][modals.QUESTION][modals.QUESTION]["value"] or "")

        async def notify(reply: Reply) -> None:
            await self._surfaces.show_in_window(workspace, view["id"], read_person(body), reply, key=view["id"])

        async def run() -> None:
            await notify(await self._answer_text(workspace, read_person(body), text))

        return ListenerJob(run, notify)

    def build_shortcut_job(self, workspace: Workspace, body: Body) -> ListenerJob:
        """Return the job that opens the question view."""

        async def run() -> None:
            view = modals.build_question_view(self._conversation.retention_notice)
            surface = Surface("home", trigger=str(body["trigger_id"]))
            await self._surfaces.open_window(workspace, surface, read_person(body), view)

        async def notify(reply: TextReply) -> None:
            await self._send_privately(workspace, body, render_reply(reply))

        return ListenerJob(run, notify)

    async def _send_privately(self, workspace: Workspace, body: Body, rendered: RenderedReply) -> None:
        """Send by the response URL of a request, else in another way that only the person sees."""
        channel = body.get("channel_id") or (body.get("channel") or {}).get("id")
        await self._private.send_privately(
            workspace,
            read_person(body),
            rendered,
            key=str(body.get("trigger_id")),
            channel=str(channel or ""),
            response_url=str(body.get("response_url") or ""),
        )

    async def _answer_command(self, workspace: Workspace, body: Body) -> Reply:
        titles = {theme: title for group in self._conversation.list_themes().groups for theme, title in group.themes}
        person, parsed = read_person(body), parse_command(str(body.get("text") or ""), titles)
        match parsed:
            case SlashSubcommand(name=name):
                return await self._answer_subcommand(workspace, body, name)
            case ThemeRequest(theme=theme):
                return await self._press_action(workspace, person, PickTheme(theme))
            case NearMiss():
                return build_suggestion(parsed, titles)
            case FreeText(text=text):
                return await self._answer_question(workspace, body, text)

    async def _answer_question(self, workspace: Workspace, body: Body, text: str) -> Reply:
        """Return the reply to free text; a request about a daily tip concerns the channel of the command."""
        person, channel = read_person(body), str(body.get("channel_id") or "")
        if not channel or channel.startswith("D"):
            return await self._answer_text(workspace, person, text)
        may_speak = self._allow_list.allows_channel(channel)
        if not may_speak and is_daily_command(text):
            return responses.not_in_this_channel()
        reply = await self._answer_text(workspace, person, text, build_channel_place(workspace.team, channel))
        return reply if may_speak or not _is_about_daily_tip(reply) else responses.not_in_this_channel()

    async def _answer_subcommand(self, workspace: Workspace, body: Body, name: str) -> Reply:
        match name:
            case "help":
                return responses.help_()
            case "share":
                return await self._share_answer(workspace, body)
            case "why":
                return await self._conversation.lessons.explain(build_private_place(workspace.team, read_person(body)))
            case _:
                return await self._press_action(workspace, read_person(body), _SUBCOMMAND_ACTIONS[name])

    async def _share_answer(self, workspace: Workspace, body: Body) -> Reply:
        channel, url = str(body.get("channel_id", "")), str(body.get("response_url", ""))
        return await self._sharer.share_answer(
            workspace, read_person(body), "", channel, key=str(body.get("trigger_id")), response_url=url
        )

    async def _press_action(self, workspace: Workspace, person: str, action: Button) -> Reply:
        return await self._conversation.answer_press(Press(action, person, build_private_place(workspace.team, person)))

    async def _answer_text(
        self, workspace: Workspace, person: str, text: str, around: Place | None = None, *, relayed: bool = False
    ) -> Reply:
        place = build_private_place(workspace.team, person)
        message = Message(text, person, place, around=around, command=True, relayed=relayed)
        return await self._conversation.answer_message(message, self._zones.build_look_up(workspace, person))


def _is_about_daily_tip(reply: Reply) -> bool:
    return isinstance(reply, TextReply) and reply.intent in ("daily", "daily-changed")

"""The slash command, the two shortcuts and the view that asks: private ways in, privately answered."""

from typing import Any

from bot.actions import Another, Button, GiveTip, PickTheme, ShowThemes
from bot.conversation.conversation import Conversation
from bot.message import LessonReply, Message, Place, Press, Reply, TextReply
from bot.platforms.slack.api.payloads import channel_place, person_of, private_place, without_mention
from bot.platforms.slack.listeners.command_parser import Command, NearMiss, Question, ThemeAsked, parse, suggestion
from bot.platforms.slack.listeners.share import Sharing
from bot.platforms.slack.listeners.time_zones import TimeZones
from bot.platforms.slack.listeners.work_queue import Job
from bot.platforms.slack.posting.allow_list import Channels
from bot.platforms.slack.posting.messenger import Post, Workspace
from bot.platforms.slack.views import modals, responses
from bot.platforms.slack.views.reply import render
from bot.subscriptions.commands import is_command

Body = dict[str, Any]
_PRESSED: dict[str, Button] = {"themes": ShowThemes(), "tip": GiveTip(), "another": Another()}  # as sub-commands


class Asking:
    """Answers those who ask in private."""

    def __init__(
        self, conversation: Conversation, post: Post, zones: TimeZones, sharing: Sharing, channels: Channels
    ) -> None:
        self._conversation = conversation
        self._post = post
        self._zones = zones
        self._sharing = sharing
        self._channels = channels

    def command(self, workspace: Workspace, body: Body) -> Job:
        """Make the job of answering `/steps …`."""
        url = str(body.get("response_url", ""))

        async def tell(reply: Reply) -> None:
            await self._post.respond(url, render(reply, share=True), in_channel=reply.announce)

        async def do() -> None:
            await tell(await self._commanded(workspace, body))

        return Job(do, tell)

    def message_shortcut(self, workspace: Workspace, body: Body) -> Job:
        """Make the job of answering “What would help here?” under somebody's message."""
        url, message = str(body.get("response_url", "")), body.get("message") or {}
        channel = str((body.get("channel") or {}).get("id", ""))

        async def tell(reply: Reply) -> None:
            await self._post.respond(url, render(reply, share=True))

        async def do() -> None:
            text = without_mention(str(message.get("text") or ""), workspace.bot_user)
            reply = await self._reply(workspace, person_of(body), text)
            if isinstance(reply, LessonReply):
                thread = str(message.get("thread_ts") or message.get("ts") or "")
                await self._sharing.offer(workspace, reply.answer, channel, thread)
            await tell(reply)

        return Job(do, tell)

    def question(self, workspace: Workspace, body: Body) -> Job:
        """Make the job of answering what was typed into the view that asks."""
        view = body["view"]
        text = str(view["state"]["values"][modals.QUESTION][modals.QUESTION]["value"] or "")

        async def tell(reply: Reply) -> None:
            await self._post.update(workspace, view["id"], modals.answer(render(reply, "modal", share=True)))

        async def do() -> None:
            await tell(await self._reply(workspace, person_of(body), text))

        return Job(do, tell)

    def shortcut(self, workspace: Workspace, body: Body) -> Job:
        """Make the job of opening the view that asks."""

        async def do() -> None:
            await self._post.open(workspace, body["trigger_id"], modals.ask(self._conversation.keeping))

        async def tell(_reply: TextReply) -> None:
            """Tell nobody: there is no place yet in which to say it."""

        return Job(do, tell)

    async def _commanded(self, workspace: Workspace, body: Body) -> Reply:
        titles = {theme: title for group in self._conversation.themes().groups for theme, title in group.themes}
        person, asked = person_of(body), parse(str(body.get("text") or ""), titles)
        match asked:
            case Command(name=name):
                return await self._named(workspace, body, name)
            case ThemeAsked(theme=theme):
                return await self._press(workspace, person, PickTheme(theme))
            case NearMiss():
                return suggestion(asked, titles)
            case Question(text=text):
                return await self._asked(workspace, body, text)

    async def _asked(self, workspace: Workspace, body: Body, text: str) -> Reply:
        """Answer free words: what they say of a daily tip is about the channel in which they were typed."""
        person, channel = person_of(body), str(body.get("channel_id") or "")
        if not channel or channel.startswith("D"):
            return await self._reply(workspace, person, text)
        may_speak = self._channels.may_speak(channel)
        if not may_speak and is_command(text):
            return responses.not_in_this_channel()
        reply = await self._reply(workspace, person, text, channel_place(workspace.team, channel))
        return reply if may_speak or not _is_about_daily_tip(reply) else responses.not_in_this_channel()

    async def _named(self, workspace: Workspace, body: Body, name: str) -> Reply:
        match name:
            case "help":
                return responses.help_()
            case "share":
                return await self._share(workspace, body)
            case "why":
                return await self._conversation.lessons.why(private_place(workspace.team, person_of(body)))
            case _:
                return await self._press(workspace, person_of(body), _PRESSED[name])

    async def _share(self, workspace: Workspace, body: Body) -> Reply:
        channel, url = str(body.get("channel_id", "")), str(body.get("response_url", ""))
        return await self._sharing.share(
            workspace, person_of(body), "", channel, key=str(body.get("trigger_id")), response_url=url
        )

    async def _press(self, workspace: Workspace, person: str, action: Button) -> Reply:
        return await self._conversation.press(Press(action, person, private_place(workspace.team, person)))

    async def _reply(self, workspace: Workspace, person: str, text: str, around: Place | None = None) -> Reply:
        message = Message(text, person, private_place(workspace.team, person), around=around)
        return await self._conversation.reply(message, self._zones.asker(workspace, person))


def _is_about_daily_tip(reply: Reply) -> bool:
    return isinstance(reply, TextReply) and reply.intent in ("daily", "daily-changed")

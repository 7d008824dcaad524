"""Registration of the listeners on Bolt's app: each reads its request and adds a job to the work queue."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.message import TextReply
from bot.platforms.slack.api import scopes
from bot.platforms.slack.api.payloads import MALFORMED, read_message
from bot.platforms.slack.install.uninstall import UninstallMiddleware
from bot.platforms.slack.listeners.actions import ActionListener
from bot.platforms.slack.listeners.care import CARD, CareListener
from bot.platforms.slack.listeners.commands import CommandListener
from bot.platforms.slack.listeners.home import HomePublisher
from bot.platforms.slack.listeners.messages import MessageListener
from bot.platforms.slack.listeners.settings import SettingsListener
from bot.platforms.slack.listeners.tip_settings import TipSettingsListener
from bot.platforms.slack.listeners.welcome import WelcomeListener
from bot.platforms.slack.listeners.work_queue import ListenerJob, WorkQueue
from bot.platforms.slack.posting.messenger import Workspace, read_workspace
from bot.platforms.slack.views import actions, modals

_logger = logging.getLogger(__name__)
Body = dict[str, Any]
_BuildJob = Callable[[Workspace, Body], ListenerJob | None]


@dataclass(frozen=True, slots=True)
class ListenerRegistry:
    """The listeners of the app, each registered for its requests."""

    work_queue: WorkQueue
    care: CareListener
    message_listener: MessageListener
    command_listener: CommandListener
    action_listener: ActionListener
    settings_listener: SettingsListener
    home_publisher: HomePublisher
    welcome_listener: WelcomeListener
    uninstall: UninstallMiddleware
    tip_settings_listener: TipSettingsListener | None

    def register_listeners(self, app: AsyncApp) -> None:
        """Register every listener; a test holds the manifest to the same events."""
        app.middleware(self.uninstall.handle_uninstall)
        app.event("app_mention")(self._receive_message)
        app.event("message")(self._receive_message)
        app.event("app_home_opened")(self._receive_home_opened)
        app.event("member_joined_channel")(self._receive_member)
        app.command(scopes.COMMAND)(self._listen(self.command_listener.build_command_job))
        app.message_shortcut(scopes.MESSAGE_SHORTCUT)(self._listen(self.command_listener.build_message_shortcut_job))
        app.global_shortcut(scopes.ASK_SHORTCUT)(self._listen(self.command_listener.build_shortcut_job))
        app.action(actions.ACTION_ID_PATTERN)(self._listen(self.action_listener.build_job))
        app.view_submission(modals.ASK)(self._listen(self.command_listener.build_question_job))
        app.view_submission(modals.SHARE)(self._listen(self.action_listener.build_share_job))
        app.view_submission(modals.SETTINGS)(self._listen(self.settings_listener.build_save_job))
        if self.tip_settings_listener:
            app.view_submission(modals.TIP)(self._listen(self.tip_settings_listener.build_save_job))

    async def _receive_message(self, body: Body, event: Body, context: AsyncBoltContext) -> None:
        workspace, key = read_workspace(context), str(body.get("event_id"))
        if decided := context.get(CARD):
            self.work_queue.add_urgent_job(self.care.build_job(workspace, decided, key))
        elif received := read_message(event, workspace.bot_user):
            self.work_queue.add_job(self.message_listener.build_job(workspace, received, key))

    async def _receive_home_opened(self, event: Body, context: AsyncBoltContext) -> None:
        if event.get("tab") == "messages":
            self.work_queue.add_job(self.welcome_listener.build_person_job(read_workspace(context), event))
        if event.get("tab") != "home":
            return
        workspace, person = read_workspace(context), str(event.get("user"))

        async def run() -> None:
            await self.home_publisher.publish_home(workspace, person)

        async def notify(_reply: TextReply) -> None:
            """Send nothing: the Home tab stays as it was."""

        self.work_queue.add_job(ListenerJob(run, notify))

    async def _receive_member(self, event: Body, context: AsyncBoltContext) -> None:
        if job := self.welcome_listener.build_channel_job(read_workspace(context), event):
            self.work_queue.add_job(job)

    def _listen(self, build_job: _BuildJob) -> Callable[..., Awaitable[None]]:
        async def listen(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
            await ack()  # for Bolt alone: Slack was answered when the request came in
            self._add_job(build_job, body, context)

        return listen

    def _add_job(self, build_job: _BuildJob, body: Body, context: AsyncBoltContext) -> None:
        try:
            if decided := context.get(CARD):
                urgent = self.care.build_job(read_workspace(context), decided, str(body.get("trigger_id")))
                self.work_queue.add_urgent_job(urgent)
                return
            job = build_job(read_workspace(context), body)
        except MALFORMED as error:
            _logger.warning("Slack: a request had a shape that is not known (%s).", type(error).__name__)
            return
        if job:
            self.work_queue.add_job(job)

"""What the bot listens to, registered on Bolt: read, acknowledge, and work after."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.message import TextReply
from bot.platforms.slack.api import scopes
from bot.platforms.slack.api.payloads import MALFORMED, hear
from bot.platforms.slack.install.uninstall import UninstallMiddleware
from bot.platforms.slack.listeners.actions import Pressing
from bot.platforms.slack.listeners.commands import Asking
from bot.platforms.slack.listeners.home import Home
from bot.platforms.slack.listeners.messages import Hearing
from bot.platforms.slack.listeners.settings import PersonalSettings
from bot.platforms.slack.listeners.tip_settings import LookingAfter
from bot.platforms.slack.listeners.work_queue import Job, Work
from bot.platforms.slack.posting.messenger import Workspace, workspace_of
from bot.platforms.slack.views import actions, modals, tip_form

_logger = logging.getLogger(__name__)
Body = dict[str, Any]
_Problems = Callable[[Body], dict[str, str]]
_MakeJob = Callable[[Workspace, Body], Job | None]


@dataclass(frozen=True, slots=True)
class Listeners:
    """Hands each thing that arrives to the part that answers it."""

    work: Work
    hearing: Hearing
    asking: Asking
    pressing: Pressing
    settings: PersonalSettings
    home: Home
    uninstall: UninstallMiddleware
    looking_after: LookingAfter | None

    def register(self, app: AsyncApp) -> None:
        """Register everything; the manifest asks for the same, and a test holds the two together."""
        app.middleware(self.uninstall.handle_uninstall)
        app.event("app_mention")(self._heard)
        app.event("message")(self._heard)
        app.event("app_home_opened")(self._home_opened)
        app.command(scopes.COMMAND)(self._acknowledged(self.asking.command))
        app.message_shortcut(scopes.MESSAGE_SHORTCUT)(self._acknowledged(self.asking.message_shortcut))
        app.global_shortcut(scopes.ASK_SHORTCUT)(self._acknowledged(self.asking.shortcut))
        app.action(actions.PRESSED)(self._acknowledged(self.pressing.job))
        app.view_submission(modals.ASK)(self._shown_waiting(self.asking.question))
        app.view_submission(modals.SHARE)(self._shown_waiting(self.pressing.shared))
        app.view_submission(modals.SETTINGS)(self._shown_waiting(self.settings.saved))
        if self.looking_after:
            app.view_submission(modals.TIP)(self._shown_waiting(self.looking_after.saved, tip_form.problems))

    async def _heard(self, body: Body, event: Body, context: AsyncBoltContext) -> None:
        workspace = workspace_of(context)
        if heard := hear(event, workspace.bot_user):
            self.work.take(self.hearing.job(workspace, heard, str(body.get("event_id"))))

    async def _home_opened(self, event: Body, context: AsyncBoltContext) -> None:
        if event.get("tab") != "home":
            return
        workspace, person = workspace_of(context), str(event.get("user"))

        async def do() -> None:
            await self.home.publish(workspace, person)

        async def tell(_reply: TextReply) -> None:
            """Tell nobody: the Home stays as it was."""

        self.work.take(Job(do, tell))

    def _acknowledged(self, make: _MakeJob) -> Callable[..., Awaitable[None]]:
        async def listen(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
            await ack()
            self._take(make, body, context)

        return listen

    def _shown_waiting(self, make: _MakeJob, problems: _Problems | None = None) -> Callable[..., Awaitable[None]]:
        """Acknowledge a view by showing another until the answer is there, so that it does not close.

        Where something in it cannot be meant, the view stays and says so at the field.
        """

        async def listen(ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
            if problems and (found := problems(body)):
                await ack(response_action="errors", errors=found)
                return
            await ack(response_action="update", view=modals.waiting())
            self._take(make, body, context)

        return listen

    def _take(self, make: _MakeJob, body: Body, context: AsyncBoltContext) -> None:
        try:
            job = make(workspace_of(context), body)
        except MALFORMED as error:
            _logger.warning("Slack: a request had a shape that is not known (%s).", type(error).__name__)
            return
        if job:
            self.work.take(job)

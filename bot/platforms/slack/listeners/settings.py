"""Settings listener: a person's history with the bot, and its deletion."""

from typing import Any

from bot.message import TextReply
from bot.platforms.slack.api.payloads import build_private_place, read_person
from bot.platforms.slack.listeners.home import HomePublisher
from bot.platforms.slack.listeners.work_queue import ListenerJob
from bot.platforms.slack.posting.messenger import SlackMessenger, Workspace
from bot.platforms.slack.views import modals, responses
from bot.platforms.slack.views.reply import render_reply
from bot.store.answers import Answers


class SettingsListener:
    """Opens the settings view and saves its submission.

    Parameters
    ----------
    retention_notice
        Sentence about what is stored of the text that people type.
    """

    def __init__(
        self, answers: Answers, messenger: SlackMessenger, home_publisher: HomePublisher, retention_notice: str
    ) -> None:
        self._answers = answers
        self._messenger = messenger
        self._home_publisher = home_publisher
        self._retention_notice = retention_notice

    async def open_view(self, workspace: Workspace, person: str, trigger: str) -> None:
        """Open the settings view."""
        seen = await self._answers.seen(build_private_place(workspace.team, person))
        await self._messenger.open_view(
            workspace, trigger, modals.build_settings_view(len(seen), self._retention_notice)
        )

    def build_save_job(self, workspace: Workspace, body: dict[str, Any]) -> ListenerJob:
        """Return the job that saves a submission of the settings view."""
        person, view = read_person(body), body["view"]
        chosen = view["state"]["values"][modals.FORGET][modals.FORGET].get("selected_options") or []

        async def notify(reply: TextReply) -> None:
            await self._messenger.update_view(
                workspace, view["id"], modals.build_answer_view(render_reply(reply, "modal"))
            )

        async def run() -> None:
            if chosen:
                await self._answers.forget_place(build_private_place(workspace.team, person))
            await notify(responses.settings_saved(forgotten=bool(chosen)))
            await self._home_publisher.publish_home(workspace, person)

        return ListenerJob(run, notify)

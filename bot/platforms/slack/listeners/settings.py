"""Settings listener: a person's history with the bot, and its deletion."""

from typing import Any

from bot.message import TextReply
from bot.platforms.slack.api.payloads import Surface, build_private_place, read_person
from bot.platforms.slack.listeners.home import HomePublisher
from bot.platforms.slack.listeners.surfaces import SurfaceAnswerer
from bot.platforms.slack.listeners.work_queue import ListenerJob
from bot.platforms.slack.posting.messenger import Workspace
from bot.platforms.slack.views import modals, responses
from bot.store.answers import Answers


class SettingsListener:
    """Opens the settings view and saves its submission.

    Parameters
    ----------
    retention_notice
        Sentence about what is stored of the text that people type.
    """

    def __init__(
        self, answers: Answers, surfaces: SurfaceAnswerer, home_publisher: HomePublisher, retention_notice: str
    ) -> None:
        self._answers = answers
        self._surfaces = surfaces
        self._home_publisher = home_publisher
        self._retention_notice = retention_notice

    async def open_view(self, workspace: Workspace, person: str, surface: Surface) -> None:
        """Open the settings view."""
        seen = await self._answers.seen(build_private_place(workspace.team, person))
        view = modals.build_settings_view(len(seen), self._retention_notice)
        await self._surfaces.open_window(workspace, surface, person, view)

    def build_save_job(self, workspace: Workspace, body: dict[str, Any]) -> ListenerJob:
        """Return the job that saves a submission of the settings view."""
        person, view = read_person(body), body["view"]
        chosen = view["state"]["values"][modals.FORGET][modals.FORGET].get("selected_options") or []

        async def notify(reply: TextReply) -> None:
            await self._surfaces.show_in_window(workspace, view["id"], person, reply, key=view["id"])

        async def run() -> None:
            if chosen:
                await self._answers.forget_place(build_private_place(workspace.team, person))
            await notify(responses.settings_saved(forgotten=bool(chosen)))
            await self._home_publisher.publish_home(workspace, person)

        return ListenerJob(run, notify)

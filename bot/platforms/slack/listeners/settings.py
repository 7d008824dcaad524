"""Settings listener: who a person is, their history with the bot, and its deletion."""

from typing import Any

from bot.actions import ForgetReader, RememberReader
from bot.conversation.conversation import Conversation
from bot.message import Place, Press, TextReply
from bot.platforms.slack.api.payloads import Surface, build_private_place, read_person
from bot.platforms.slack.listeners.home import HomePublisher
from bot.platforms.slack.listeners.surfaces import SurfaceAnswerer
from bot.platforms.slack.listeners.work_queue import ListenerJob
from bot.platforms.slack.posting.messenger import Workspace
from bot.platforms.slack.views import modals, responses
from bot.store.answers import Answers
from bot.store.readers import Reader


class SettingsListener:
    """Opens the settings view and saves its submission."""

    def __init__(
        self, conversation: Conversation, answers: Answers, surfaces: SurfaceAnswerer, home_publisher: HomePublisher
    ) -> None:
        self._conversation = conversation
        self._answers = answers
        self._surfaces = surfaces
        self._home_publisher = home_publisher

    async def open_view(self, workspace: Workspace, person: str, surface: Surface) -> None:
        """Open the settings view."""
        place = build_private_place(workspace.team, person)
        seen, reader = await self._answers.seen(place), await self._conversation.find_saved_reader(place, person)
        view = modals.build_settings_view(len(seen), self._conversation.retention_notice, reader)
        await self._surfaces.open_window(workspace, surface, person, view)

    def build_save_job(self, workspace: Workspace, body: dict[str, Any]) -> ListenerJob:
        """Return the job that saves a submission of the settings view."""
        person, view = read_person(body), body["view"]
        place, values = build_private_place(workspace.team, person), view["state"]["values"]
        chosen = values[modals.FORGET][modals.FORGET].get("selected_options") or []
        reader = _read_reader(values)

        async def notify(reply: TextReply) -> None:
            await self._surfaces.show_in_window(workspace, view["id"], person, reply, key=view["id"])

        async def run() -> None:
            if chosen:
                await self._answers.forget_place(place)
            said = await self._save_reader(place, person, reader) if reader is not None else None
            await notify(responses.settings_saved(said, forgotten=bool(chosen)))
            await self._home_publisher.publish_home(workspace, person)

        return ListenerJob(run, notify)

    async def _save_reader(self, place: Place, person: str, reader: Reader) -> TextReply | None:
        """Remember or forget who somebody is; return what is said of it, None where nothing changes."""
        if reader == await self._conversation.find_saved_reader(place, person):
            return None
        action = RememberReader(reader.role, reader.minutes) if reader else ForgetReader()
        reply = await self._conversation.answer_press(Press(action, person, place))
        return reply if isinstance(reply, TextReply) else None


def _read_reader(values: dict[str, Any]) -> Reader | None:
    """Return who a submission says that the person is; None for a view of the release before, which did not ask."""
    if modals.ROLE not in values:
        return None
    role, minutes = (
        str((values[name][name].get("selected_option") or {}).get("value") or modals.UNSAID)
        for name in (modals.ROLE, modals.MINUTES)
    )
    return Reader("" if role == modals.UNSAID else role, None if minutes == modals.UNSAID else int(minutes))

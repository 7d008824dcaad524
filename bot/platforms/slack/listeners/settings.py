"""A person's own settings: what the bot remembers about them, and starting afresh."""

from typing import Any

from bot.message import TextReply
from bot.platforms.slack.api.payloads import person_of, private_place
from bot.platforms.slack.listeners.home import Home
from bot.platforms.slack.listeners.work_queue import Job
from bot.platforms.slack.posting.messenger import Post, Workspace
from bot.platforms.slack.views import modals, responses
from bot.platforms.slack.views.reply import render
from bot.store.answers import Answers


class PersonalSettings:
    """Shows and saves settings.

    Parameters
    ----------
    kept
        What becomes of what people type, in a sentence.
    """

    def __init__(self, answers: Answers, post: Post, home: Home, kept: str) -> None:
        self._answers = answers
        self._post = post
        self._home = home
        self._kept = kept

    async def open(self, workspace: Workspace, person: str, trigger: str) -> None:
        """Open the view."""
        seen = await self._answers.seen(private_place(workspace.team, person))
        await self._post.open(workspace, trigger, modals.settings(len(seen), self._kept))

    def saved(self, workspace: Workspace, body: dict[str, Any]) -> Job:
        """Make the job of saving what was chosen."""
        person, view = person_of(body), body["view"]
        chosen = view["state"]["values"][modals.FORGET][modals.FORGET].get("selected_options") or []

        async def tell(reply: TextReply) -> None:
            await self._post.update(workspace, view["id"], modals.answer(render(reply, "modal")))

        async def do() -> None:
            if chosen:
                await self._answers.forget_place(private_place(workspace.team, person))
            await tell(responses.settings_saved(forgotten=bool(chosen)))
            await self._home.publish(workspace, person)

        return Job(do, tell)

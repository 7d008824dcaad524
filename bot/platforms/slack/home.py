"""The Home tab (pure), and its publishing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.conversation import Conversation
from bot.message import Choice, Place, Step, ThemeGroup
from bot.platforms.slack import buttons
from bot.platforms.slack.blocks import STEP_TITLE
from bot.platforms.slack.events import private_place
from bot.platforms.slack.post import Post, Workspace
from bot.platforms.slack.richtext import Part, divider, header, note, paragraph, run

_MOST_LINES = 10  # of promises or channels; a view holds 100 blocks
_MOST_BLOCKS = 100
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class HomeLine:
    """One line with its own buttons."""

    text: str
    choices: tuple[Choice, ...] = ()


class HomeExtras(Protocol):
    """What other parts show on the Home; a part that is off shows nothing."""

    async def promises(self, place: Place) -> Sequence[HomeLine]:
        """List what this person said they would do."""

    async def channel_tips(self, team: str, person: str) -> Sequence[HomeLine]:
        """List the channels whose daily tips this person looks after."""


@dataclass(frozen=True, slots=True)
class HomeData:
    """What the Home shows. None stands for a part that is off."""

    groups: Sequence[ThemeGroup]
    step: Step | None = None
    promises: Sequence[HomeLine] | None = None
    channel_tips: Sequence[HomeLine] | None = None


def view(data: HomeData) -> Part:
    """Make the Home."""
    blocks = [
        header("Small Steps"),
        paragraph(
            run(
                "Tell me what is getting in the way of the change you lead. You get a lesson, what people who "
                "have been there said, and one small step."
            )
        ),
        _opening_buttons(),
        divider(),
        *_step(data.step),
        *_lines("Your promises", data.promises, "You have promised nothing yet. Press “I’ll do this” under a step."),
        *_lines("Channel tips you look after", data.channel_tips, "None yet. Type /steps daily in a channel."),
        header("Themes"),
        *(
            paragraph(run(f"{group.title}: ", "bold"), run(", ".join(t for _, t in group.themes)))
            for group in data.groups
        ),
    ]
    if data.groups:
        blocks.append(buttons.theme_picker(data.groups))
    blocks.append(note("All that I say was written and checked beforehand. I keep nothing that you write."))
    return {"type": "home", "blocks": blocks[:_MOST_BLOCKS]}


class Home:
    """Publishes Homes.

    Parameters
    ----------
    extras
        Promises and channel tips, where the tips are on.
    """

    def __init__(self, conversation: Conversation, post: Post, extras: HomeExtras | None = None) -> None:
        self._conversation = conversation
        self._post = post
        self._extras = extras

    async def publish(self, workspace: Workspace, person: str) -> None:
        """Show a person their Home as it is now."""
        place = private_place(workspace.team, person)
        step = await self._conversation.latest_step(place, datetime.now(UTC) - _WEEK)
        promises = await self._extras.promises(place) if self._extras else None
        tips = await self._extras.channel_tips(workspace.team, person) if self._extras else None
        data = HomeData(self._conversation.themes().groups, step, promises, tips)
        await self._post.publish(workspace, person, view(data))


def _opening_buttons() -> Part:
    pressed = [
        buttons.platform_button(buttons.ASK, "Ask a question"),
        *buttons.actions([Choice("tip", "Give me a tip")])[0]["elements"],
        buttons.platform_button(buttons.SETTINGS, "Settings"),
    ]
    return {"type": "actions", "elements": pressed}


def _step(step: Step | None) -> list[Part]:
    if step is None:
        return []
    return [header(STEP_TITLE), paragraph(run(step.nudge)), note(f"Theme: {step.theme_title}"), divider()]


def _lines(title: str, lines: Sequence[HomeLine] | None, none_yet: str) -> list[Part]:
    if lines is None:
        return []
    blocks = [header(title)]
    for line in lines[:_MOST_LINES]:
        blocks += [paragraph(run(line.text)), *buttons.actions(line.choices)]
    return [*blocks, *([] if lines else [note(none_yet)]), divider()]

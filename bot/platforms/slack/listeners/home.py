"""The Home tab: its view (pure) and its publisher."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from slack_sdk.errors import SlackApiError

from bot.actions import Settle, Withdraw
from bot.conversation.audiences import describe_reader
from bot.conversation.conversation import Conversation
from bot.conversation.responses import TIP
from bot.log_limit import LimitedLog
from bot.message import Choice, SmallStep, ThemeGroup
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.client import UNREACHABLE
from bot.platforms.slack.api.payloads import build_private_place
from bot.platforms.slack.posting.messenger import SlackMessenger, Workspace
from bot.platforms.slack.views import actions
from bot.platforms.slack.views.actions import ManageTip, OpenQuestion, OpenSettings
from bot.platforms.slack.views.elements import BlockKit, divider, header, mention_channel, note, paragraph, run
from bot.platforms.slack.views.reply import STEP_TITLE
from bot.promises.personal import ManagedTip, OpenPromise, PersonalOverview
from bot.store.readers import ANYBODY, Reader

_logger = logging.getLogger(__name__)
_MAX_LINES = 10  # of promises or channels; a view holds 100 blocks
_MAX_BLOCKS = 100
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class HomeData:
    """Content of the Home tab; None for a section that is off."""

    groups: Sequence[ThemeGroup]
    step: SmallStep | None = None
    promises: Sequence[OpenPromise] | None = None
    tips: Sequence[ManagedTip] | None = None
    reader: Reader = ANYBODY


def build_home_view(data: HomeData, retention_notice: str) -> BlockKit:
    """Return the view of the Home tab; `retention_notice` says what is stored of the text that people type."""
    blocks = [
        header("Small Steps"),
        paragraph(
            run(
                "Tell me what is getting in the way of the change you lead. You get a lesson, what people who "
                "have been there said, and one small step."
            )
        ),
        _build_opening_buttons(tips=data.tips is not None),
        *_build_reader(data.reader),
        divider(),
        *_build_step(data.step),
        *_build_promises(data.promises),
        *_build_tips(data.tips),
        header("Themes"),
        *(
            paragraph(run(f"{group.title}: ", "bold"), run(", ".join(t for _, t in group.themes)))
            for group in data.groups
        ),
    ]
    if data.groups:
        blocks.append(actions.build_theme_picker(data.groups))
    blocks.append(note(f"Everything I say was written and checked beforehand. {retention_notice}"))
    return {"type": "home", "blocks": blocks[:_MAX_BLOCKS]}


class HomePublisher:
    """Publishes Home tabs.

    Parameters
    ----------
    overview
        Promises and daily tips; None when daily tips are off.
    """

    def __init__(
        self, conversation: Conversation, messenger: SlackMessenger, overview: PersonalOverview | None = None
    ) -> None:
        self._conversation = conversation
        self._messenger = messenger
        self._overview = overview
        self._log = LimitedLog(_logger)

    async def publish_home(self, workspace: Workspace, person: str) -> None:
        """Publish a person's current Home tab."""
        place = build_private_place(workspace.team, person)
        step = await self._conversation.lessons.find_latest_step(place, datetime.now(UTC) - _WEEK)
        promises = await self._overview.list_promises(place, person) if self._overview else None
        tips = await self._overview.list_tips(place, person) if self._overview else None
        reader = await self._conversation.find_saved_reader(place, person)
        data = HomeData(self._conversation.list_themes().groups, step, promises, tips, reader)
        view = build_home_view(data, self._conversation.retention_notice)
        try:
            await self._messenger.publish_home(workspace, person, view)
        except (SlackApiError, *UNREACHABLE) as error:  # the answer, if any, was given elsewhere
            errors.log_failure(self._log, error)


def _build_opening_buttons(*, tips: bool) -> BlockKit:
    pressed = [
        actions.build_slack_button(OpenQuestion(), "Ask a question"),
        *actions.build_actions([TIP])[0]["elements"],
        *([actions.build_slack_button(ManageTip("change"), "Set up a daily tip")] if tips else []),
        actions.build_slack_button(OpenSettings(), "Settings"),
    ]
    return {"type": "actions", "elements": pressed}


def _build_reader(reader: Reader) -> list[BlockKit]:
    return [note(f"I choose {describe_reader(reader)}. You can change that under Settings.")] if reader else []


def _build_step(step: SmallStep | None) -> list[BlockKit]:
    if step is None:
        return []
    return [header(STEP_TITLE), paragraph(run(step.nudge)), note(f"Theme: {step.theme_title}"), divider()]


def _build_promises(promises: Sequence[OpenPromise] | None) -> list[BlockKit]:
    if promises is None:
        return []
    blocks = [header("Your promises")]
    for row, promise in enumerate(promises[:_MAX_LINES]):
        choices = (Choice(Settle(promise.id, "done"), "Done"), Choice(Withdraw(promise.id), "Withdraw it"))
        blocks += [paragraph(run(promise.text)), *actions.build_actions(choices, row=row)]
    blocks += _build_rest(len(promises), "They move up as you settle these.")
    if not promises:
        blocks.append(note("You have no open promises. Press “I’ll do this” under a step to take it on."))
    return [*blocks, divider()]


def _build_tips(tips: Sequence[ManagedTip] | None) -> list[BlockKit]:
    if tips is None:
        return []
    blocks = [header("Daily tips you look after")]
    for row, tip in enumerate(tips[:_MAX_LINES], 1):
        where = run("For you alone") if tip.place.private else mention_channel(tip.place.channel)
        blocks += [paragraph(where, run(f": {tip.text}")), _build_tip_buttons(tip, row)]
    blocks += _build_rest(len(tips), "Type /steps daily in their channels to see or change them.")
    if not tips:
        blocks.append(note("None yet. Press “Set up a daily tip”, or type /steps daily in a channel."))
    return [*blocks, divider()]


def _build_rest(count: int, how: str) -> list[BlockKit]:
    """Return a note on what the list has no room for."""
    return [note(f"And {count - _MAX_LINES} more. {how}")] if count > _MAX_LINES else []


def _build_tip_buttons(tip: ManagedTip, row: int) -> BlockKit:
    rest: tuple[ManageTip, str] = (
        (ManageTip("on", tip.id), "Resume") if tip.resting else (ManageTip("pause", tip.id), "Pause")
    )
    offered = (rest, (ManageTip("off", tip.id), "Stop"), (ManageTip("change", tip.id), "Change"))
    pressed = [
        actions.build_slack_button(action, label, 10 * row + number) for number, (action, label) in enumerate(offered)
    ]
    return {"type": "actions", "elements": pressed}

"""Choices as buttons and pickers, and what was pressed read back (pure)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from bot.actions import Button, Rate, Share
from bot.message import Choice, ThemeGroup
from bot.platforms import wire
from bot.platforms.slack.views.elements import BlockKit, plain

PREFIX = "steps:"
ACTION_ID_PATTERN = re.compile(rf"^{PREFIX}")
FEEDBACK = "feedback"
HERE = "here"
_ASK = "ask"
_SETTINGS = "settings"
_TIPS = "tips"

TipOperation = Literal["change", "pause", "on", "off"]
_TIP_OPERATIONS: tuple[TipOperation, ...] = get_args(TipOperation)
SurfaceKind = Literal["message", "modal", "home"]
_MAX_BUTTONS = 25  # elements in one actions block
_MAX_OPTIONS = 100  # options in a picker, and groups of them


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """The view that asks what is happening."""


@dataclass(frozen=True, slots=True)
class OpenSettings:
    """The view of a person's settings."""


@dataclass(frozen=True, slots=True)
class ManageTip:
    """What to do with a daily tip on the Home; with a new one where its id is empty."""

    what: TipOperation
    tip: str = ""


SlackAction = OpenQuestion | OpenSettings | ManageTip


@dataclass(frozen=True, slots=True)
class Pressed:
    """What was pressed, and whether the answer takes the place of the message with the button."""

    action: Button | SlackAction
    here: bool


def build_actions(choices: Iterable[Choice], *, here: bool = False, share: str = "", row: int = 0) -> list[BlockKit]:
    """Make the row of buttons; empty when there is nothing to press.

    Parameters
    ----------
    here
        Whether the answer takes the place of the message that was pressed.
    share
        The id of the answer that a button to share is added for.
    row
        Tells rows of the same view apart.
    """
    shown = [choice for choice in choices if not isinstance(choice.action, Rate)]
    if share:
        shown.append(Choice(Share(share), "Share"))
    first = 1 + row * _MAX_BUTTONS
    buttons = [_build_choice(choice, number, here=here) for number, choice in enumerate(shown[:_MAX_BUTTONS], first)]
    return [{"type": "actions", "elements": buttons}] if buttons else []


def build_feedback(choices: Iterable[Choice], surface: SurfaceKind) -> list[BlockKit]:
    """Make the two buttons that ask whether an answer helped; messages have their own kind of them."""
    verdicts = {choice.action.helpful: choice for choice in choices if isinstance(choice.action, Rate)}
    if len(verdicts) < 2:
        return []
    if surface != "message":
        pair = [_build_choice(choice, number) for number, choice in enumerate(verdicts.values())]
        return [{"type": "actions", "elements": pair}]
    element = {
        "type": "feedback_buttons",
        "action_id": PREFIX + FEEDBACK,
        "positive_button": _build_verdict(verdicts[True], "This answer helped"),
        "negative_button": _build_verdict(verdicts[False], "This answer did not help"),
    }
    return [{"type": "context_actions", "elements": [element]}]


def build_theme_picker(groups: Sequence[ThemeGroup]) -> BlockKit:
    """Make the picker of themes, by group."""
    picker = {
        "type": "static_select",
        "action_id": f"{PREFIX}{wire.THEME}:picker",
        "placeholder": plain("Choose a theme", 150),
        "option_groups": [
            {
                "label": plain(group.title, 75),
                "options": [{"text": plain(title, 75), "value": theme} for theme, title in group.themes[:_MAX_OPTIONS]],
            }
            for group in groups[:_MAX_OPTIONS]
            if group.themes
        ],
    }
    return {"type": "actions", "elements": [picker]}


def build_slack_button(action: SlackAction, label: str, number: int = 0) -> BlockKit:
    """Make a button that only Slack knows."""
    match action:
        case OpenQuestion():
            return _build_button(_ASK, label, "", number)
        case OpenSettings():
            return _build_button(_SETTINGS, label, "", number)
        case ManageTip():
            return _build_button(_TIPS, label, f"{action.what} {action.tip}".rstrip(), number)


def read_action(action: Mapping[str, Any]) -> Pressed | None:
    """Read an action of an interaction; None for anything that we did not make."""
    name, _, rest = str(action.get("action_id", "")).removeprefix(PREFIX).partition(":")
    option = action.get("selected_option")
    value = str((option if isinstance(option, dict) else action).get("value") or "")
    pressed: Button | SlackAction | None
    match name:
        case "ask":
            pressed = OpenQuestion()
        case "settings":
            pressed = OpenSettings()
        case "tips":
            pressed = _read_tip_action(value)
        case "feedback":
            pressed = wire.read(*value.partition(" ")[::2])
            pressed = pressed if isinstance(pressed, Rate) else None
        case _:
            pressed = wire.read(name, value)
    return Pressed(pressed, rest.endswith(HERE)) if pressed else None


def _read_tip_action(value: str) -> ManageTip | None:
    what, _, tip = value.partition(" ")
    known = next((one for one in _TIP_OPERATIONS if one == what), None)
    return ManageTip(known, tip) if known else None


def _build_choice(choice: Choice, number: int, *, here: bool = False) -> BlockKit:
    name, value = wire.write(choice.action)
    return _build_button(name, choice.label, value, number, here=here and not isinstance(choice.action, Share))


def _build_button(name: str, label: str, value: str, number: int, *, here: bool = False) -> BlockKit:
    block: BlockKit = {
        "type": "button",
        "action_id": f"{PREFIX}{name}:{number}" + (f":{HERE}" if here else ""),
        "text": plain(label, 75),
    }
    return block | {"value": value} if value else block


def _build_verdict(choice: Choice, spoken: str) -> BlockKit:
    return {
        "text": plain(choice.label, 75),
        "value": " ".join(wire.write(choice.action)),
        "accessibility_label": spoken,
    }

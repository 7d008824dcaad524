"""Buttons and pickers, and the reader of their actions (pure)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from bot.actions import Button, Rate, Share, TakeOn, Withdraw
from bot.message import Choice, ThemeGroup, arrange_choices
from bot.platforms import wire
from bot.platforms.slack.views.elements import BlockKit, plain

PREFIX = "steps:"
ACTION_ID_PATTERN = re.compile(rf"^{PREFIX}")
FEEDBACK = "feedback"
MENU = "menu"
IN_PLACE = "here"
_ASK = "ask"
_SETTINGS = "settings"
_TIPS = "tips"

TipOperation = Literal["change", "pause", "on", "off"]
_TIP_OPERATIONS: tuple[TipOperation, ...] = get_args(TipOperation)
SurfaceKind = Literal["message", "modal", "home"]
_MAX_BUTTONS = 25  # elements in one actions block
_MAX_MENU_OPTIONS = 5
_MAX_OPTIONS = 100  # options in a picker, and groups of them
_CONFIRM_WITHDRAWAL: BlockKit = {
    "title": plain("Withdraw it?", 100),
    "text": plain("The small step is taken off your list, and nobody will ask how it went.", 300),
    "confirm": plain("Withdraw it", 30),
    "deny": plain("Keep it", 30),
}


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Open the question view."""


@dataclass(frozen=True, slots=True)
class OpenSettings:
    """Open the settings view."""


@dataclass(frozen=True, slots=True)
class ManageTip:
    """Change, pause, resume or stop a daily tip in the Home tab; set up a new tip where the id is empty."""

    what: TipOperation
    tip: str = ""


SlackAction = OpenQuestion | OpenSettings | ManageTip


@dataclass(frozen=True, slots=True)
class PressedElement:
    """An action, and whether its answer replaces the message with the button."""

    action: Button | SlackAction
    in_place: bool


def build_actions(
    choices: Iterable[Choice], *, in_place: bool = False, share: str = "", row: int = 0, menu: bool = False
) -> list[BlockKit]:
    """Return a block of buttons; empty without choices.

    Parameters
    ----------
    in_place
        Whether the answer replaces the message with the buttons.
    share
        Id of the answer for a share button; empty for no share button.
    row
        Number of the row, which makes action ids unique within a view.
    menu
        Whether five buttons are shown and the rest stand in a menu.
    """
    shown = [choice for choice in choices if not isinstance(choice.action, Rate)]
    if share:
        shown.append(Choice(Share(share), "Share"))
    arranged = arrange_choices(shown)
    hidden = arranged.menu if menu else ()
    first = 1 + row * _MAX_BUTTONS
    buttons = [
        _build_choice(choice, number, in_place=in_place)
        for number, choice in enumerate(arranged.shown if menu else shown[:_MAX_BUTTONS], first)
    ]
    if hidden:
        buttons.append(_build_menu(hidden))
    return [{"type": "actions", "elements": buttons}] if buttons else []


def build_feedback(choices: Iterable[Choice], surface: SurfaceKind) -> list[BlockKit]:
    """Return the feedback buttons of an answer: `feedback_buttons` in a message, plain buttons elsewhere."""
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
    """Return the picker of themes, by group."""
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
    """Return a button for an action that only Slack has."""
    match action:
        case OpenQuestion():
            return _build_button(_ASK, label, "", number)
        case OpenSettings():
            return _build_button(_SETTINGS, label, "", number)
        case ManageTip():
            return _build_button(_TIPS, label, f"{action.what} {action.tip}".rstrip(), number)


def read_action(action: Mapping[str, Any]) -> PressedElement | None:
    """Return the action of an interaction; None for an action id or value that the bot never wrote."""
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
        case "menu":
            pressed = wire.read_button(*value.partition(" ")[::2])
        case "feedback":
            pressed = wire.read_button(*value.partition(" ")[::2])
            pressed = pressed if isinstance(pressed, Rate) else None
        case _:
            pressed = wire.read_button(name, value)
    return PressedElement(pressed, rest.endswith(IN_PLACE)) if pressed else None


def _read_tip_action(value: str) -> ManageTip | None:
    what, _, tip = value.partition(" ")
    known = next((one for one in _TIP_OPERATIONS if one == what), None)
    return ManageTip(known, tip) if known else None


def _build_choice(choice: Choice, number: int, *, in_place: bool = False) -> BlockKit:
    name, value = wire.write_button(choice.action)
    in_place = in_place and not isinstance(choice.action, Share)
    button = _build_button(name, choice.label, value, number, in_place=in_place)
    match choice.action:
        case TakeOn():
            return button | {"style": "primary"}
        case Withdraw():
            return button | {"confirm": _CONFIRM_WITHDRAWAL}
        case _:
            return button


def _build_menu(choices: Sequence[Choice]) -> BlockKit:
    options = [
        {"text": plain(choice.label, 75), "value": " ".join(wire.write_button(choice.action))} for choice in choices
    ]
    return {"type": "overflow", "action_id": PREFIX + MENU, "options": options[:_MAX_MENU_OPTIONS]}


def _build_button(name: str, label: str, value: str, number: int, *, in_place: bool = False) -> BlockKit:
    block: BlockKit = {
        "type": "button",
        "action_id": f"{PREFIX}{name}:{number}" + (f":{IN_PLACE}" if in_place else ""),
        "text": plain(label, 75),
    }
    return block | {"value": value} if value else block


def _build_verdict(choice: Choice, spoken: str) -> BlockKit:
    return {
        "text": plain(choice.label, 75),
        "value": " ".join(wire.write_button(choice.action)),
        "accessibility_label": spoken,
    }

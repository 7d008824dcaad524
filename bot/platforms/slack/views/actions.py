"""Choices as buttons and pickers, and what was pressed read back (pure)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from bot.actions import Button, Rate, Share
from bot.message import Choice, ThemeGroup
from bot.platforms import wire
from bot.platforms.slack.views.elements import Part, plain

PREFIX = "steps:"
PRESSED = re.compile(rf"^{PREFIX}")
FEEDBACK = "feedback"
HERE = "here"
_ASK = "ask"
_SETTINGS = "settings"
_TIPS = "tips"

ToDo = Literal["change", "pause", "on", "off"]
_TO_DO: tuple[ToDo, ...] = get_args(ToDo)
Surface = Literal["message", "modal", "home"]
_MOST_BUTTONS = 25  # elements in one actions block
_MOST_OPTIONS = 100  # options in a picker, and groups of them


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """The view that asks what is happening."""


@dataclass(frozen=True, slots=True)
class OpenSettings:
    """The view of a person's settings."""


@dataclass(frozen=True, slots=True)
class LookAfterTip:
    """What to do with a daily tip on the Home; with a new one where its id is empty."""

    what: ToDo
    tip: str = ""


OwnAction = OpenQuestion | OpenSettings | LookAfterTip


@dataclass(frozen=True, slots=True)
class Pressed:
    """What was pressed, and whether the answer takes the place of the message with the button."""

    action: Button | OwnAction
    here: bool


def actions(choices: Iterable[Choice], *, here: bool = False, share: str = "", row: int = 0) -> list[Part]:
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
    first = 1 + row * _MOST_BUTTONS
    buttons = [_choice(choice, number, here=here) for number, choice in enumerate(shown[:_MOST_BUTTONS], first)]
    return [{"type": "actions", "elements": buttons}] if buttons else []


def feedback(choices: Iterable[Choice], surface: Surface) -> list[Part]:
    """Make the two buttons that ask whether an answer helped; messages have their own kind of them."""
    verdicts = {choice.action.helpful: choice for choice in choices if isinstance(choice.action, Rate)}
    if len(verdicts) < 2:
        return []
    if surface != "message":
        pair = [_choice(choice, number) for number, choice in enumerate(verdicts.values())]
        return [{"type": "actions", "elements": pair}]
    element = {
        "type": "feedback_buttons",
        "action_id": PREFIX + FEEDBACK,
        "positive_button": _verdict(verdicts[True], "This answer helped"),
        "negative_button": _verdict(verdicts[False], "This answer did not help"),
    }
    return [{"type": "context_actions", "elements": [element]}]


def theme_picker(groups: Sequence[ThemeGroup]) -> Part:
    """Make the picker of themes, by group."""
    picker = {
        "type": "static_select",
        "action_id": f"{PREFIX}{wire.THEME}:picker",
        "placeholder": plain("Choose a theme", 150),
        "option_groups": [
            {
                "label": plain(group.title, 75),
                "options": [
                    {"text": plain(title, 75), "value": theme} for theme, title in group.themes[:_MOST_OPTIONS]
                ],
            }
            for group in groups[:_MOST_OPTIONS]
            if group.themes
        ],
    }
    return {"type": "actions", "elements": [picker]}


def own_button(action: OwnAction, label: str, number: int = 0) -> Part:
    """Make a button that only Slack knows."""
    match action:
        case OpenQuestion():
            return _button(_ASK, label, "", number)
        case OpenSettings():
            return _button(_SETTINGS, label, "", number)
        case LookAfterTip():
            return _button(_TIPS, label, f"{action.what} {action.tip}".rstrip(), number)


def read(action: Mapping[str, Any]) -> Pressed | None:
    """Read an action of an interaction; None for anything that we did not make."""
    name, _, rest = str(action.get("action_id", "")).removeprefix(PREFIX).partition(":")
    option = action.get("selected_option")
    value = str((option if isinstance(option, dict) else action).get("value") or "")
    pressed: Button | OwnAction | None
    match name:
        case "ask":
            pressed = OpenQuestion()
        case "settings":
            pressed = OpenSettings()
        case "tips":
            pressed = _tip_of(value)
        case "feedback":
            pressed = wire.read(*value.partition(" ")[::2])
            pressed = pressed if isinstance(pressed, Rate) else None
        case _:
            pressed = wire.read(name, value)
    return Pressed(pressed, rest.endswith(HERE)) if pressed else None


def _tip_of(value: str) -> LookAfterTip | None:
    what, _, tip = value.partition(" ")
    known = next((one for one in _TO_DO if one == what), None)
    return LookAfterTip(known, tip) if known else None


def _choice(choice: Choice, number: int, *, here: bool = False) -> Part:
    name, value = wire.write(choice.action)
    return _button(name, choice.label, value, number, here=here and not isinstance(choice.action, Share))


def _button(name: str, label: str, value: str, number: int, *, here: bool = False) -> Part:
    part: Part = {
        "type": "button",
        "action_id": f"{PREFIX}{name}:{number}" + (f":{HERE}" if here else ""),
        "text": plain(label, 75),
    }
    return part | {"value": value} if value else part


def _verdict(choice: Choice, spoken: str) -> Part:
    return {
        "text": plain(choice.label, 75),
        "value": " ".join(wire.write(choice.action)),
        "accessibility_label": spoken,
    }

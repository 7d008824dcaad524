"""Choices as buttons and pickers, and what was pressed read back (pure)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, cast, get_args

from bot.message import Action, Choice, ThemeGroup
from bot.platforms.slack.views.elements import Part, plain

PREFIX = "steps:"
PRESSED = re.compile(rf"^{PREFIX}")
SHARE = "share"
ASK = "ask"
SETTINGS = "settings"
TIPS = "tips"
FEEDBACK = "feedback"
HERE = "here"

Surface = Literal["message", "modal", "home"]
_FEEDBACK_ACTIONS = ("helpful", "not-helpful")
_MOST_BUTTONS = 25  # elements in one actions block
_MOST_OPTIONS = 100  # options in a picker, and groups of them


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
    shown = [choice for choice in choices if choice.action not in _FEEDBACK_ACTIONS]
    first = 1 + row * _MOST_BUTTONS
    buttons = [
        _button(choice.action, choice.label, choice.value, number, here) for number, choice in enumerate(shown, first)
    ]
    if share:
        buttons.append(_button(SHARE, "Share", share, len(buttons) + 1, here=False))
    return [{"type": "actions", "elements": buttons[:_MOST_BUTTONS]}] if buttons else []


def feedback(choices: Iterable[Choice], surface: Surface) -> list[Part]:
    """Make the two buttons that ask whether an answer helped; messages have their own kind of them."""
    verdicts = {choice.action: choice for choice in choices if choice.action in _FEEDBACK_ACTIONS}
    if len(verdicts) < len(_FEEDBACK_ACTIONS):
        return []
    if surface != "message":
        pair = [
            _button(name, c.label, c.value, number, here=False) for number, (name, c) in enumerate(verdicts.items())
        ]
        return [{"type": "actions", "elements": pair}]
    element = {
        "type": "feedback_buttons",
        "action_id": PREFIX + FEEDBACK,
        "positive_button": _verdict(verdicts["helpful"], "This answer helped"),
        "negative_button": _verdict(verdicts["not-helpful"], "This answer did not help"),
    }
    return [{"type": "context_actions", "elements": [element]}]


def theme_picker(groups: Sequence[ThemeGroup]) -> Part:
    """Make the picker of themes, by group."""
    picker = {
        "type": "static_select",
        "action_id": f"{PREFIX}theme:picker",
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


def platform_button(name: str, label: str, value: str = "", number: int = 0) -> Part:
    """Make a button that only Slack knows: ask, settings, tips."""
    return _button(name, label, value, number, here=False)


def read(action: Mapping[str, Any]) -> tuple[str, str, bool] | None:
    """Read an action of an interaction: what was pressed, for what, and whether to answer in place.

    Returns
    -------
    tuple of (str, str, bool) or None
        The name is one of `Action` or `share`, `ask`, `settings`, `tips`; None for anything that we did not make.
    """
    name, _, rest = str(action.get("action_id", "")).removeprefix(PREFIX).partition(":")
    option = action.get("selected_option")
    value = str((option if isinstance(option, dict) else action).get("value") or "")
    if name == FEEDBACK:
        name, _, value = value.partition(" ")
        if name not in _FEEDBACK_ACTIONS:
            return None
    known = (*get_args(Action), SHARE, ASK, SETTINGS, TIPS)
    return (name, value, rest.endswith(HERE)) if name in known else None


def as_action(name: str) -> Action | None:
    """Tell whether a name is an action that the conversation knows."""
    return cast("Action", name) if name in get_args(Action) else None


def _button(name: str, label: str, value: str, number: int, here: bool) -> Part:
    part: Part = {
        "type": "button",
        "action_id": f"{PREFIX}{name}:{number}" + (f":{HERE}" if here else ""),
        "text": plain(label, 75),
    }
    return part | {"value": value} if value else part


def _verdict(choice: Choice, spoken: str) -> Part:
    return {
        "text": plain(choice.label, 75),
        "value": f"{choice.action} {choice.value}",
        "accessibility_label": spoken,
    }

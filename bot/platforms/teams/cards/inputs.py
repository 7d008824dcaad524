"""The inputs of forms, each with a label, and a message when a required input is left empty (pure)."""

import re
from collections.abc import Sequence
from datetime import date

from bot.platforms.teams.cards.elements import Element

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
Choices = Sequence[tuple[str, str]]  # as (value, title) pairs


def picker(identity: str, label: str, choices: Choices, chosen: str = "", placeholder: str = "") -> Element:
    """Return a drop-down list with one required choice.

    Parameters
    ----------
    placeholder
        What stands in it while nothing is chosen.
    """
    return {
        "type": "Input.ChoiceSet",
        "id": identity,
        "label": label,
        "style": "compact",
        **({"placeholder": placeholder} if placeholder else {}),
        **_needed("Please choose one from the list."),
        **_filled(chosen if chosen in dict(choices) else ""),
        "choices": _listed(choices),
    }


def checkboxes(identity: str, label: str, choices: Choices, chosen: str, missing: str = "") -> Element:
    """Return a list of checkboxes.

    Parameters
    ----------
    chosen
        Values, separated by commas.
    missing
        What to say when none is chosen; empty where that is fine.
    """
    known = [value for value in chosen.split(",") if value in dict(choices)]
    return {
        "type": "Input.ChoiceSet",
        "id": identity,
        "label": label,
        "style": "expanded",
        "isMultiSelect": True,
        "wrap": True,
        **(_needed(missing) if missing else {}),
        **_filled(",".join(known)),
        "choices": _listed(choices),
    }


def time_field(identity: str, label: str, filled: str) -> Element:
    """Return a required field for a time of day."""
    needed = _needed("Please give a time, such as 09:00.")
    known = filled if _TIME.fullmatch(filled) else ""
    return {"type": "Input.Time", "id": identity, "label": label, **needed, **_filled(known)}


def date_field(identity: str, label: str, filled: str) -> Element:
    """Return an optional field for a date."""
    return {"type": "Input.Date", "id": identity, "label": label, **_filled(filled if _is_date(filled) else "")}


def foldable(label: str, field: Element, *, shown: bool) -> list[Element]:
    """Return a button that shows and hides a long field; a hidden field's value is sent as well."""
    name = f"{field['id']}-shown"
    turn = {"type": "Action.ToggleVisibility", "title": label, "targetElements": [name]}
    return [
        {"type": "ActionSet", "actions": [turn]},
        {"type": "Container", "id": name, "isVisible": shown, "items": [field]},
    ]


def _needed(missing: str) -> Element:
    return {"isRequired": True, "errorMessage": missing}


def _filled(value: str) -> Element:
    return {"value": value} if value else {}


def _listed(choices: Choices) -> list[Element]:
    return [{"title": title, "value": value} for value, title in choices]


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False

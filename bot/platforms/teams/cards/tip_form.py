"""The daily tip as a form, and as what is set up with what can be done about it (pure)."""

from collections.abc import Mapping
from typing import Any

from bot.actions import NATIONS, BareCommand, ChangeDaily, Command, ConfirmDaily, DailyForm, PauseDaily
from bot.message import Choice, DailySetup
from bot.platforms.teams.cards.elements import Element, button, choice_button
from bot.platforms.teams.cards.inputs import checkboxes, date_field, foldable, picker, time_field
from bot.subscriptions.commands import write_command
from bot.subscriptions.dates import DAY_NAMES, abbreviate_weekday

SAVE = "daily-save"
OPEN = Choice(ConfirmDaily(BareCommand("status")), "A daily tip here")
_SHAPES = [
    ("days", "A tip on each of the days below"),
    ("week", "A week with a shape: a small step on Monday, a story on Wednesday, a question on Friday"),
]
_NOBODY = "off"
_USUAL_TIME = "09:00"  # filled in while nobody has said a time
_LONGEST = 1_000  # characters of an input; every theme that we have takes half of that


def read_tip_form(data: Mapping[str, Any]) -> DailyForm:
    """Return the form as a client sends it: days and themes are separated by commas."""
    days = _listed(data.get("days"))
    nation = _line(data.get("nation"))
    return DailyForm(
        at=_line(data.get("at")),
        weekdays=frozenset(day for day in range(len(DAY_NAMES)) if abbreviate_weekday(day) in days),
        themes=tuple(_listed(data.get("themes"))),
        nation="" if nation == _NOBODY else nation,
        until=_line(data.get("pause")),
        shape="week" if _line(data.get("shape")) == "week" else "days",
    )


def fill_form(setup: DailySetup) -> DailyForm:
    """Return the form as it is filled with what is set up, and with a usual time where none is."""
    return DailyForm(
        setup.at or _USUAL_TIME, frozenset(setup.weekdays), setup.themes, setup.nation, setup.paused_until, setup.shape
    )


def build_body(setup: DailySetup, entered: DailyForm | None = None) -> list[Element]:
    """Return the form below the text, while nothing is set up or when values could not be saved; else nothing."""
    if entered is None and setup.state != "none":
        return []
    return _form(setup, entered or fill_form(setup))


def build_actions(setup: DailySetup, entered: DailyForm | None = None) -> list[Element]:
    """Return the buttons."""
    if entered is not None or setup.state == "none":
        return [_save("Start" if setup.state == "none" else "Save")]
    form = {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": _form(setup, fill_form(setup)),
        "actions": [_save("Save")],
    }
    change: Element = {"type": "Action.ShowCard", "title": "Change", "card": form}
    return [change, *map(choice_button, _choices(setup))]


def list_typed_texts(setup: DailySetup) -> list[str]:
    """Return the texts that can be typed in place of the buttons."""
    return ["“daily weekdays 8:30”", *(f"“daily {write_command(command)}”" for command, _ in _commands(setup))]


def _choices(setup: DailySetup) -> list[Choice]:
    return [Choice(ConfirmDaily(command), label) for command, label in _commands(setup)]


def _commands(setup: DailySetup) -> list[tuple[Command, str]]:
    stop = (BareCommand("off"), "Stop")
    match setup.state:
        case "on":
            return [(PauseDaily(None), "Pause"), stop]
        case "paused":
            return [(ChangeDaily(), "Go on"), stop]
        case "stopped":
            return [(ChangeDaily(), "Start again")]
        case "none":
            return []


def _save(label: str) -> Element:
    return button(SAVE, label, inputs=True, leading=True)


def _form(setup: DailySetup, entered: DailyForm) -> list[Element]:
    nations = [(nation, nation) for nation in NATIONS]
    every_day = [(abbreviate_weekday(day), name) for day, name in enumerate(DAY_NAMES)]
    for_good = setup.state == "paused" and not setup.paused_until
    chosen_days = ",".join(abbreviate_weekday(day) for day in sorted(entered.weekdays))
    themes = checkboxes("themes", "Themes; with none chosen it may be any", setup.every_theme, ",".join(entered.themes))
    return [
        time_field("at", "Time of day", entered.at),
        picker("shape", "What comes", _SHAPES, entered.shape),
        checkboxes("days", "Days", every_day, chosen_days, missing="Please choose at least one day."),
        picker(
            "nation",
            "No tip on the bank holidays of",
            [*nations, (_NOBODY, "Nobody: post on bank holidays too")],
            entered.nation or _NOBODY,
        ),
        date_field("pause", f"Pause until; empty {'to stay paused' if for_good else 'for no pause'}", entered.until),
        *foldable("Choose themes", themes, shown=bool(entered.themes)),
    ]


def _listed(value: object) -> list[str]:
    return [name.strip() for name in _line(value).split(",") if name.strip()]


def _line(value: object) -> str:
    return " ".join(value.split())[:_LONGEST] if isinstance(value, str) else ""

"""The daily tip as a form, and as what is set up with what can be done about it (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.message import Choice, DailySetup
from bot.platforms.teams.cards.elements import Element, button
from bot.platforms.teams.cards.inputs import checkboxes, date_field, foldable, picker, time_field
from bot.subscriptions.commands import NATIONS
from bot.subscriptions.dates import DAY_NAMES, abbreviate

SAVE = "daily-save"
OPEN = Choice("daily-confirm", "A daily tip here", "status")
_NOBODY = "off"
_LONGEST = 1_000  # characters of an input; every theme that we have takes half of that


@dataclass(frozen=True, slots=True)
class Entered:
    """What stands in the form, as a client sends it.

    Parameters
    ----------
    days, themes
        Separated by commas; no theme means every theme.
    """

    at: str = ""
    days: str = ""
    themes: str = ""
    nation: str = ""
    pause: str = ""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Entered":
        """Read what was sent; anybody can make it up, so it is only ever read as if it had been typed."""
        return cls(**{name: _line(data.get(name)) for name in cls.__slots__})

    @classmethod
    def standing(cls, setup: DailySetup) -> "Entered":
        """Fill the form with what is set up."""
        return cls(
            at=setup.at,
            days=",".join(abbreviate(day) for day in setup.weekdays),
            themes=",".join(setup.themes),
            nation=setup.nation or _NOBODY,
            pause=setup.paused_until,
        )

    def command(self) -> str:
        """Write it as one would type it behind the word “daily”, so that the same rules hold."""
        pause = f"pause until {self.pause}" if self.pause else "without pause"
        holidays = f"holidays {self.nation or _NOBODY}"
        return " ".join([self.days, self.at, holidays, f"theme {self.themes or 'all'}", pause]).strip()


def body(setup: DailySetup, entered: Entered | None = None) -> list[Element]:
    """Make what stands below the words: the form, while nothing is set up or when it could not be taken."""
    if entered is None and setup.state != "none":
        return []
    return _form(setup, entered or Entered.standing(setup))


def actions(setup: DailySetup, entered: Entered | None = None) -> list[Element]:
    """Make the buttons."""
    if entered is not None or setup.state == "none":
        return [_save("Start" if setup.state == "none" else "Save")]
    form = {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": _form(setup, Entered.standing(setup)),
        "actions": [_save("Save")],
    }
    change: Element = {"type": "Action.ShowCard", "title": "Change", "card": form}
    return [change, *(button(choice.action, choice.label, choice.value) for choice in _choices(setup))]


def typed(setup: DailySetup) -> list[str]:
    """List what can be typed instead of pressed."""
    return ["“daily weekdays 8:30”", *(f"“daily {choice.value}”" for choice in _choices(setup))]


def _choices(setup: DailySetup) -> list[Choice]:
    stop = Choice("daily-confirm", "Stop", "off")
    match setup.state:
        case "on":
            return [Choice("daily-confirm", "Pause", "pause"), stop]
        case "paused":
            return [Choice("daily-confirm", "Go on", "on"), stop]
        case "stopped":
            return [Choice("daily-confirm", "Start again", "on")]
        case "none":
            return []


def _save(label: str) -> Element:
    return button(SAVE, label, inputs=True)


def _form(setup: DailySetup, entered: Entered) -> list[Element]:
    nations = [(nation, nation) for nation in NATIONS]
    every_day = [(abbreviate(day), name) for day, name in enumerate(DAY_NAMES)]
    for_good = setup.state == "paused" and not setup.paused_until
    themes = checkboxes("themes", "Themes; with none chosen it may be any", setup.every_theme, entered.themes)
    return [
        time_field("at", "Time of day", entered.at),
        checkboxes("days", "Days", every_day, entered.days, missing="Please choose at least one day."),
        picker(
            "nation",
            "No tip on the bank holidays of",
            [*nations, (_NOBODY, "Nobody: post on bank holidays too")],
            entered.nation,
        ),
        date_field("pause", f"Pause until; empty {'to stay paused' if for_good else 'for no pause'}", entered.pause),
        *foldable("Choose themes", themes, shown=bool(entered.themes)),
    ]


def _line(value: object) -> str:
    return " ".join(value.split())[:_LONGEST] if isinstance(value, str) else ""

"""The daily tip of a place as somebody fills it in on a form, read by the rules of what is typed. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.subscriptions.commands import NATIONS, Change, Nation, listen
from bot.subscriptions.dates import find_end_of_pause
from bot.subscriptions.times import NotUnderstood


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in the fields; all of it together is how the tip shall be.

    Parameters
    ----------
    at
        The time of day, as typed.
    weekdays
        Monday is 0.
    themes
        Ids; empty for every theme.
    nation
        Whose bank holidays are left out; empty for nobody's.
    until
        The first day on which tips come again; empty for no pause.
    """

    at: str
    weekdays: frozenset[int]
    themes: tuple[str, ...] = ()
    nation: str = ""
    until: str = ""

    def change(self) -> Change:
        """Read the form as a change.

        Raises
        ------
        NotUnderstood
            When the time or the days cannot be meant.
        """
        at = listen(self.at).at
        if at is None:
            raise NotUnderstood("I could not read that time; please try one such as 9:00 or half past eight.")
        if not self.weekdays:
            raise NotUnderstood("Please choose at least one day of the week.")
        nation: Nation | Literal[""] = next((nation for nation in NATIONS if nation == self.nation), "")
        return Change(at, self.weekdays, self.themes, None, nation)

    def end_of_pause(self, today: date) -> date | None:
        """Read until when the tips rest; None for no pause.

        Raises
        ------
        NotUnderstood
            When the date has passed or is too far away.
        """
        return find_end_of_pause(self.until, today)

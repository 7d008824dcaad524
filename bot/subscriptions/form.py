"""The daily tip of a place as a form: what it shows, and what somebody fills in. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.message import DailySetup
from bot.store.subscriptions import Subscription
from bot.subscriptions.commands import NATIONS, Change, Nation, listen
from bot.subscriptions.dates import find_end_of_pause
from bot.subscriptions.schedule import WEEKDAYS
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


def setup_of(here: Subscription | None, nation: str, every_theme: Sequence[tuple[str, str]], today: date) -> DailySetup:
    """Give the setup of a place.

    Parameters
    ----------
    nation
        Whose bank holidays a new subscription leaves out.
    every_theme
        As (id, title) pairs.
    today
        The local date of the place.
    """
    themes = tuple(every_theme)
    if here is None:
        return DailySetup("none", "", tuple(sorted(WEEKDAYS)), (), nation, "", themes)
    until = here.end_of_pause(today)
    return DailySetup(
        state="stopped" if here.state != "on" else "paused" if here.paused_on(today) else "on",
        at=f"{here.at:%H:%M}",
        weekdays=tuple(sorted(here.weekdays)),
        themes=tuple(name for name, _ in themes if name in here.themes),
        nation=here.nation,
        paused_until=until.isoformat() if until else "",
        every_theme=themes,
    )

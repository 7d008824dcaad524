"""How the daily tip of a place stands, as data that a form can be made of. Pure."""

from collections.abc import Sequence
from datetime import date

from bot.message import DailySetup
from bot.store.subscriptions import Subscription
from bot.subscriptions.schedule import WEEKDAYS


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

"""What a check of the installation finds: `small-steps doctor` asks each room for its own, and prints them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Literal

from bot import diagnostics

State = Literal["ok", "warning", "wrong"]
PATIENCE = 5.0  # seconds for which anything over the network is waited for
_TOLERATED, _REFUSED = 60, 300  # seconds by which clocks differ; from the second on, platforms' requests are refused


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of what was found.

    Parameters
    ----------
    what
        What was looked at, as the operator reads it: Database, Model, Slack.
    state
        A warning is something to know about; only what is wrong keeps the bot, or a part of it, from working.
    said
        One sentence; where something is wrong, with what to do.
    """

    what: str
    state: State
    said: str


Check = Callable[[], Awaitable[list[Finding]]]


def check_clock(platform: str, date: str | None, now: float) -> list[Finding]:
    """Compare this machine's clock with the Date header of a platform's answer; nothing is found without one.

    Parameters
    ----------
    now
        Seconds since 1970 by this machine, when the answer came.
    """
    try:
        behind = parsedate_to_datetime(date or "").timestamp() - now
    except ValueError:
        return []
    seconds = round(abs(behind))
    if seconds < _TOLERATED:
        return [Finding("Clock", "ok", f"agrees with that of {platform}, within a minute")]
    said = diagnostics.clock_differs(platform, f"{seconds} seconds {'behind' if behind > 0 else 'ahead'}")
    return [Finding("Clock", "wrong" if seconds >= _REFUSED else "warning", said)]

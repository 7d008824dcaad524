"""The findings of doctor checks, which `small-steps doctor` collects from every room and prints."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Literal

from bot import diagnostics

State = Literal["ok", "warning", "wrong"]
PATIENCE = 5.0  # seconds; time-out of a check over the network
_TOLERATED, _REFUSED = 60, 300  # seconds by which clocks differ; from 300 on platforms' requests are refused


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of a doctor check, printed as a line.

    Parameters
    ----------
    what
        What was checked, as the operator reads it: Database, Model, Slack.
    state
        ``wrong`` keeps the bot or one of its components from working; ``warning`` does not.
    said
        One sentence; for a fault, with what to do.
    """

    what: str
    state: State
    said: str


Check = Callable[[], Awaitable[list[Finding]]]


def check_clock(platform: str, date: str | None, now: float) -> list[Finding]:
    """Return how this machine's clock compares with the Date header of a platform's response; nothing without one.

    Parameters
    ----------
    now
        Seconds since 1970 by this machine's clock, when the response came.
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

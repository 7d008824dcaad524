"""How a platform shows a reply and reads a press. Handed in, because platforms know nothing of each other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.actions import Action
from bot.message import Reply

Json = dict[str, Any]
ReadPress = Callable[[Mapping[str, Any]], Action | None]


@dataclass(frozen=True, slots=True)
class Look:
    """One platform's look.

    Parameters
    ----------
    name
        The key under which the page finds it: ``slack``, ``teams``.
    render
        Makes what the platform is sent for a reply.
    read
        Reads what the platform sends for a press: what was chosen, and for what; None when it is none of our buttons.
    """

    name: str
    render: Callable[[Reply], Json]
    read: ReadPress

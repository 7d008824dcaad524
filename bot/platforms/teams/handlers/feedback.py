"""Thumbs under a message: what Teams sends for them, in both of its shapes (pure)."""

from typing import Any, Literal

from bot.platforms.teams.api.payloads import Incoming

INVOKES = ("message/submitAction", "message/fetchTask")
_VERDICTS: dict[str, Literal["helpful", "not-helpful"]] = {"like": "helpful", "dislike": "not-helpful"}


def verdict(incoming: Incoming) -> Literal["helpful", "not-helpful"] | None:
    """Give the verdict; None when there is none.

    Teams' own form sends ``{"actionName", "actionValue"}``; a form of one's own sends the same under
    ``data``. What was written in the form is not read, so it cannot be kept.
    """
    found: Any = incoming.value.get("data", incoming.value)
    chosen = found.get("actionValue") if isinstance(found, dict) and found.get("actionName") == "feedback" else None
    reaction = chosen.get("reaction") if isinstance(chosen, dict) else None
    return _VERDICTS.get(reaction) if isinstance(reaction, str) else None


def of_message(incoming: Incoming) -> str:
    """Give the id of the message that the thumbs are under."""
    found = incoming.raw.get("replyToId")
    return found if isinstance(found, str) else ""

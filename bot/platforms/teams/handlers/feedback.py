"""Feedback under a message, read from both shapes in which Teams sends it (pure)."""

from typing import Any

from bot.platforms.teams.api.payloads import Incoming

INVOKES = ("message/submitAction", "message/fetchTask")
_VERDICTS = {"like": True, "dislike": False}


def read_verdict(incoming: Incoming) -> bool | None:
    """Return whether the answer helped; None when the invoke carries no verdict.

    Teams' default form sends ``{"actionName", "actionValue"}``; a custom form sends the same under ``data``. The
    text written in the form is not read, so it cannot be kept.
    """
    found: Any = incoming.value.get("data", incoming.value)
    chosen = found.get("actionValue") if isinstance(found, dict) and found.get("actionName") == "feedback" else None
    reaction = chosen.get("reaction") if isinstance(chosen, dict) else None
    return _VERDICTS.get(reaction) if isinstance(reaction, str) else None


def read_message_id(incoming: Incoming) -> str:
    """Return the id of the message that the feedback is about; empty when there is none."""
    found = incoming.raw.get("replyToId")
    return found if isinstance(found, str) else ""

"""How a command is typed in a place: by itself, behind Slack's /steps, or behind a mention. Pure."""

import re
from dataclasses import replace

from bot.message import Place, Platform, TextReply

_COMMAND = re.compile(r"“(?=(?:daily|promises|themes)\b)")
_BEFORE: dict[Platform, str] = {"slack": "/steps ", "teams": "@Small Steps "}


def as_typed(reply: TextReply, place: Place) -> TextReply:
    """Write every command that a reply names as it is typed in a place: where others read along, not by itself."""
    before = "" if place.private else _BEFORE.get(place.platform, "")
    return replace(reply, paragraphs=tuple(_COMMAND.sub(f"“{before}", one) for one in reply.paragraphs))

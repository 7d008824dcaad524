"""Payloads: the activities that Teams sends, read into the bot's types (pure)."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.actions import Button
from bot.message import Message, Place
from bot.platforms import wire
from bot.platforms.teams.api.message_text import quotes_a_message, read_forwarded_text, read_text

Activity = Mapping[str, Any]
Scope = Literal["personal", "groupChat", "channel"]

VERB = "steps"
_LONGEST_CHANNEL = 160  # so that a conversation key fits its column whatever a client sends
_LONGEST_ID = 255
_LONGEST_THREAD = 64
_LONGEST_NAME = 80
_THREAD = ";messageid="  # between a channel and the message that began the thread
_ASK = re.compile(r"^/?ask\b[\s:,]*", re.IGNORECASE)


class ActivityError(ValueError):
    """A payload that is no activity; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """The fields that every activity has.

    Parameters
    ----------
    raw
        The activity as it came.
    conversation
        The conversation's id, in a channel with the thread.
    team
        The id of the team that a channel belongs to, else empty.
    person
        The Teams id of whoever caused it.
    targeted
        Whether only the bot was shown it, of all who read along.
    """

    raw: Activity
    id: str
    type: str
    name: str
    place: Place
    scope: Scope
    conversation: str
    team: str
    person: str
    bot: str
    service_url: str
    time_zone: str | None
    targeted: bool = False

    @property
    def value(self) -> Mapping[str, Any]:
        """The value of a card action or an invoke; empty when it is no object."""
        return _object(self.raw.get("value"))

    @property
    def name_shown(self) -> str:
        """The name of whoever caused it, as everybody there sees it; kept only where they say so for a step."""
        return " ".join(_text(_object(self.raw.get("from")).get("name")).split())[:_LONGEST_NAME]

    @property
    def channel_data(self) -> Mapping[str, Any]:
        """The fields that only Teams sends."""
        return _object(self.raw.get("channelData"))


def read_activity(activity: Activity) -> Incoming:
    """Return the fields that every activity has.

    Raises
    ------
    ActivityError
        When what every activity has is missing.
    """
    conversation = _object(activity.get("conversation"))
    identity = _required(conversation, "id", "conversation.id")
    data = _object(activity.get("channelData"))
    scope = _scope(conversation, data)
    tenant = _text(conversation.get("tenantId")) or _text(_object(data.get("tenant")).get("id"))
    return Incoming(
        raw=activity,
        id=_text(activity.get("id"))[:_LONGEST_ID],
        type=_required(activity, "type", "type"),
        name=_text(activity.get("name")),
        place=Place("teams", tenant[:64], _channel(identity), private=scope == "personal", thread=_thread(identity)),
        scope=scope,
        conversation=identity,
        team=_text(_object(data.get("team")).get("id"))[:_LONGEST_ID],
        person=_required(_object(activity.get("from")), "id", "from.id")[:_LONGEST_ID],
        bot=_text(_object(activity.get("recipient")).get("id"))[:_LONGEST_ID],
        service_url=_required(activity, "serviceUrl", "serviceUrl"),
        time_zone=_time_zone(activity),
        targeted=_object(activity.get("recipient")).get("isTargeted") is True,
    )


def read_message(incoming: Incoming) -> Message:
    """Return the message; a leading “ask”, which the list of commands puts before a free question, is removed."""
    text = read_text(incoming.raw)
    asked = _ASK.sub("", text, count=1)
    if not asked and text:
        asked = "help"
    return Message(asked, incoming.person, incoming.place, incoming.time_zone, began=_read_beginning(incoming))


def read_forwarded_message(incoming: Incoming) -> Message:
    """Return the words of a message that was forwarded with this one, as somebody else's; without text for none."""
    return Message(read_forwarded_text(incoming.raw), incoming.person, incoming.place, relayed=True)


def _read_beginning(incoming: Incoming) -> datetime | None:
    """Return when the thread of a reply was begun; None for no thread, or a message that begins one.

    Teams names a thread after its first message, whose id is the time of its post in milliseconds since 1970.
    """
    thread = incoming.place.thread
    if not thread or thread == incoming.id or not (thread.isascii() and thread.isdigit()):
        return None
    try:
        return datetime.fromtimestamp(int(thread) / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def read_button(data: Mapping[str, Any]) -> Button | None:
    """Return the action in the data of a button; None when the data is not the bot's."""
    action, value = _text(data.get("action")), data.get("value", "")
    if data.get("verb", VERB) != VERB or not isinstance(value, str):
        return None
    return wire.read_button(action, value)


def read_execute_data(incoming: Incoming) -> Mapping[str, Any]:
    """Return the data of an `Action.Execute`; empty when there is none."""
    return _object(_object(incoming.value.get("action")).get("data"))


def has_attachments(incoming: Incoming) -> bool:
    """Return whether a message without words has a file, a picture, an animation or a card in their place."""
    return bool(_list_attachments(incoming))


def has_quotes(incoming: Incoming) -> bool:
    """Return whether a message quotes or forwards another."""
    return any(quotes_a_message(_text(one.get("content"))) for one in _list_attachments(incoming))


def build_event_key(incoming: Incoming) -> str:
    """Return the key of an event, the same for each repetition: a digest of tenant, ids, type and name."""
    parts = (incoming.place.team, incoming.conversation, incoming.id, incoming.type, incoming.name)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def parse_channel(conversation: str) -> str:
    """Return the channel that a thread belongs to."""
    return conversation.partition(_THREAD)[0]


def _thread(conversation: str) -> str:
    return conversation.partition(_THREAD)[2][:_LONGEST_THREAD]


def _channel(conversation: str) -> str:
    channel = parse_channel(conversation)
    return channel if len(channel) <= _LONGEST_CHANNEL else hashlib.sha256(channel.encode()).hexdigest()


def _scope(conversation: Mapping[str, Any], data: Mapping[str, Any]) -> Scope:
    kind = conversation.get("conversationType")
    if kind == "channel" or data.get("team"):
        return "channel"
    if kind == "groupChat" or conversation.get("isGroup") is True:
        return "groupChat"
    return "personal"


def _time_zone(activity: Activity) -> str | None:
    named = _text(activity.get("localTimezone"))
    try:
        return ZoneInfo(named).key if named else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _list_attachments(incoming: Incoming) -> list[Mapping[str, Any]]:
    attachments = incoming.raw.get("attachments")
    return [_object(one) for one in attachments if _object(one)] if isinstance(attachments, list) else []


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _required(values: Mapping[str, Any], key: str, shown: str) -> str:
    if not (found := _text(values.get(key))):
        raise ActivityError(f"it has no {shown}")
    return found

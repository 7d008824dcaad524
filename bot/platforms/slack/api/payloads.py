"""Slack's payloads read (pure): who said what, where, and whether the bot should listen at all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.message import Place

Payload = Mapping[str, Any]
MALFORMED = (LookupError, AttributeError, TypeError, ValueError)  # what reading a payload of another shape raises

# A message with a file still has words, and a thread's reply may be sent to the channel too; every other
# subtype is an edit, a join, a bot or some other thing that nobody says to us.
_MESSAGE_SUBTYPES = (None, "file_share", "thread_broadcast")
_SLACKBOT = "USLACKBOT"
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """Something a person said where the bot can hear it.

    Parameters
    ----------
    thread
        The thread to answer in; empty for the top level of a direct message.
    addressed
        Whether it was said to the bot: by mention or in a direct message.
    """

    text: str
    person: str
    channel: str
    thread: str
    addressed: bool
    direct: bool


def read_message(event: Payload, bot_user: str) -> ReceivedMessage | None:
    """Read an `app_mention` or `message` event; None for what the bot never answers."""
    if not _is_from_person(event, bot_user):
        return None
    direct = _is_direct_message(event)
    mention = event.get("type") == "app_mention"
    text = str(event.get("text") or "")
    if (mention and direct) or not (mention or direct or _may_continue_thread(event, text)):
        return None
    new_thread = "" if direct else str(event["ts"])
    return ReceivedMessage(
        text=remove_mentions(text, bot_user),
        person=str(event["user"]),
        channel=str(event["channel"]),
        thread=str(event.get("thread_ts") or new_thread),
        addressed=mention or direct,
        direct=direct,
    )


def remove_mentions(text: str, bot_user: str) -> str:
    """Take every mention of the bot out of a text; whoever else is named stays."""
    return " ".join(_MENTION.sub(lambda found: "" if found[1] == bot_user else found[0], text).split(" ")).strip()


def build_private_place(team: str, person: str, thread: str = "") -> Place:
    """Name a person's own place: direct messages, commands and modals share what they have seen."""
    return Place("slack", team, person, private=True, thread=thread)


def build_channel_place(team: str, channel: str, thread: str = "") -> Place:
    """Name a channel's place: what a thread was told, the whole channel has seen."""
    return Place("slack", team, channel, thread=thread)


@dataclass(frozen=True, slots=True)
class Surface:
    """Where something was pressed.

    Parameters
    ----------
    thread
        The thread that an answer in a channel goes to.
    ts
        The message that was pressed; empty in a view.
    view
        The view that was pressed; empty in a message.
    """

    kind: Literal["channel", "direct", "ephemeral", "modal", "home"]
    channel: str = ""
    thread: str = ""
    ts: str = ""
    view: str = ""
    response_url: str = ""
    trigger: str = ""

    @property
    def private(self) -> bool:
        """Whether one person alone reads it."""
        return self.kind != "channel"


def read_surface(body: Payload) -> Surface:
    """Read where a `block_actions` payload comes from."""
    trigger = str(body.get("trigger_id") or "")
    view = body.get("view")
    if isinstance(view, Mapping):
        return Surface("home" if view.get("type") == "home" else "modal", view=str(view.get("id")), trigger=trigger)
    container = _read_mapping(body, "container")
    message = _read_mapping(body, "message")
    channel = str(container.get("channel_id") or _read_mapping(body, "channel").get("id") or "")
    ts = str(container.get("message_ts") or message.get("ts") or "")
    thread = str(container.get("thread_ts") or message.get("thread_ts") or "")
    direct = channel.startswith("D")
    return Surface(
        "ephemeral" if container.get("is_ephemeral") else "direct" if direct else "channel",
        channel=channel,
        thread=thread if thread or direct else ts,
        ts=ts,
        response_url=str(body.get("response_url") or ""),
        trigger=trigger,
    )


def read_person(body: Payload) -> str:
    """Tell who did it."""
    return str(_read_mapping(body, "user").get("id") or body.get("user_id") or "")


def _is_from_person(event: Payload, bot_user: str) -> bool:
    return (
        event.get("subtype") in _MESSAGE_SUBTYPES
        and not event.get("hidden")
        and not event.get("bot_id")
        and not event.get("bot_profile")
        and not event.get("edited")
        and event.get("user") not in (None, "", bot_user, _SLACKBOT)
        and bool(event.get("channel"))
        and bool(event.get("ts"))
    )


def _may_continue_thread(event: Payload, text: str) -> bool:
    """Tell whether a message in a channel may go on in a thread of ours.

    One that mentions anybody may not: it is said to them, or comes as an `app_mention` too.
    """
    return bool(event.get("thread_ts")) and not _MENTION.search(text)


def _is_direct_message(event: Payload) -> bool:
    return event.get("channel_type") == "im" or str(event.get("channel")).startswith("D")


def _read_mapping(body: Payload, name: str) -> Payload:
    value = body.get(name)
    return value if isinstance(value, Mapping) else {}

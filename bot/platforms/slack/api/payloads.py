"""Readers of Slack's payloads (pure): messages, surfaces, people and places."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from bot.message import Place
from bot.platforms.slack.api.message_text import MessageWords, collect_words

Payload = Mapping[str, Any]
MALFORMED = (
    LookupError,
    AttributeError,
    TypeError,
    ValueError,
    RecursionError,
)  # raised when a payload has an unexpected shape

# A message with a file has text too, a reply in a thread may also be sent to the channel, and “/me …” is a message.
# Every other subtype is an edit, a join, a bot's message or another event that is no message to the bot.
_MESSAGE_SUBTYPES = (None, "file_share", "thread_broadcast", "me_message")
_SLACKBOT = "USLACKBOT"
_MENTION = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>]{0,200})?>")  # bounded: linear in the text


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """A message by a person in a conversation that the bot is in.

    Parameters
    ----------
    thread
        Thread of the answer; empty for the top level of a direct message.
    began
        When the thread's first message was posted; None for no thread, or a message that begins one.
    in_thread
        Whether the thread exists already: an ephemeral message in any other is shown to nobody.
    addressed
        Whether the message is a mention of the bot or a direct message.
    """

    words: MessageWords
    person: str
    channel: str
    thread: str
    began: datetime | None
    in_thread: bool
    addressed: bool
    direct: bool

    @property
    def whisper_thread(self) -> str:
        """Return the thread of an ephemeral message; empty where no thread exists yet."""
        return self.thread if self.in_thread else ""


def read_message(event: Payload, bot_user: str) -> ReceivedMessage | None:
    """Return the message of an `app_mention` or `message` event; None for one that the bot never answers."""
    if not _is_from_person(event, bot_user):
        return None
    direct = _is_direct_message(event)
    mention = event.get("type") == "app_mention"
    if (mention and direct) or not (mention or direct or _may_continue_thread(event)):
        return None
    return _build_message(event, bot_user, direct=direct, addressed=mention or direct)


def read_unanswered_message(event: Payload, bot_user: str) -> ReceivedMessage | None:
    """Return a message that gets no answer, and is read only for whether somebody is in danger; None for any other.

    Slack may send no `app_mention` for a mention beside a file, in “/me …” or in a reply that is sent to the channel
    too, so those of the bot are read. In a thread of the bot so is what is said to somebody else.
    """
    if not _is_from_person(event, bot_user) or event.get("type") != "message" or _is_direct_message(event):
        return None
    mentioned = {found[1] for found in _MENTION.finditer(str(event.get("text") or ""))}
    if event.get("subtype") and bot_user in mentioned:
        return _build_message(event, bot_user, direct=False, addressed=True)
    if event.get("thread_ts") and mentioned and bot_user and bot_user not in mentioned:
        return _build_message(event, bot_user, direct=False, addressed=False)
    return None


def may_be_read(event: Payload) -> bool:
    """Return whether a message that gets no answer may be one that is read, before it is known who the bot is."""
    mentions = bool(_MENTION.search(str(event.get("text") or "")))
    return mentions and bool(event.get("subtype") or event.get("thread_ts")) and _is_from_person(event, "")


def _build_message(event: Payload, bot_user: str, *, direct: bool, addressed: bool) -> ReceivedMessage:
    words = collect_words(event)
    new_thread = "" if direct else str(event["ts"])
    return ReceivedMessage(
        words=MessageWords(remove_mentions(words.own, bot_user), words.forwarded),
        person=str(event["user"]),
        channel=str(event["channel"]),
        thread=str(event.get("thread_ts") or new_thread),
        began=_read_beginning(event),
        in_thread=bool(event.get("thread_ts")),
        addressed=addressed,
        direct=direct,
    )


def remove_mentions(text: str, bot_user: str) -> str:
    """Return a text without mentions of the bot; mentions of others stay."""
    return " ".join(_MENTION.sub(lambda found: "" if found[1] == bot_user else found[0], text).split(" ")).strip()


def build_private_place(team: str, person: str, thread: str = "") -> Place:
    """Return a person's private place: direct messages, commands and modals share one history."""
    return Place("slack", team, person, private=True, thread=thread)


def build_channel_place(team: str, channel: str, thread: str = "") -> Place:
    """Return a channel's place: its threads share the channel's history."""
    return Place("slack", team, channel, thread=thread)


@dataclass(frozen=True, slots=True)
class Surface:
    """The surface of an action: the message, modal or Home tab with the element.

    Parameters
    ----------
    thread
        Thread of an answer in a channel.
    in_thread
        Whether the thread exists already: an ephemeral message in any other is shown to nobody.
    ts
        Timestamp of the message with the element; empty in a view.
    view
        Id of the view with the element; empty in a message.
    """

    kind: Literal["channel", "direct", "ephemeral", "modal", "home"]
    channel: str = ""
    thread: str = ""
    in_thread: bool = False
    ts: str = ""
    view: str = ""
    response_url: str = ""
    trigger: str = ""

    @property
    def whisper_thread(self) -> str:
        """Return the thread of an ephemeral message; empty where no thread exists yet."""
        return self.thread if self.in_thread else ""

    @property
    def private(self) -> bool:
        """Whether only one person sees the surface."""
        return self.kind != "channel"


def read_surface(body: Payload) -> Surface:
    """Return the surface of a `block_actions` payload."""
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
        in_thread=bool(thread),
        ts=ts,
        response_url=str(body.get("response_url") or ""),
        trigger=trigger,
    )


def read_person(body: Payload) -> str:
    """Return the id of the person behind a payload; empty when there is none."""
    return str(_read_mapping(body, "user").get("id") or body.get("user_id") or "")


def read_name(body: Payload) -> str:
    """Return the name of the person behind a press, as Slack shows it; empty when there is none."""
    user = _read_mapping(body, "user")
    return " ".join(str(user.get("username") or user.get("name") or "").split())


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


def _read_beginning(event: Payload) -> datetime | None:
    """Return when the thread of a reply was begun: Slack names a thread by the time of its first message."""
    thread = str(event.get("thread_ts") or "")
    if not thread or thread == event.get("ts"):
        return None
    try:
        return datetime.fromtimestamp(float(thread), UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _may_continue_thread(event: Payload) -> bool:
    """Return whether a message in a channel may continue a thread of the bot.

    A message with a mention may not: it addresses the mentioned person, or also arrives as an `app_mention`.
    """
    return bool(event.get("thread_ts")) and not _MENTION.search(str(event.get("text") or ""))


def _is_direct_message(event: Payload) -> bool:
    return event.get("channel_type") == "im" or str(event.get("channel")).startswith("D")


def _read_mapping(body: Payload, name: str) -> Payload:
    value = body.get(name)
    return value if isinstance(value, Mapping) else {}

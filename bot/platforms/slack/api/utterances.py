"""What somebody says to the bot in a request, and where (pure): a message, a command, a shortcut or a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.platforms.slack.api.message_text import MessageWords, collect_words
from bot.platforms.slack.api.payloads import (
    Payload,
    ReceivedMessage,
    read_message,
    read_person,
    read_unanswered_message,
)
from bot.platforms.slack.api.scopes import COMMAND, MESSAGE_SHORTCUT

_MAX_FIELDS = 50  # fields of a form that are read


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words that a person says to the bot, and the ways to answer that person alone.

    Parameters
    ----------
    relayed
        Whether the words are somebody else's, passed on by the person.
    thread
        Thread for an ephemeral message; empty where no thread exists yet.
    new_thread
        Thread for a message that all read.
    addressed
        Whether the person spoke to the bot; if not, the words count only in a thread of the bot.
    direct
        Whether the channel is the person's direct messages.
    """

    words: MessageWords
    person: str
    relayed: bool = False
    channel: str = ""
    thread: str = ""
    new_thread: str = ""
    addressed: bool = True
    direct: bool = False
    response_url: str = ""
    view: str = ""


def read_utterance(body: Payload, bot_user: str) -> Utterance | None:
    """Return what is said in a request; None where nothing is."""
    url, person = str(body.get("response_url") or ""), read_person(body)
    if body.get("type") == "event_callback":
        return _read_event(body, bot_user)
    if body.get("command") == COMMAND:
        channel = str(body.get("channel_id") or "")
        words = MessageWords(str(body.get("text") or ""))
        return Utterance(words, person, channel=channel, direct=channel.startswith("D"), response_url=url)
    if body.get("type") == "message_action" and body.get("callback_id") == MESSAGE_SHORTCUT:
        words = collect_words(body.get("message") or {})
        channel = str((body.get("channel") or {}).get("id") or "")
        return Utterance(words, person, relayed=True, channel=channel, response_url=url)
    if body.get("type") == "view_submission":
        view = body.get("view") or {}
        return Utterance(MessageWords(_collect_fields(view)), person, view=str(view.get("id") or ""))
    return None


def find_bot_user(body: Payload) -> str:
    """Return the id of the bot's user as an event's envelope names it; empty where it names none."""
    named = body.get("authorizations")
    first = named[0] if isinstance(named, list) and named and isinstance(named[0], Mapping) else {}
    return str(first.get("user_id") or "") if first.get("is_bot") else ""


def _read_event(body: Payload, bot_user: str) -> Utterance | None:
    event = body.get("event") or {}
    received = read_message(event, bot_user) or read_unanswered_message(event, bot_user)
    return build_utterance(received) if received else None


def build_utterance(received: ReceivedMessage) -> Utterance:
    """Return a received message as an utterance."""
    return Utterance(
        received.words,
        received.person,
        channel=received.channel,
        thread=received.whisper_thread,
        new_thread=received.thread,
        addressed=received.addressed,
        direct=received.direct,
    )


def _collect_fields(view: Mapping[str, Any]) -> str:
    """Return what was typed into the fields of a form."""
    state = view.get("state")
    blocks = state.get("values") if isinstance(state, Mapping) else None
    fields = [field for block in (blocks or {}).values() for field in block.values()][:_MAX_FIELDS]
    return "\n".join(str(field["value"]) for field in fields if isinstance(field.get("value"), str))

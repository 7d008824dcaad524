"""Welsh: greeting, thanks, help and the bot about itself, always above the same in English; read from welsh.yaml."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.conversation.wording import fold
from bot.message import TextReply
from intents.packaged_yaml import read_packaged_yaml

WelshReply = Literal["greeting", "thanks", "help", "about", "language"]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    phrases: tuple[str, ...]
    says: tuple[str, ...]


class WelshSentences(BaseModel):
    """What is said in Welsh, and to what.

    Parameters
    ----------
    reviewed
        By whom and when; None until a speaker has read the sentences.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    reviewed: str | date | None
    replies: Mapping[WelshReply, _Entry]


@cache
def load_welsh() -> WelshSentences:
    """Return the sentences of welsh.yaml; read once."""
    return WelshSentences.model_validate(read_packaged_yaml("bot.conversation", "welsh.yaml"))


def find_welsh(text: str) -> WelshReply | None:
    """Return which reply a whole message in Welsh asks for; None for any other message.

    Parameters
    ----------
    text
        Normalised.
    """
    return _map_phrases().get(fold(text))


@cache
def _map_phrases() -> Mapping[str, WelshReply]:
    """Return which reply each folded phrase asks for; the first that names a phrase has it."""
    replies = reversed(tuple(load_welsh().replies.items()))
    return {fold(phrase): name for name, entry in replies for phrase in entry.phrases}


def say_in_welsh(reply: WelshReply, english: Callable[[], TextReply]) -> TextReply:
    """Return the English reply with the same in Welsh above it."""
    said = english()
    return replace(said, paragraphs=(*load_welsh().replies[reply].says, *said.paragraphs))

"""Settled turns: a doubt whether somebody is in need, set aside where a turn is harmless or says “I'm fine”."""

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation.harmless_turns import (
    find_after_fine,
    is_fine_themselves,
    is_grave_all_the_same,
    is_hardly_grave,
    is_harmless_turn,
    names_help,
)
from bot.conversation.memory import ConversationMemory
from bot.conversation.turns.lookups import Classify
from bot.message import Message
from intents.care import NO_CARE

if TYPE_CHECKING:
    from intents import Classification


async def settle_turn(
    message: Message, text: str, found: "Classification", memory: ConversationMemory, classify: Classify
) -> "tuple[Message, Classification]":
    """Return a turn without its doubt, where it is harmless or says “I'm fine”, and goes on from what is pending.

    A “no, I'm fine” is taken off, as is “they are fine” or “just ordinary tired”, and what follows is read by itself.
    Whoever says it of themselves where support would be named is taken at their word in what they write next, up to a
    gravity. Danger is decided before and after, and no other band of care is touched. Only what is shown is settled: no
    word of the turn is kept.

    Parameters
    ----------
    text
        The message in plain text.
    """
    rest, doubted = find_after_fine(text), found.care.band == "perhaps"
    told_before = memory.words.is_taken_at_their_word(message.place, message.person)
    fine = told_before and not is_grave_all_the_same(found.gravity)
    harmless = doubted and (fine or is_harmless_turn(text) or is_hardly_grave(text, found.gravity))
    if message.relayed or not (harmless or rest is not None):
        return message, found
    pending = (await memory.find(message)).pending
    if not (pending.shared or pending.own):
        return message, found
    opening = text[: len(text) - len(rest)] if rest is not None else ""
    themselves = is_fine_themselves(opening)
    if themselves and doubted:
        memory.words.take_at_their_word(message.place, message.person)
    if not rest:
        return (replace(message, private_words=True), replace(found, care=NO_CARE)) if harmless else (message, found)
    whole, found = found, await classify(rest)
    doubts = [one for one in (found, whole) if one.care.band == "perhaps"]
    weighed = [one for one in doubts if one is found or not names_help(opening)]
    grave = bool(weighed) and is_grave_all_the_same(max(one.gravity for one in weighed))
    if grave and found.care.band in ("none", "perhaps"):
        found = replace(found, care=weighed[0].care)
    elif found.care.band == "perhaps" and (themselves or is_hardly_grave(rest, found.gravity)):
        found = replace(found, care=NO_CARE)
    elif found.care.band == "none" and whole.care.band in ("concern", "strain"):
        found = replace(found, care=whole.care)
    return replace(message, text=rest, private_words=bool(doubts)), found

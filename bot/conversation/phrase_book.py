"""The phrase book: what people type and what they mean by it, read from the files in phrases/."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from intents.packaged_yaml import read_packaged_yaml

_STANDS_FOR: Mapping[str, str] = {
    "<it>": r"(?:it|this|that|these|those|them|one|so|all this|all that)",
    "<who>": r"(?:i|we|you|one|they|he|she|people|someone|anyone|anybody|my team|our team|it|this|that)",
    "<does>": r"(?:do|does|did|would|could|should|can|might|may|shall|will|d|to|must)",
    "<they>": r"(?:they|he|she|people|my \w+|the \w+|our \w+|nobody|no one|noone|somebody|someone|everyone|staff|it"
    r"|that|this)",
    "<you>": r"(?:you|this bot|the bot|this thing|this service|this tool|this app|small steps)",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """Phrases with one meaning.

    Parameters
    ----------
    pattern
        Matches each of them.
    foreign
        How many words of weight may stand beside a phrase.
    people
        Whether those whom people work with are no such words.
    """

    means: str
    pattern: re.Pattern[str]
    foreign: int = 0
    people: bool = False


@cache
def load_phrases(name: str, before: str = "") -> tuple[Entry, ...]:
    """Return the entries of a file in phrases/, in their order.

    Parameters
    ----------
    before
        A pattern that stands before each phrase.
    """
    content = read_packaged_yaml("bot.conversation", "phrases", f"{name}.yaml")
    return tuple(_build_entry(before, **one) for one in content)


@cache
def load_words(name: str) -> frozenset[str]:
    """Return the words of a file in phrases/; lines that begin with # are remarks."""
    text = resources.files(__package__).joinpath("phrases", f"{name}.txt").read_text("utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def _build_entry(before: str, means: str, phrases: list[str], foreign: int = 0, *, people: bool = False) -> Entry:
    alternatives = "|".join(_spell_out(phrase) for phrase in phrases)
    return Entry(means, re.compile(f"{before}(?:{alternatives})"), foreign, people)


def _spell_out(phrase: str) -> str:
    for sign, stands_for in _STANDS_FOR.items():
        phrase = phrase.replace(sign, stands_for)
    return phrase

"""What stands after `/steps`, read (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process, utils

from bot.actions import NoneOfThese, PickTheme
from bot.message import Choice, ClarifyReply
from bot.subscriptions.commands import is_command
from intents import normalise_text

_WORDS = {
    "": "help",
    "help": "help",
    "?": "help",
    "themes": "themes",
    "topics": "themes",
    "tip": "tip",
    "another": "another",
    "why": "why",
    "share": "share",
}
_NEAR = 82  # of 100: “lisening” and “listening” share 94, “leaving” and “learning” 80
_MOST_WORDS = 4  # a longer text is a question, however like a theme it reads
_MOST_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Command:
    """A sub-command: help, themes, tip, another, why or share."""

    name: str


@dataclass(frozen=True, slots=True)
class ThemeAsked:
    """A theme by its id or title."""

    theme: str


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Something that is nearly the name of a theme; likeliest first."""

    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Anything else: a question in free words, or `daily …`, which the conversation knows."""

    text: str


def parse(text: str, titles: Mapping[str, str]) -> Command | ThemeAsked | NearMiss | Question:
    """Read what was typed.

    Parameters
    ----------
    text
        What stands after the command, as Slack sends it.
    titles
        The title of each theme by its id.
    """
    words = normalise_text(text)
    if name := _WORDS.get(words.casefold()):
        return Command(name)
    names = {_plain(name): theme for theme, title in titles.items() for name in (theme, title)}
    if theme := names.get(_plain(words)):
        return ThemeAsked(theme)
    if len(words.split()) > _MOST_WORDS or is_command(words):
        return Question(words)
    found = process.extract(_plain(words), names.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=10)
    near = tuple(dict.fromkeys(names[name] for name, _, _ in found))[:_MOST_SUGGESTED]
    return NearMiss(near) if near else Question(words)


def suggestion(near: NearMiss, titles: Mapping[str, str]) -> ClarifyReply:
    """Ask whether a near-miss was meant."""
    choices = tuple(Choice(PickTheme(theme), titles[theme]) for theme in near.themes)
    question = "Did you mean this theme?" if len(choices) == 1 else "Did you mean one of these themes?"
    return ClarifyReply(question, (*choices, Choice(NoneOfThese(), "None of these")))


def _plain(name: str) -> str:
    spoken = name.replace("&", " and ").replace("-", " ")
    return " ".join(utils.default_process(spoken).split())

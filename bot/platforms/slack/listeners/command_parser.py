"""Parser of the text after `/steps` (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process, utils

from bot.actions import NoneOfThese, PickTheme
from bot.message import Choice, ClarifyReply
from bot.subscriptions.commands import is_daily_command
from intents import normalise_text

SubcommandName = Literal["help", "themes", "tip", "another", "why", "share"]
_SUBCOMMANDS: dict[str, SubcommandName] = {
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
_SIMILARITY_CUTOFF = 82  # of 100: “lisening” scores 94 against “listening”, “leaving” 80 against “learning”
_MAX_WORDS = 4  # a longer text is free text, however similar to a theme
_MAX_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class SlashSubcommand:
    """A sub-command."""

    name: SubcommandName


@dataclass(frozen=True, slots=True)
class ThemeRequest:
    """A theme, named by its id or title."""

    theme: str


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A text similar to the names of themes; the likeliest theme first."""

    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FreeText:
    """Any other text: a question, or `daily …`, which the conversation parses."""

    text: str


def parse_command(text: str, titles: Mapping[str, str]) -> SlashSubcommand | ThemeRequest | NearMiss | FreeText:
    """Return what a command asks for.

    Parameters
    ----------
    text
        Text after the command, as Slack sends it.
    titles
        The title of each theme by its id.
    """
    words = normalise_text(text)
    if name := _SUBCOMMANDS.get(words.casefold()):
        return SlashSubcommand(name)
    names = {_normalise_name(name): theme for theme, title in titles.items() for name in (theme, title)}
    if theme := names.get(_normalise_name(words)):
        return ThemeRequest(theme)
    if len(words.split()) > _MAX_WORDS or is_daily_command(words):
        return FreeText(words)
    found = process.extract(
        _normalise_name(words), names.keys(), scorer=fuzz.ratio, score_cutoff=_SIMILARITY_CUTOFF, limit=10
    )
    near = tuple(dict.fromkeys(names[name] for name, _, _ in found))[:_MAX_SUGGESTIONS]
    return NearMiss(near) if near else FreeText(words)


def build_suggestion(near: NearMiss, titles: Mapping[str, str]) -> ClarifyReply:
    """Return the question whether a near-miss was meant."""
    choices = tuple(Choice(PickTheme(theme), titles[theme]) for theme in near.themes)
    question = "Did you mean this theme?" if len(choices) == 1 else "Did you mean one of these themes?"
    return ClarifyReply(question, (*choices, Choice(NoneOfThese(), "None of these")))


def _normalise_name(name: str) -> str:
    spoken = name.replace("&", " and ").replace("-", " ")
    return " ".join(utils.default_process(spoken).split())

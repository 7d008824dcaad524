"""What was measured: the shares of the model card that is shipped, and figures copied from docs/benchmarks.md.

A test holds each copied figure to the line that it comes from; `make evidence` copies them anew.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

_ROW = re.compile(
    r"^\| (?P<what>[a-z][a-z ]+) \| (?P<share>[\d.]+)% \((?P<range>[^)]+)\) \| (?P<of>\d+) \|", re.MULTILINE
)
_HELD_OUT = re.compile(r"Measured on (\d+) held-out utterances by (\d+) writers")
_INTENTS = re.compile(r"which of (\d+) intents")
_LEARNT = re.compile(r"^(\d+) utterances written one by one", re.MULTILINE)
_PRINT = re.compile(r"Fingerprint `([0-9a-f]+)`")


@dataclass(frozen=True, slots=True)
class Figure:
    """A share in per cent, with the set that it was measured on and the month."""

    what: str
    share: str
    on: str
    when: str
    source: str

    def __str__(self) -> str:
        return f"{self.what}: {self.share} % ({self.on}; {self.when}; {self.source})"


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that was measured, by the keys that the hazard log and the pages use."""

    by_key: Mapping[str, Figure]
    when: str
    intents: int
    learnt: int
    fingerprint: str
    card: str

    def __getitem__(self, key: str) -> Figure:
        return self.by_key[key]


def read_card() -> str:
    """Return the text of the model card that is shipped with the model in use."""
    return resources.files("intents").joinpath("MODEL_CARD.md").read_text("utf-8")


def read_measured() -> dict[str, Any]:
    """Return the figures that were copied from docs/benchmarks.md, each with the pattern that finds it there."""
    read: dict[str, Any] = yaml.safe_load(resources.files(__package__).joinpath("measured.yaml").read_text("utf-8"))
    return read


def read_figures() -> Figures:
    """Return every figure; those of the model as its card has them now."""
    card, measured = read_card(), read_measured()
    when = measured["when"]
    utterances, writers = _find(_HELD_OUT, card).groups()
    on = f"{utterances} held-out utterances by {writers} writers"
    figures = {
        f"card {row['what']}": Figure(
            f"{row['what']}, the model alone",
            row["share"],
            f"{row['of']} of the {on}; 95 % interval {row['range']}",
            when,
            "intents/MODEL_CARD.md",
        )
        for row in _ROW.finditer(card)
    }
    figures |= {
        key: Figure(
            one["what"], one["figure"], one["measured_on"].format(count=one.get("count")), when, measured["page"]
        )
        for key, one in measured["figures"].items()
    }
    return Figures(
        by_key=figures,
        when=when,
        intents=int(_find(_INTENTS, card)[1]),
        learnt=int(_find(_LEARNT, card)[1]),
        fingerprint=_find(_PRINT, card)[1],
        card=card,
    )


def _find(pattern: re.Pattern[str], card: str) -> re.Match[str]:
    found = pattern.search(card)
    if found is None:
        raise ValueError(f"intents/MODEL_CARD.md has no line with “{pattern.pattern}”, which the evidence quotes")
    return found

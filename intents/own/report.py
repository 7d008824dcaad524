"""What an editor is shown of own themes, as plain data: which phrases work, and what a theme would win from whom.

`report_themes(own_themes, topics)` takes about two seconds and changes nothing that serves; `as_dict` makes it JSON.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from intents.normalisation import normalise_for_model
from intents.own.decision import LEAST, REFUSED
from intents.own.learning import Learned
from intents.own.phrases import PhraseFinding
from intents.own.themes import OwnThemes
from intents.own.topics import OwnTopic
from intents.own.unseen import DECISIONS, UnseenMessages

_SHOWN = 20  # messages that a theme would win
# Of messages that do without a theme's words, how many are found beside the phrases that are (docs/benchmarks.md).
_FOUND_BESIDE_PHRASES = 0.65

PhraseState = Literal["found", "offered", "missed", "handed-over"]


@dataclass(frozen=True, slots=True)
class PhraseReport:
    """One phrase of a theme.

    Parameters
    ----------
    state
        What its theme would make of it, had it been learned from the other phrases alone; or that people answer it.
    today
        The id of the shipped intent or other own theme that answers it today; empty where it is asked back or refused.
    decision
        What is decided about it today.
    copied
        The shipped intent whose utterance it is; empty for words of its own.
    """

    text: str
    state: PhraseState
    today: str
    decision: str
    copied: str = ""


@dataclass(frozen=True, slots=True)
class WonMessage:
    """An unseen message that a theme would win: its text, and the intent that it is taken from."""

    text: str
    taken_from: str
    confidence: float


@dataclass(frozen=True, slots=True)
class ThemeReport:
    """What an editor is shown of one theme.

    Parameters
    ----------
    phrases
        In the editor's order.
    words
        By which it is offered, as stems that must stand together.
    wins
        Up to twenty unseen messages that it would win, the surest first.
    won
        How many it would win in all, of `unseen`.
    likely_missed
        Share of messages without its words that it is likely to miss, 0 to 1; None without phrases.
    warnings
        Whole sentences.
    """

    theme: str
    title: str
    phrases: tuple[PhraseReport, ...]
    words: tuple[str, ...]
    wins: tuple[WonMessage, ...]
    won: int
    unseen: int
    likely_missed: float | None
    warnings: tuple[str, ...]

    @property
    def missed(self) -> tuple[str, ...]:
        """The phrases that miss their own theme."""
        return tuple(phrase.text for phrase in self.phrases if phrase.state == "missed")

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON holds it."""
        return asdict(self)


def report_themes(own_themes: OwnThemes, topics: Sequence[OwnTopic]) -> tuple[ThemeReport, ...]:
    """Return the report on each theme among topics; nothing that serves is changed.

    Raises
    ------
    PhraseError
        When more than a quarter of a theme's phrases are handovers.
    ModelError
        When there are no unseen messages beside the model.
    """
    learned, findings = own_themes.learn_for_report(topics)
    return tuple(
        _report_theme(topic, place, learned, findings, own_themes)
        for place, topic in enumerate(topics)
        if topic.is_theme
    )


def _report_theme(
    topic: OwnTopic, place: int, learned: Learned, findings: Sequence[PhraseFinding], own_themes: OwnThemes
) -> ThemeReport:
    of_theme = [finding for finding in findings if finding.theme == topic.id]
    terms = learned.layers.words.terms[place]
    warnings = [str(finding) for finding in of_theme]
    if not terms:
        warnings.append(f"{topic.id}: others use all its words as well, so it is not offered by its words.")
    wins, missed = _list_wins(topic.id, learned, own_themes), _estimate_missed(topic.id, place, learned)
    return ThemeReport(
        theme=topic.id,
        title=topic.title,
        phrases=tuple(_report_phrase(text, topic.id, learned, of_theme, own_themes) for text in topic.phrases),
        words=tuple(" + ".join(sorted(term)) for term in terms),
        wins=tuple(wins[:_SHOWN]),
        won=len(wins),
        unseen=int(own_themes.unseen.winnable.sum()),
        likely_missed=missed,
        warnings=tuple(warnings),
    )


def _report_phrase(
    text: str, theme: str, learned: Learned, findings: Sequence[PhraseFinding], own_themes: OwnThemes
) -> PhraseReport:
    kinds = {finding.kind: finding.intent for finding in findings if finding.phrase == text}
    today = own_themes.classify_today(text)
    acts = today.decision not in ("clarify", "out-of-scope")
    state: PhraseState = (
        "handed-over" if "handed-over" in kinds else _find_state(normalise_for_model(text), theme, learned)
    )
    return PhraseReport(text, state, today.intents[0].id if acts else "", today.decision, kinds.get("copied", ""))


def _find_state(text: str, theme: str, learned: Learned) -> PhraseState:
    layers = learned.layers
    if text not in learned.phrases or theme not in layers.themes:
        return "missed"
    place = layers.themes.index(theme)
    score = learned.own[learned.phrases.index(text), place]
    if score > layers.budget.outright[place]:
        return "found"
    is_told = layers.topics.index(theme) in layers.words.find(text)
    return "offered" if is_told or score > layers.budget.offered[place] else "missed"


def _list_wins(theme: str, learned: Learned, own_themes: OwnThemes) -> list[WonMessage]:
    """Return the unseen messages that a theme would win, the surest first."""
    layers, unseen = learned.layers, own_themes.unseen
    if theme not in layers.themes:
        return []
    place, ids = layers.themes.index(theme), own_themes.shipped_ids
    margins = learned.others - layers.budget.outright
    rows = np.flatnonzero((margins[:, place] > 0) & (margins.argmax(axis=1) == place) & unseen.winnable)
    won = [(row, layers.budget.compute_confidence(float(margins[row, place]))) for row in rows]
    won = [(row, sure) for row, sure in won if sure >= _need(unseen, int(row))]
    won.sort(key=lambda entry: -entry[1])
    return [WonMessage(unseen.texts[row], ids[unseen.taken[row]], round(sure, 3)) for row, sure in won]


def _need(unseen: UnseenMessages, row: int) -> float:
    return REFUSED if DECISIONS[unseen.decisions[row]] == "out-of-scope" else LEAST


def _estimate_missed(theme: str, place: int, learned: Learned) -> float | None:
    """Return the share of messages without a theme's words that it is likely to miss.

    Phrases that were left out and lack its words are found more often than people's messages are, because an editor
    names a topic where people tell what happened; so what is found is taken down by what was measured.
    """
    layers = learned.layers
    if theme not in layers.themes:
        return None
    column = layers.themes.index(theme)
    rows = [
        row
        for row, text in enumerate(learned.phrases)
        if layers.topic_of[row] == column and place not in layers.words.find(text)
    ]
    rows = rows or [row for row in range(len(learned.phrases)) if layers.topic_of[row] == column]
    found = float(np.mean(learned.own[rows, column] > layers.budget.outright[column]))
    return round(1.0 - _FOUND_BESIDE_PHRASES * found, 2)

"""Phrases of own themes, checked before they are learned: a handover stays one, and a copy is named."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from intents.care import Care
from intents.normalisation import normalise_for_model
from intents.own.topics import OwnTopic

ENOUGH = 10  # phrases, from which a theme is learned well enough
_MOST_HANDED_OVER = 0.25
_TAKE_OVER = "A theme cannot take them over. Write phrases about the work instead."
_SIGN = re.compile(r"[^\w\s]+|_")


@dataclass(frozen=True, slots=True)
class PhraseRefusal:
    """Why the phrases of a theme cannot be learned.

    Parameters
    ----------
    theme
        Its id.
    what
        What is wrong, without a full stop.
    mend
        How to mend it: whole sentences.
    """

    theme: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.theme}: {self.what}. {self.mend}"


class PhraseError(Exception):
    """Phrases that cannot be learned; `refusals` names every theme, why, and how to mend it.

    Parameters
    ----------
    refusals
        At least one.
    """

    def __init__(self, refusals: Sequence[PhraseRefusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__(" ".join(map(str, self.refusals)))


@dataclass(frozen=True, slots=True)
class PhraseFinding:
    """Something about a theme's phrases that its editor should know.

    Parameters
    ----------
    theme
        Its id.
    kind
        ``handed-over``: the phrase is danger, so people must answer it; it is not learned. ``copied``: a shipped
        intent was trained with the same words. ``few``: the theme has fewer than ten phrases. ``none``: it has none.
    phrase
        As written; empty for a finding about the whole theme.
    intent
        The shipped intent that it goes to; empty where there is none.
    """

    theme: str
    kind: Literal["handed-over", "copied", "few", "none"]
    phrase: str = ""
    intent: str = ""

    def __str__(self) -> str:
        return f"{self.theme}: {self.describe()}"

    def describe(self) -> str:
        """Return the sentence without the theme."""
        match self.kind:
            case "handed-over":
                return (
                    f"“{self.phrase}” is handed over to people ({self.intent}), whatever a pack says, so it is not "
                    "learned; take it out."
                )
            case "copied":
                return (
                    f"“{self.phrase}” is an utterance of the shipped “{self.intent}”; write one that only this theme "
                    "would get."
                )
            case "few":
                return f"fewer than {ENOUGH} phrases; with twenty it is found far more often."
            case "none":
                return "no phrases, so it is found by its title and tags only; add ten or more."


def check_phrases(
    topics: Sequence[OwnTopic], find_care: "Callable[[str], Care]", trained: Mapping[str, str]
) -> tuple[tuple[OwnTopic, ...], tuple[PhraseFinding, ...]]:
    """Return the topics with the phrases that may be learned, and what their editors should know.

    Parameters
    ----------
    find_care
        Returns the care that a phrase needs, by the shipped model alone.
    trained
        Intents by the folded utterances of the shipped model (`fold_phrase`).

    Raises
    ------
    PhraseError
        When more than a quarter of a theme's phrases are handovers; it names each such theme and phrase.
    """
    checked, findings, refusals = [], [], []
    for topic in topics:
        if not topic.is_theme:
            checked.append(topic)
            continue
        dropped = [(text, found) for text in topic.phrases if (found := find_care(text)).band == "danger"]
        if len(dropped) > _MOST_HANDED_OVER * len(topic.phrases):
            said = ", ".join(f"“{text}”" for text, _ in dropped)
            what = f"{len(dropped)} of {len(topic.phrases)} phrases are handed over to people: {said}"
            refusals.append(PhraseRefusal(topic.id, what, _TAKE_OVER))
        findings += [PhraseFinding(topic.id, "handed-over", text, found.topic or "") for text, found in dropped]
        kept = _list_kept(topic.phrases, {text for text, _ in dropped})
        findings += [
            PhraseFinding(topic.id, "copied", text, trained[fold_phrase(text)])
            for text in kept
            if fold_phrase(text) in trained
        ]
        if len(kept) < ENOUGH:
            findings.append(PhraseFinding(topic.id, "few" if kept else "none"))
        checked.append(replace(topic, phrases=kept))
    if refusals:
        raise PhraseError(refusals)
    return tuple(checked), tuple(findings)


def fold_phrase(text: str) -> str:
    """Return a text without case, signs and extra spaces, for a comparison word by word."""
    return " ".join(_SIGN.sub(" ", normalise_for_model(text).casefold()).split())


def _list_kept(phrases: Sequence[str], dropped: Collection[str]) -> tuple[str, ...]:
    """Return the phrases that are learned, normalised, each once."""
    kept = (normalise_for_model(text) for text in phrases if text not in dropped)
    return tuple(dict.fromkeys(text for text in kept if text))

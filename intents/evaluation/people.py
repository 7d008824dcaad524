"""What the model makes of real people's messages, slice by slice."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intents.catalogue import Kind
from intents.corpus import PEOPLE
from intents.evaluation.metrics import Judgement

ALL = "all"


@dataclass(frozen=True, slots=True)
class SliceFigures:
    """Figures of one slice, in numbers of its change questions.

    Parameters
    ----------
    count
        Change questions: messages that a theme would help.
    right
        The likeliest intent is one that would help.
    helped
        It is answered with one that would help, or one is among those offered.
    wrong
        It is answered outright with one that would not help.
    refused
        It is taken for out of scope.
    handed_over
        People are named before anything else.
    """

    count: int
    right: int
    helped: int
    wrong: int
    refused: int
    handed_over: int


def split_people(judged: Sequence[Judgement]) -> tuple[list[Judgement], list[Judgement]]:
    """Return the judgements of real people's messages, and those of writers who were given a theme."""
    people = [entry for entry in judged if entry.utterance.writer == PEOPLE]
    return people, [entry for entry in judged if entry.utterance.writer != PEOPLE]


def compute_slices(judged: Sequence[Judgement], kinds: Mapping[str, Kind]) -> dict[str, SliceFigures]:
    """Return the figures of all real people's change questions, and of each slice, largest first.

    Parameters
    ----------
    judged
        Real people's messages; the voice of each names its slices, joined by +.
    kinds
        Of every intent.
    """
    slices: defaultdict[str, list[Judgement]] = defaultdict(list)
    for entry in judged:
        if kinds[entry.utterance.intent] == "theme":
            for name in (ALL, *entry.utterance.voice.split("+")):
                slices[name].append(entry)
    return {name: _count(slices[name]) for name in sorted(slices, key=lambda name: -len(slices[name]))}


def is_helped(entry: Judgement) -> bool:
    """Return whether a message gets an answer that would help, or one among those offered."""
    accepted = entry.utterance.accepted
    if entry.decision == "clarify":
        return bool(accepted & set(entry.themes))
    return entry.acted_upon in accepted


def _count(entries: Sequence[Judgement]) -> SliceFigures:
    return SliceFigures(
        count=len(entries),
        right=sum(entry.best in entry.utterance.accepted for entry in entries),
        helped=sum(map(is_helped, entries)),
        wrong=sum(entry.decision == "answer" and entry.acted_upon not in entry.utterance.accepted for entry in entries),
        refused=sum(entry.decision == "out-of-scope" for entry in entries),
        handed_over=sum(entry.is_handed_over for entry in entries),
    )

"""Finds what is wrong with the utterances, for their editors: by file and line."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal

from rapidfuzz import fuzz

from intents import features
from intents.corpus import Corpus, Utterance, duplicates
from intents.model import Model
from intents.normalise import as_read

Rule = Literal["twice", "alike", "leaked", "wrong", "steals"]

_SAME_LETTERS = 88.0  # likeness of the sorted words, of 100
_FEW = 40  # utterances; a pair of words that more of them have tells nothing
_SHARED = 2
_STOLEN_SHARE = 0.08
_STOLEN_LEAST = 6


@dataclass(frozen=True, slots=True)
class Finding:
    """Something an editor should look at.

    Parameters
    ----------
    rule
        `twice`: an utterance stands twice. `alike`: two are nearly the same. `leaked`: one that is held out is also
        trained on. `wrong`: a model that has not seen it takes it for something else. `steals`: an intent takes a
        good part of another's utterances.
    where
        `file:line`, or the intent.
    text
        What is wrong, in a sentence.
    """

    rule: Rule
    where: str
    text: str

    @property
    def must_be_mended(self) -> bool:
        """Whether this fails the check; the others are for judgement."""
        return self.rule in ("twice", "leaked")


def check(corpus: Corpus, model: Model | None, held_out: Sequence[Utterance] = ()) -> list[Finding]:
    """Check the utterances.

    Parameters
    ----------
    corpus
        Loaded with `allow_duplicates`.
    model : Model, optional
        Without one `wrong` and `steals` are not looked for.
    held_out
        Utterances that must not be trained on.
    """
    findings = [*_twice(corpus.utterances), *_leaked(corpus.utterances, held_out), *_alike(corpus.utterances)]
    if model is None:
        return findings
    taken_for = _taken_for(model, corpus.utterances)
    findings.extend(_wrong(corpus.utterances, taken_for))
    findings.extend(_steals(corpus.utterances, taken_for))
    return findings


def _twice(utterances: Sequence[Utterance]) -> Iterator[Finding]:
    for later, earlier in duplicates(utterances):
        how = "the same intent" if later.intent == earlier.intent else f"the intent {earlier.intent}"
        yield Finding("twice", later.where, f"“{later.text}” stands already at {earlier.where}, under {how}.")


def _leaked(utterances: Sequence[Utterance], held_out: Sequence[Utterance]) -> Iterator[Finding]:
    trained = {as_read(utterance.text).casefold(): utterance for utterance in utterances}
    for utterance in held_out:
        key = as_read(utterance.text).casefold()
        # Everybody says “what can you do?”: what is short is no leak.
        if key in trained and len(key.split()) > 6:
            yield Finding("leaked", utterance.where, f"“{utterance.text}” is also trained on, at {trained[key].where}.")


def _alike(utterances: Sequence[Utterance]) -> Iterator[Finding]:
    texts = [as_read(utterance.text).casefold() for utterance in utterances]
    for earlier, later in sorted(_sharing_pairs(texts)):
        if texts[earlier] != texts[later] and fuzz.token_sort_ratio(texts[later], texts[earlier]) >= _SAME_LETTERS:
            first, second = utterances[earlier], utterances[later]
            intent = "" if first.intent == second.intent else f" ({first.intent})"
            yield Finding("alike", second.where, f"“{second.text}” is nearly “{first.text}” at {first.where}{intent}.")


def _sharing_pairs(texts: Sequence[str]) -> set[tuple[int, int]]:
    """Find pairs worth comparing: they share two neighbours of words that few utterances have."""
    having: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        for pair in set(pairwise(features.words(text))):
            having[pair].append(row)
    shared = Counter(pair for rows in having.values() if len(rows) <= _FEW for pair in combinations(rows, 2))
    return {pair for pair, count in shared.items() if count >= _SHARED}


def _wrong(utterances: Sequence[Utterance], taken_for: Sequence[tuple[str, float]]) -> Iterator[Finding]:
    order = sorted(range(len(utterances)), key=lambda row: -taken_for[row][1])
    for row in order:
        utterance, (guess, sure) = utterances[row], taken_for[row]
        if guess not in utterance.accepted:
            yield Finding(
                "wrong",
                utterance.where,
                f"“{utterance.text}” is taken for {guess} ({sure:.0%}), not {utterance.intent}.",
            )


def _steals(utterances: Sequence[Utterance], taken_for: Sequence[tuple[str, float]]) -> Iterator[Finding]:
    sizes: defaultdict[str, int] = defaultdict(int)
    stolen: defaultdict[tuple[str, str], list[Utterance]] = defaultdict(list)
    for utterance, (guess, _) in zip(utterances, taken_for, strict=True):
        sizes[utterance.intent] += 1
        if guess not in utterance.accepted:
            stolen[utterance.intent, guess].append(utterance)
    for (victim, thief), lost in sorted(stolen.items(), key=lambda item: (-len(item[1]), item[0])):
        if len(lost) >= max(_STOLEN_LEAST, _STOLEN_SHARE * sizes[victim]):
            examples = ", ".join(utterance.where for utterance in lost[:3])
            yield Finding(
                "steals", victim, f"{thief} takes {len(lost)} of its {sizes[victim]} utterances, such as {examples}."
            )


def _taken_for(model: Model, utterances: Sequence[Utterance]) -> list[tuple[str, float]]:
    """Say what a model that has not seen each utterance takes it for; the present one has not seen new ones."""
    from intents.classifier import softmax

    known = dict(zip(model.memory.texts, model.memory.unseen, strict=False))
    guesses: list[tuple[str, float]] = []
    for utterance in utterances:
        guess = known.get(utterance.text)
        if guess is None:
            text = as_read(utterance.text)
            shares = softmax(model.head.logits(*model.features.row(text), model.encoder.encode(text)))
            guess = (model.catalogue.ids[int(shares.argmax())], float(shares.max()))
        # A model trained without folds kept no guess of what it learnt: then nothing is said.
        guesses.append(guess if guess[0] else (utterance.intent, 0.0))
    return guesses

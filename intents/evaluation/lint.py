"""Lint for utterances: findings by file and line, for editors."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal

from rapidfuzz import fuzz

from intents import features
from intents.corpus import Corpus, Utterance, find_duplicates
from intents.model import Model
from intents.normalisation import normalise_for_model

LintRule = Literal["twice", "alike", "leaked", "wrong", "hard", "steals"]

_SAME_LETTERS = 88.0  # likeness of the sorted words, of 100
_FEW = 40  # utterances; a pair of words that more of them have tells nothing
_SHARED = 2
_STOLEN_SHARE = 0.08
_STOLEN_LEAST = 6


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One finding about an utterance or an intent.

    Parameters
    ----------
    rule
        `twice`: an utterance stands twice. `alike`: two are nearly the same. `leaked`: one that is held out is also
        trained on. `wrong`: it is new since the model was trained, and the model takes it for something else. `hard`:
        it was trained on, and a model that had not seen it took it for something else. `steals`: an intent takes a good
        part of another's utterances.
    where
        `file:line`, or the intent.
    text
        What is wrong, in a sentence.
    """

    rule: LintRule
    where: str
    text: str

    @property
    def must_be_mended(self) -> bool:
        """Whether the finding fails the lint; an editor may leave the others."""
        return self.rule in ("twice", "leaked")


def lint_corpus(corpus: Corpus, model: Model | None, held_out: Sequence[Utterance] = ()) -> list[LintFinding]:
    """Return every finding about the utterances.

    Parameters
    ----------
    corpus
        Loaded with `allow_duplicates`.
    model : Model, optional
        Without one `wrong`, `hard` and `steals` are not looked for.
    held_out
        Utterances that must not be trained on.
    """
    findings = [
        *_find_repeats(corpus.utterances),
        *_find_leaks(corpus.utterances, held_out),
        *_find_near_repeats(corpus.utterances),
    ]
    if model is None:
        return findings
    taken_for = _predict_unseen(model, corpus.utterances)
    findings.extend(_find_misclassified(corpus.utterances, taken_for, set(model.memory.texts)))
    findings.extend(_find_stealing_intents(corpus.utterances, taken_for))
    return findings


def _find_repeats(utterances: Sequence[Utterance]) -> Iterator[LintFinding]:
    for later, earlier in find_duplicates(utterances):
        how = "the same intent" if later.intent == earlier.intent else f"the intent {earlier.intent}"
        yield LintFinding("twice", later.where, f"“{later.text}” stands already at {earlier.where}, under {how}.")


def _find_leaks(utterances: Sequence[Utterance], held_out: Sequence[Utterance]) -> Iterator[LintFinding]:
    trained = {normalise_for_model(utterance.text).casefold(): utterance for utterance in utterances}
    for utterance in held_out:
        key = normalise_for_model(utterance.text).casefold()
        # Everybody says “what can you do?”: what is short is no leak.
        if key in trained and len(key.split()) > 6:
            yield LintFinding(
                "leaked", utterance.where, f"“{utterance.text}” is also trained on, at {trained[key].where}."
            )


def _find_near_repeats(utterances: Sequence[Utterance]) -> Iterator[LintFinding]:
    texts = [normalise_for_model(utterance.text).casefold() for utterance in utterances]
    for earlier, later in sorted(_find_candidate_pairs(texts)):
        if texts[earlier] != texts[later] and fuzz.token_sort_ratio(texts[later], texts[earlier]) >= _SAME_LETTERS:
            first, second = utterances[earlier], utterances[later]
            intent = "" if first.intent == second.intent else f" ({first.intent})"
            yield LintFinding(
                "alike", second.where, f"“{second.text}” is nearly “{first.text}” at {first.where}{intent}."
            )


def _find_candidate_pairs(texts: Sequence[str]) -> set[tuple[int, int]]:
    """Return pairs of rows worth comparing: both have two pairs of neighbouring words that few utterances have."""
    having: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        for pair in set(pairwise(features.split_words(text))):
            having[pair].append(row)
    shared = Counter(pair for rows in having.values() if len(rows) <= _FEW for pair in combinations(rows, 2))
    return {pair for pair, count in shared.items() if count >= _SHARED}


def _find_misclassified(
    utterances: Sequence[Utterance], taken_for: Sequence[tuple[str, float]], trained: Set[str]
) -> Iterator[LintFinding]:
    order = sorted(range(len(utterances)), key=lambda row: -taken_for[row][1])
    for row in order:
        utterance, (guess, sure) = utterances[row], taken_for[row]
        if guess not in utterance.accepted:
            yield LintFinding(
                "hard" if utterance.text in trained else "wrong",
                utterance.where,
                f"“{utterance.text}” is taken for {guess} ({sure:.0%}), not {utterance.intent}.",
            )


def _find_stealing_intents(
    utterances: Sequence[Utterance], taken_for: Sequence[tuple[str, float]]
) -> Iterator[LintFinding]:
    sizes: defaultdict[str, int] = defaultdict(int)
    stolen: defaultdict[tuple[str, str], list[Utterance]] = defaultdict(list)
    for utterance, (guess, _) in zip(utterances, taken_for, strict=True):
        sizes[utterance.intent] += 1
        if guess not in utterance.accepted:
            stolen[utterance.intent, guess].append(utterance)
    for (victim, thief), lost in sorted(stolen.items(), key=lambda item: (-len(item[1]), item[0])):
        if len(lost) >= max(_STOLEN_LEAST, _STOLEN_SHARE * sizes[victim]):
            examples = ", ".join(utterance.where for utterance in lost[:3])
            yield LintFinding(
                "steals", victim, f"{thief} takes {len(lost)} of its {sizes[victim]} utterances, such as {examples}."
            )


def _predict_unseen(model: Model, utterances: Sequence[Utterance]) -> list[tuple[str, float]]:
    """Return intent and confidence of each utterance by a model that has not learnt it."""
    from intents.readings import softmax

    known = dict(zip(model.memory.texts, model.memory.unseen, strict=False))
    guesses: list[tuple[str, float]] = []
    for utterance in utterances:
        guess = known.get(utterance.text)
        if guess is None:
            text = normalise_for_model(utterance.text)
            shares = softmax(model.head.compute_logits(*model.features.compute_row(text), model.encoder.encode(text)))
            guess = (model.catalogue.ids[int(shares.argmax())], float(shares.max()))
        # A model trained without folds kept no guess of what it learnt: then nothing is said.
        guesses.append(guess if guess[0] else (utterance.intent, 0.0))
    return guesses

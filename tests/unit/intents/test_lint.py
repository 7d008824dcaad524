from dataclasses import replace

import pytest

from intents import Classifier
from intents.corpus import Corpus, Utterance
from intents.evaluation.lint import lint_corpus
from intents.evaluation.what_if import Trials


def small(classifier: Classifier, *more: Utterance) -> Corpus:
    catalogue = classifier.model.catalogue
    memory = classifier.model.memory
    kept = [
        Utterance(memory.texts[i], catalogue.ids[memory.intents[i]], where=f"some.yaml:{i}") for i in range(0, 600, 3)
    ]
    return Corpus(catalogue, (*kept, *more))


def test_what_stands_twice_or_leaks_must_be_mended(classifier: Classifier) -> None:
    said = Utterance("Nobody in this place ever listens to the night porters", "listening", where="listening.yaml:9")
    again = replace(said, intent="staff-buy-in", text=said.text.upper(), where="staff-buy-in.yaml:7")
    held = replace(said, where="e1.yaml:3")
    findings = [f for f in lint_corpus(small(classifier, said, again), None, [held]) if f.must_be_mended]
    assert [(finding.rule, finding.where) for finding in findings] == [
        ("twice", "staff-buy-in.yaml:7"),
        ("leaked", "e1.yaml:3"),
    ]
    assert "listening.yaml:9" in findings[0].text


def test_what_is_nearly_the_same_is_shown(classifier: Classifier) -> None:
    first = Utterance("Nobody in this place ever listens to the night porters", "listening", where="a.yaml:1")
    second = replace(first, text="Nobody in this place ever listens to the night porter", where="a.yaml:2")
    findings = lint_corpus(small(classifier, first, second), classifier.model)
    assert [finding.where for finding in findings if finding.rule == "alike" and finding.where.startswith("a.")] == [
        "a.yaml:2"
    ]


def test_an_utterance_under_the_wrong_intent_is_shown(classifier: Classifier) -> None:
    odd = Utterance("Hello there bot, good morning to you", "payment-and-incentives", where="odd.yaml:1")
    findings = lint_corpus(small(classifier, odd), classifier.model)
    assert [f.where for f in findings if f.rule == "wrong" and "greeting" in f.text and f.where == "odd.yaml:1"]


def test_what_was_trained_on_is_hard_and_not_wrong(classifier: Classifier) -> None:
    findings = lint_corpus(small(classifier), classifier.model)
    assert "hard" in {finding.rule for finding in findings}
    assert "wrong" not in {finding.rule for finding in findings}


@pytest.mark.slow
def test_a_new_utterance_is_tried_without_training(trials: Trials) -> None:
    trial = trials.try_utterance("listening", "the exec only hears what it wants to hear")
    assert len(trial.before) == 3
    assert len(trial.changes) < 200
    assert all(change.before != change.after for change in trial.changes)
    assert all("listening" not in drawn.accepted for drawn in trial.drawn)


@pytest.mark.slow
def test_each_trial_stands_by_itself_and_a_copy_draws_most_on_what_it_copies(
    trials: Trials, our_corpus: Corpus
) -> None:
    copied = next(utterance for utterance in our_corpus.utterances if utterance.accepted == {"workforce"})

    first = trials.try_utterance("prevention", copied.text)
    trials.try_utterance("listening", "the exec only hears what it wants to hear")

    assert copied in first.drawn
    assert trials.try_utterance("prevention", copied.text) == first

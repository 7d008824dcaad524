import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intents import Classification, Classifier

QUESTION = "How do we get the surgeons to believe there is a clinical case for moving the service?"
FILLER = "The weather was grey and the car park was full again. "


def well_formed(found: Classification) -> None:
    assert found.decision in {"answer", "clarify", "conversation", "handover", "out-of-scope"}
    assert len(found.intents) == 5
    assert len({intent.id for intent in found.intents}) == 5
    assert len(found.themes) == 4
    confidences = [intent.confidence for intent in found.intents]
    assert confidences == sorted(confidences, reverse=True)
    assert all(0.0 <= confidence <= 1.0 for confidence in confidences)


@settings(max_examples=60)
@given(text=st.text(max_size=300))
@example(text="")
@example(text="\x00")
@example(text="?")
@example(text="\ud800")
@example(text="<@U1>")
@example(text="😀" * 50)
@example(text="a" * 10_000)
@example(text="../../etc/passwd'; drop table answers; --")
@example(text="\u202egnikaeps pu\u202c")
@example(text="我们的顾问在研讨会上交叉双臂")
def test_any_text_is_classified(classifier: Classifier, text: str) -> None:
    well_formed(classifier.classify(text))


@pytest.mark.parametrize("text", ["", " ", "\n\n", "???", "👍", ":tada:", "<@U1>", "\x00"])
def test_a_message_without_words_has_no_sentence(classifier: Classifier, text: str) -> None:
    found = classifier.classify(text)
    assert found.sentence == ""
    assert found.decision == "out-of-scope"
    assert classifier.explain(text).words == ()


@pytest.mark.parametrize(
    "text",
    [
        "The council has stopped coming to our partnership meetings",
        "Hello. Nobody opened the newsletter again",
        "lunch is at half past twelve",
        "I cried in the car park again",
    ],
)
def test_a_full_stop_at_the_end_changes_nothing(classifier: Classifier, text: str) -> None:
    found = classifier.classify(text)
    assert classifier.classify(f"{text}.") == found
    assert classifier.classify(f"{text} …") == found


@pytest.mark.parametrize("text", ["listening", "Tell me about listening please", "lisening", "<@U1> *Listening*"])
def test_a_name_is_certain(classifier: Classifier, text: str) -> None:
    found = classifier.classify(text)
    well_formed(found)
    assert found.named
    assert found.decision == "answer"
    assert found.intents[0].id == found.themes[0].id == "listening"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I feel suicidal", "wellbeing"),
        ("got chest pain now", "clinical-advice"),
        ("he hit me at work", "raising-a-concern"),
    ],
)
def test_the_net_hands_over(classifier: Classifier, text: str, intent: str) -> None:
    found = classifier.classify(text)
    well_formed(found)
    assert found.decision == "handover"
    assert found.intents[0].id == intent


@pytest.mark.parametrize("position", [0, 10, 200, 700])
def test_a_handover_in_any_sentence_wins(classifier: Classifier, position: int) -> None:
    sentences = [FILLER] * 700
    sentences.insert(position, "I do not want to live any more. ")
    found = classifier.classify("".join(sentences))
    assert found.decision == "handover"
    assert found.sentence == "I do not want to live any more"


@pytest.mark.slow
def test_what_the_decision_acts_upon_comes_first(classifier: Classifier) -> None:
    kinds = {intent.id: intent.kind for intent in classifier.model.catalogue.intents.values()}
    for text in (*classifier.model.memory.texts[::150], FILLER, QUESTION):
        found = classifier.classify(text)
        well_formed(found)
        first = kinds[found.intents[0].id]
        assert found.decision == "clarify" or found.decision == {"theme": "answer"}.get(first, first)


def test_the_sentence_that_asks_is_found(classifier: Classifier) -> None:
    found = classifier.classify(f"Hi all, hope you are well.\n{FILLER * 6}\n{QUESTION}\nThanks, Sam")
    assert found.sentence == QUESTION
    assert "clinical-engagement" in [theme.id for theme in found.themes]


def test_the_same_message_is_always_taken_alike(classifier: Classifier) -> None:
    first = classifier.classify(QUESTION)
    classifier.classify(FILLER)
    assert classifier.classify(QUESTION) == first


@pytest.mark.parametrize(
    "text",
    [
        ("we keep arguing about who decides. " * 2_000)[:40_000],
        ("no full stop in sight and nobody ever breathes " * 1_000)[:40_000],
        "a" * 40_000,
        ("\u0628\u0633\u0645 " * 10_000)[:40_000],
        ("what? " * 8_000)[:40_000],
        "\n".join(["one short line of many that somebody pasted here"] * 800)[:40_000],
        "😀" * 40_000,
        ("<a href='x'>&amp;" * 4_000)[:40_000],
    ],
)
def test_forty_thousand_characters_are_classified_like_any_message(classifier: Classifier, text: str) -> None:
    assert len(classifier.classify(text).intents) == 5  # benchmarks/intents.py measures how long it takes


def test_an_explanation_names_words_of_the_message_and_utterances(classifier: Classifier) -> None:
    explanation = classifier.explain(QUESTION)
    assert explanation.words
    assert all(word in QUESTION.lower() for word in explanation.words)
    assert len(explanation.nearest) == 3
    known = set(classifier.model.memory.texts)
    assert all(nearest.text in known and -1.0 <= nearest.similarity <= 1.01 for nearest in explanation.nearest)


def test_the_ngrams_alone_surmise_themes_and_leave_names_to_the_whole(classifier: Classifier) -> None:
    likely = classifier.surmise_themes("we have twelve dashboards")
    assert likely is not None
    assert max(likely, key=lambda name: likely[name]) == "data-and-digital"
    assert 0.0 < sum(likely.values()) <= 1.001
    assert classifier.surmise_themes("tell me about listening please") is None
    assert classifier.surmise_themes("our own wards", {"own-wards": "Our own wards"}) is None

"""Care: what stands on a classification, and the danger that is decided before anything else."""

import pytest

from intents import NO_CARE, Care, Classifier


@pytest.mark.parametrize(
    ("care", "owed"),
    [
        (Care("danger", "wellbeing"), "handover"),
        (Care("perhaps", "wellbeing"), "signpost"),
        (Care("strain", "wellbeing"), "signpost"),
        (Care("concern", "raising-a-concern"), "signpost"),
        (NO_CARE, "none"),
    ],
)
def test_a_band_says_what_a_reply_owes(care: Care, owed: str) -> None:
    assert care.signpost == owed


def test_a_band_and_a_topic_come_together() -> None:
    with pytest.raises(ValueError, match="cannot have the topic"):
        Care("danger", None)
    with pytest.raises(ValueError, match="cannot have the topic"):
        Care("none", "wellbeing")


@pytest.mark.parametrize(
    "text", ["I want to kill myself", "he has collapsed in reception", "our rota is late", "", "!"]
)
def test_danger_is_decided_before_all_else_as_the_answer_decides_it(classifier: Classifier, text: str) -> None:
    care = classifier.classify(text).care

    assert classifier.decide_danger(text) == (care if care.band == "danger" else None)


@pytest.mark.parametrize(
    ("text", "topic"), [("I want to kill myself", "wellbeing"), ("she is not breathing", "clinical-advice")]
)
def test_a_full_queue_leaves_net_and_ngrams(classifier: Classifier, text: str, topic: str) -> None:
    found = classifier.decide_danger_quickly(text)

    assert found is not None
    assert (found.band, found.topic) == ("danger", topic)
    assert classifier.decide_danger_quickly("nobody reads our newsletter") is None

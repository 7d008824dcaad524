import pytest

from intents.catalogue import Kind
from intents.decisions import Thresholds, choose_decision

KINDS: dict[str, Kind] = {
    "listening": "theme",
    "vision": "theme",
    "greeting": "conversation",
    "wellbeing": "handover",
    "clinical-advice": "handover",
    "out-of-scope": "out-of-scope",
}
THRESHOLDS = Thresholds(handover=0.3, out_of_scope=0.5, conversation=0.4, answer=0.5)


@pytest.mark.parametrize(
    ("confidences", "scope", "decision"),
    [
        ({"listening": 0.9}, 0.0, "answer"),
        ({"listening": 0.45, "vision": 0.4}, 0.0, "clarify"),
        ({"listening": 0.9}, 0.8, "out-of-scope"),
        ({"greeting": 0.7, "listening": 0.1}, 0.8, "conversation"),
        ({"greeting": 0.35, "listening": 0.3}, 0.0, "clarify"),
        ({"greeting": 0.35, "listening": 0.3}, 0.9, "out-of-scope"),
        ({"listening": 0.6, "wellbeing": 0.2, "clinical-advice": 0.15}, 0.0, "handover"),
        ({"listening": 0.6, "wellbeing": 0.35}, 0.99, "handover"),
        ({"out-of-scope": 0.6, "listening": 0.3}, 0.3, "out-of-scope"),
        ({"out-of-scope": 0.3, "listening": 0.4}, 0.3, "clarify"),
    ],
)
def test_what_is_done(confidences: dict[str, float], scope: float, decision: str) -> None:
    everything = dict.fromkeys(KINDS, 0.0) | confidences
    assert choose_decision(everything, KINDS, scope, THRESHOLDS) == decision

"""The decision from confidences: a wrong lesson is weighed against a question back in this file alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from intents.catalogue import Kind

Decision = Literal["answer", "clarify", "conversation", "handover", "out-of-scope"]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Confidences at which one decision ends and the next begins; chosen by cross-validation from `Costs`.

    Parameters
    ----------
    handover
        Summed confidence of the handover intents from which training takes a message for a handover, whatever else is
        likelier. What runs has decided on care before (`triage.py`) and passes none of it on.
    out_of_scope
        Score from which a message is refused, whatever is likeliest; it is too where out of scope is the likeliest.
    conversation
        Confidence from which a conversation intent is acted upon.
    answer
        Confidence from which the likeliest theme is answered outright; below it we ask back.
    """

    handover: float = 0.3
    out_of_scope: float = 0.5
    conversation: float = 0.4
    answer: float = 0.5


@dataclass(frozen=True, slots=True)
class Costs:
    """Cost of each mistake, in clarifying questions: a question back costs 1.

    A wrong lesson wastes a reading and some trust. A question asked back that does not even offer the right theme is
    a little worse than one that does. Refusing a real question is as bad as a wrong lesson. Advice that nobody
    asked for counts for more, because few of the utterances are out of scope, and the threshold is to treat a
    share of them like the same share of questions. A missed handover may hurt somebody; a needless one only
    embarrasses, but half of the handovers among the utterances lie on a border by design, where few of a day's do.
    """

    clarify: float = 1.0
    clarify_in_vain: float = 1.5
    wrong_lesson: float = 3.0
    wrong_conversation: float = 3.0
    refused: float = 3.0
    answered_out_of_scope: float = 10.0
    clarified_out_of_scope: float = 10.0
    missed_handover: float = 60.0
    clarified_handover: float = 40.0
    needless_handover: float = 12.0
    wrong_handover: float = 3.0


def choose_decision(
    confidences: Mapping[str, float], kinds: Mapping[str, Kind], scope: float, thresholds: Thresholds
) -> Decision:
    """Return what is done about a message.

    Parameters
    ----------
    confidences
        Of every intent.
    kinds
        Of every intent.
    scope
        Probability that the message is out of scope.
    thresholds
        Where one decision ends and the next begins.
    """
    if sum(value for intent, value in confidences.items() if kinds[intent] == "handover") >= thresholds.handover:
        return "handover"
    best = max(
        (intent for intent in confidences if kinds[intent] != "handover"), key=lambda intent: confidences[intent]
    )
    if kinds[best] == "conversation" and confidences[best] >= thresholds.conversation:
        return "conversation"
    if kinds[best] == "out-of-scope" or scope >= thresholds.out_of_scope:
        return "out-of-scope"
    theme = max((intent for intent in confidences if kinds[intent] == "theme"), key=lambda intent: confidences[intent])
    return "answer" if confidences[theme] >= thresholds.answer else "clarify"

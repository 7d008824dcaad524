"""Issues: the two problems of one message (pure)."""

import re
from collections.abc import Sequence

_SPLIT = re.compile(
    r"(?<=[.?!;])\s+|\n+|[;]\s*|,?\s+\b(?:and also|and then there is|and on top of that|and another thing"
    r"|also|plus|as well as|besides|and secondly|secondly"
    r"|on top of that|and|but)\b\s+|\s+[-–—]\s+",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^(?:we|our|i|my|the|they|their|nobody|no|none|people|staff|patients|nurses|doctors|consultants|managers|it|there"
    r"|every\w*|how|why|what|who|where|when|this|these|those|some|half|most|many|a|an|one|two|too|not|finance|gps?|he"
    r"|she|his|her|should|can|could)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.?!])\s+|\n+")
_FEWEST_WORDS = 4  # fewer say no problem of their own
_SHORT_MESSAGE = 90  # words; a longer one is read sentence by sentence, not clause by clause
_FEWEST_IN_A_SENTENCE = 7
_MOST_CLAUSES = 5
_MOST_SENTENCES = 12  # each is read by the model; of more, those at the beginning and at the end are


def split_issues(text: str) -> Sequence[str]:
    """Return the clauses of a message that may each be a problem; fewer than two where it holds one.

    Parameters
    ----------
    text
        Normalised.
    """
    if len(text.split()) > _SHORT_MESSAGE:
        return _limit(_list_whole(_SENTENCE.split(text), _FEWEST_IN_A_SENTENCE))
    whole = _list_whole(_SPLIT.split(text), _FEWEST_WORDS)
    if len(whole) > _MOST_CLAUSES:
        whole = _limit(_list_whole(_SENTENCE.split(text), _FEWEST_IN_A_SENTENCE))
    return whole if len(whole) > 1 else ()


def _list_whole(pieces: Sequence[str | None], fewest: int) -> Sequence[str]:
    clauses = [piece.strip(" ,.;") for piece in pieces if piece and piece.strip(" ,.;")]
    return [clause for clause in clauses if len(clause.split()) >= fewest]


def _limit(sentences: Sequence[str]) -> Sequence[str]:
    half = _MOST_SENTENCES // 2
    kept = sentences if len(sentences) <= _MOST_SENTENCES else [*sentences[:half], *sentences[-half:]]
    return kept if len(kept) > 1 else ()


def has_subject(clause: str) -> bool:
    """Return whether a clause begins with somebody or something of its own, and not in the middle of a thought."""
    return bool(_SUBJECT.match(clause))

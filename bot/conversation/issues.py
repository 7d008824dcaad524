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
_FEWEST_WORDS = 4  # fewer say no problem of their own
_LONGEST_MESSAGE = 90  # words; a longer message is a story, and its clauses are parts of one problem
_MOST_CLAUSES = 5


def split_issues(text: str) -> Sequence[str]:
    """Return the clauses of a message that may each be a problem; fewer than two where it holds one.

    Parameters
    ----------
    text
        Normalised.
    """
    if len(text.split()) > _LONGEST_MESSAGE:
        return ()
    clauses = [piece.strip(" ,.;") for piece in _SPLIT.split(text) if piece and piece.strip(" ,.;")]
    whole = [clause for clause in clauses if len(clause.split()) >= _FEWEST_WORDS]
    return whole if 2 <= len(whole) <= _MOST_CLAUSES else ()


def has_subject(clause: str) -> bool:
    """Return whether a clause begins with somebody or something of its own, and not in the middle of a thought."""
    return bool(_SUBJECT.match(clause))

"""Long messages: the texts of one that are read, and how much each counts.

Every number is settled on messages of real people that no training saw; `python -m benchmarks.messages` measures them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from intents.encoder import MAX_TOKENS
from intents.normalisation import shorten_text

WHOLE_WORDS = max(45, MAX_TOKENS * 3 // 4)  # up to here the encoder reads a message whole, and nothing else counts
WHOLE_CHARACTERS = max(450, MAX_TOKENS * 35 // 8)  # of a longer message head and tail are read together
WINDOW_WORDS = WHOLE_WORDS - 10
MOST_WINDOWS = 4  # spread evenly over a message that is longer still
# How much a reading counts, in shares of their sum. The sentence that asks, or that is surest of a theme, read alone
# beside them made each answer worse (64 messages of over 95 words: right at once 47 % without, 34 to 45 % with them).
WHOLE = 1.0  # head and tail together
WINDOWS = 1.0  # all windows, alike


@dataclass(frozen=True, slots=True)
class WeighedText:
    """A text that is read, and how much it counts."""

    text: str
    weight: float


def weigh_texts(whole: str, sentences: Sequence[str]) -> list[WeighedText]:
    """Return the texts of a message that are read, each with its weight.

    Parameters
    ----------
    whole
        The message, of which head and tail were kept where it is long.
    sentences
        Of the message, in their order.
    """
    if len(whole.split()) <= WHOLE_WORDS and sum(len(one.split()) for one in sentences) <= WHOLE_WORDS:
        return [WeighedText(whole, 1.0)]
    windows = list_windows(sentences)
    return [
        WeighedText(whole, WHOLE),
        *(WeighedText(window, WINDOWS / len(windows)) for window in windows),
    ]


def list_windows(sentences: Sequence[str], words: int = WINDOW_WORDS, most: int = MOST_WINDOWS) -> list[str]:
    """Return the message in windows of whole sentences, which cover all of it where `most` are enough.

    Parameters
    ----------
    words
        In a window at most; a longer sentence is cut.
    """
    windows: list[list[str]] = [[]]
    for sentence in sentences:
        for piece in _cut(sentence.split(), words):
            if windows[-1] and len(windows[-1]) + len(piece) > words:
                windows.append([])
            windows[-1].extend(piece)
    joined = [" ".join(window) for window in windows if window]
    if len(joined) <= most:
        return joined
    last = len(joined) - 1
    return [joined[round(place * last / (most - 1))] for place in range(most)]


def shorten_whole(text: str) -> str:
    """Return head and tail of a message that is too long to be read whole."""
    return shorten_text(text, WHOLE_CHARACTERS)


def _cut(words: Sequence[str], most: int) -> list[Sequence[str]]:
    return [words[start : start + most] for start in range(0, len(words), most)]

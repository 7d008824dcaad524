"""Harmless turns: replies of a few words that need no care, whatever the model makes of so little (pure).

“Ok”, “probably the second” and “how long should that take?” hold so little that the model cannot place them, which
looks like doubt whether somebody is in need. Only whole turns count, and only where the bot has just said something
that they go on from. Danger is decided before.
"""

from bot.conversation.phrase_book import load_phrases
from bot.conversation.wording import fold

_MOST_WORDS = 12


def is_harmless_turn(text: str) -> bool:
    """Return whether a turn is one of those in phrases/harmless.yaml.

    Parameters
    ----------
    text
        Normalised.
    """
    folded = fold(text)
    return 0 < len(folded.split()) <= _MOST_WORDS and any(
        one.pattern.search(folded) for one in load_phrases("harmless")
    )

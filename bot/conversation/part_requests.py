"""Part requests: what a turn asks for beside something else that it tells (pure)."""

import re
from typing import Literal, cast

from bot.conversation.phrase_book import load_phrases
from bot.conversation.wording import fold

AskedPart = Literal["say", "place", "if_not", "brief"]
_OTHER_WAY = re.compile(
    r"\b(?:what|anything|something) (?:else|different|other)\b(?! (?:was|were|has|happened|they|he|she)\b)"
    r"|\b(?:another|different|other) (?:way|approach|idea|angle)\b"
)


def find_part(text: str) -> AskedPart | None:
    """Return the part of a lesson that a turn asks for, whatever else it tells; None where it asks for none.

    Parameters
    ----------
    text
        Normalised.
    """
    folded = fold(text)
    found = (one.means for one in load_phrases("part_requests") if one.pattern.search(folded))
    return cast("AskedPart | None", next(found, None))


def asks_for_other_way(text: str) -> bool:
    """Return whether a turn asks for something else than what was said, whatever else it tells.

    Parameters
    ----------
    text
        Normalised.
    """
    return bool(_OTHER_WAY.search(fold(text)))

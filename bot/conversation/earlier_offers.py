"""Earlier offers: a turn after a picked lesson that picks another of those that were on offer with it (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.picks import Picked, read_answer
from bot.conversation.wording import fold

_WRONG = (
    r"(?:(?:no|nope|sorry|actually|oh|wait|hm+|oops|ah|well|i think|maybe|perhaps|not that(?: one)?|not this(?: one)?"
    r"|not it|wrong one|that was wrong|thats not it|thats the wrong one|my mistake|i meant?|i meant to say|i wanted"
    r"|i want|make that|rather|try|lets try|lets do|can i have|can i see|show me|give me|whats|what about|how about"
    r"|what was|and|but|then|ok|the)\b[\s,]*)*"
)
_OTHERS = re.compile(
    rf"^{_WRONG}(?:others?|other ones?|other two|rest|remaining ones?|other (?:themes?|options?|choices?|suggestions?))"
    r"(?: (?:one|ones|please|then|instead|you (?:offered|showed|gave|mentioned|listed|suggested)(?: me)?))*$"
)
_NUMBERED = re.compile(
    rf"^{_WRONG}(?P<which>(?:number|option|no) \d|first|1st|second|2nd|third|3rd|last|middle|\d)"
    r"(?: (?:one|option|theme|choice|please|then|instead|of them|on the list|you (?:offered|showed|gave|listed)))*$"
)


@dataclass(frozen=True, slots=True)
class OtherPick:
    """Another of what was on offer: its position from 0, or None for whichever of the others is meant."""

    position: int | None = None


def picks_another(text: str) -> bool:
    """Return whether a turn may pick another of what was on offer, so that it is worth looking up what was.

    Parameters
    ----------
    text
        Normalised.
    """
    folded = fold(text)
    return bool(_OTHERS.match(folded) or _NUMBERED.match(folded))


def read_other_pick(text: str, titles: Sequence[str]) -> OtherPick | None:
    """Return what a turn picks instead of what was picked before; None where it picks nothing.

    Parameters
    ----------
    text
        Normalised.
    titles
        What was on offer, in its order.
    """
    folded = fold(text)
    if _OTHERS.match(folded):
        return OtherPick()
    found = _NUMBERED.match(folded)
    if found is None or not titles:
        return None
    answer = read_answer(found["which"], titles)
    return OtherPick(answer.position) if isinstance(answer, Picked) and answer.also is None else None

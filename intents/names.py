"""Names of themes and commands: a name that is typed whole needs no model."""

import re
from collections.abc import Iterator

from rapidfuzz.distance import OSA

from intents.catalogue import Catalogue

_SIGN = re.compile(r"[^\w\s]+")
_SPACE = re.compile(r"[\s_]+")
_LONGEST = 80  # characters; nobody types a longer name
_BEFORE = re.compile(
    r"^(?:(?:hi|hello|hey|ok|okay|please|so|and|small steps|smallsteps|steps|topic|theme|themes?|lesson|the theme|"
    r"(?:can|could|would|will) you|tell (?:me|us)|give (?:me|us)|show (?:me|us)|send (?:me|us)|get (?:me|us)|"
    r"i want|i would like|i d like|got|have you got|do you have|what about|how about|what have you got|"
    r"(?:anything|something|more|a bit|a lesson|lessons|one|information|info|advice|a tip|tips|help|stuff)?"
    r" ?(?:about|on|for|with|regarding|re)|the|open|pick|choose|try|go to|see|read) )+"
)
_AFTER = re.compile(r"(?: (?:please|pls|plz|thanks|thank you|theme|lesson|topic))+$")


class Names:
    """Look-up of intents by the names that people type.

    Parameters
    ----------
    catalogue
        Its ids, titles and names are what people may type.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._names = {name: intent for name, intent in _list_names(catalogue) if name}

    def find(self, text: str) -> str | None:
        """Return the intent whose name the whole message is.

        Parameters
        ----------
        text
            Normalised. “listening”, “tell me about listening please”, “/steps lisening” all name `listening`.

        Returns
        -------
        str or None
            The intent's id.
        """
        if len(text) > _LONGEST:
            return None
        said = fold_name(text)
        bare = _AFTER.sub("", _BEFORE.sub("", f"{said} ").strip())
        for candidate in (said, bare):
            if candidate in self._names:
                return self._names[candidate]
        return self._find_near_miss(bare)

    def _find_near_miss(self, said: str) -> str | None:
        """Return the one intent whose name is a typing slip away; None where two are equally near."""
        best: dict[str, int] = {}
        for name, intent in self._names.items():
            allowed = count_allowed_slips(min(len(name), len(said)))
            # People mistype the middle of a word; another first letter is mostly another word (mission, vision).
            if allowed and name[0] == said[0] and abs(len(name) - len(said)) <= allowed:
                distance = OSA.distance(said, name, score_cutoff=allowed)
                if distance <= allowed:
                    best[intent] = min(distance, best.get(intent, distance))
        if not best:
            return None
        nearest = min(best.values())
        winners = [intent for intent, distance in best.items() if distance == nearest]
        return winners[0] if len(winners) == 1 else None


def fold_name(text: str) -> str:
    """Return a name without case and signs: “Quality & cost!” and “quality-and-cost” are one name."""
    return _SPACE.sub(" ", _SIGN.sub(" ", text.casefold().replace("&", " and ").replace("'", " "))).strip()


def count_allowed_slips(length: int) -> int:
    """Return how many typing slips a word or name of so many letters may hold."""
    return 0 if length < 5 else 1 if length < 8 else 2


def _list_names(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield (name, id); names listed by hand come last, so that they win over titles and ids."""
    for intent in catalogue.intents.values():
        if intent.kind in ("theme", "conversation"):
            yield fold_name(intent.id), intent.id
            yield fold_name(intent.title), intent.id
    for intent in catalogue.intents.values():
        for name in intent.names:
            yield fold_name(name), intent.id

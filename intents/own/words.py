"""The words of an own theme or lesson, and whether a message holds them: a look-up, no model.

Words that are common in others' messages tell nothing. How common a word is, is counted over the unseen messages.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from intents.features import split_words
from intents.own.topics import OwnTopic

_MOST_COMMON = 0.01  # share of others' messages that may hold a telling word
_MOST_IN_ALL = 0.015  # share of others' messages that may hold some telling word of one topic
_SHORTEST_STEM = 3
_ENDINGS = ("ings", "ing", "ies", "ed", "es", "s", "y", "e")
_SMALL_WORDS = frozenset(
    split_words(
        "about all an and any are as at be being but by can do does for from getting have help how if in into is it "
        "its make me my no not of off on or our out over own part people so some taking than that the their them they "
        "this to too up us using was we what when where which who why will with without work working you your"
    )
)


@dataclass(frozen=True, slots=True)
class TellingWords:
    """The words by which own topics are told.

    Parameters
    ----------
    terms
        Of each topic, in their order: sets of stems. A message that holds all of one set holds the topic's words.
    """

    terms: tuple[tuple[frozenset[str], ...], ...]

    def find(self, text: str) -> list[int]:
        """Return the positions of the topics whose words a normalised text holds."""
        said = stem_words(text)
        return [topic for topic, terms in enumerate(self.terms) if any(term <= said for term in terms)]


def stem_words(text: str) -> frozenset[str]:
    """Return the words of a text without their endings, and without small words."""
    return frozenset(stem(word) for word in split_words(text) if word not in _SMALL_WORDS)


def stem(word: str) -> str:
    """Return a lower-case word without the ending that its other forms do not share: volunteers, volunteering."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > _SHORTEST_STEM and word[-1] == word[-2] else word  # planning: plann, plan


def find_telling_words(topics: Sequence[OwnTopic], others: Iterable[str]) -> TellingWords:
    """Return the telling words of topics: of their titles, ids and tags, without what others say as well.

    Parameters
    ----------
    others
        Normalised texts of messages about something else.
    """
    said = [stem_words(text) for text in others]
    how_many: Counter[str] = Counter(one for stems in said for one in stems)
    return TellingWords(tuple(_list_terms(topic, said, how_many) for topic in topics))


def _list_terms(
    topic: OwnTopic, said: Sequence[frozenset[str]], how_many: Mapping[str, int]
) -> tuple[frozenset[str], ...]:
    whole = [stem_words(text) for text in (topic.title, topic.id.replace("-", " "), *topic.tags)]
    single = [frozenset([one]) for one in sorted(stem_words(topic.title))]
    most, in_all = _MOST_COMMON * len(said), _MOST_IN_ALL * len(said)
    counted = []
    for term in dict.fromkeys(one for one in (*whole, *single) if one):
        # A set is no more common than its rarest stem, so most need no count over the messages.
        rarest = min(how_many.get(one, 0) for one in term)
        count = rarest if len(term) == 1 or not rarest else sum(term <= stems for stems in said)
        if count <= most:
            counted.append((count, term))
    counted.sort(key=lambda entry: (entry[0], sorted(entry[1])))
    kept: list[frozenset[str]] = []
    total = 0
    for count, term in counted:
        if total + count <= in_all:
            kept.append(term)
            total += count
    return tuple(kept)

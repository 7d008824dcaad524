"""The safety net: unmistakable phrases after which a message is handed over, whatever the model says.

The net needs no model, so it holds when the model errs. Its phrases stand in `safety.yaml`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from rapidfuzz.distance import OSA

_BETWEEN = r"[\W_]+"
_GAP = r"(?:[\W_]+\w+){0,4}?[\W_]+"
_WORD = re.compile(r"[a-z0-9]+")
_PIECE = re.compile(r"\{([^{}]*)\}|(\.\.)|([^\s{}]+)")
_SHORTEST_SLIP = 6
_LONG_WORD = 8


class Phrases:
    """Patterns of equal meaning, listed under their trigger words.

    Parameters
    ----------
    written
        As in `safety.yaml`.
    """

    def __init__(self, written: Iterable[str]) -> None:
        self._by_trigger: defaultdict[str, list[re.Pattern[str]]] = defaultdict(list)
        for pattern, triggers in map(_compile_phrase, written):
            for word in triggers:
                self._by_trigger[word].append(pattern)

    @property
    def triggers(self) -> Set[str]:
        """Words of which at least one stands in every match, so that few sentences need a pattern tried."""
        return self._by_trigger.keys()

    def match(self, text: str, words: Set[str]) -> bool:
        """Return whether one of the phrases stands in a text that consists of these words."""
        return any(pattern.search(text) for word in self.triggers & words for pattern in self._by_trigger[word])


@dataclass(frozen=True, slots=True)
class SafetyRule:
    """Phrases that hand a topic over, and phrases that clear a sentence."""

    topic: str
    say: Phrases
    unless: Phrases


class SafetyNet:
    """Search for the topic that is to be handed over.

    Parameters
    ----------
    rules
        In order of urgency: the first that fires wins.
    spellings
        Words whose slips of the finger are read as the word.
    """

    def __init__(self, rules: Sequence[SafetyRule], spellings: Sequence[str]) -> None:
        self._rules = tuple(rules)
        # The first and the last letter of a slip must be right: “bullied” is no slip for “bullies”.
        self._spellings: defaultdict[str, list[str]] = defaultdict(list)
        for spelling in spellings:
            self._spellings[spelling[0] + spelling[-1]].append(spelling)
        self._triggers = frozenset(word for rule in rules for word in rule.say.triggers)

    @classmethod
    def load(cls, path: Path | None = None) -> "SafetyNet":
        """Load the rules; the packaged ones by default."""
        import yaml

        text = (
            path.read_text("utf-8") if path else resources.files("intents").joinpath("safety.yaml").read_text("utf-8")
        )
        content: Mapping[str, Any] = yaml.safe_load(text)
        rules = [
            SafetyRule(rule["topic"], Phrases(rule["say"]), Phrases(rule.get("unless", ())))
            for rule in content["rules"]
        ]
        return cls(rules, content.get("spellings", ()))

    def find(self, sentences: Iterable[str]) -> tuple[str, str] | None:
        """Return the most urgent topic that a message names.

        Parameters
        ----------
        sentences
            Normalised. Phrases that clear a sentence clear no other one.

        Returns
        -------
        (topic, sentence) or None
            The most urgent topic, and the sentence that says it.
        """
        typed_by = {sentence: sentence.casefold().replace("'", " ") for sentence in sentences}
        words_by = {sentence: set(_WORD.findall(typed)) for sentence, typed in typed_by.items()}
        slips = self._find_slips(set().union(*words_by.values()))
        suspicious = []
        for sentence, typed in typed_by.items():
            text, words = typed, words_by[sentence]
            if meant := {slips[word] for word in words & slips.keys()}:
                text = _WORD.sub(lambda match: slips.get(match.group(), match.group()), typed)
                words |= meant
            if not words.isdisjoint(self._triggers):
                suspicious.append((sentence, text, words))
        for rule in self._rules:
            for sentence, text, words in suspicious:
                if rule.say.match(text, words) and not rule.unless.match(text, words):
                    return rule.topic, sentence
        return None

    def _find_slips(self, words: Set[str]) -> dict[str, str]:
        """Return the mistyped words of a message, each with the word that is meant."""
        long = (word for word in words if len(word) >= _SHORTEST_SLIP)
        return {word: right for word in long if (right := self._correct_word(word)) != word}

    def _correct_word(self, word: str) -> str:
        """Return the spelling that a mistyped word stands for (“sucidal”), or the word as it is."""
        for spelling in self._spellings.get(word[0] + word[-1], ()):
            allowed = 1 if len(spelling) < _LONG_WORD else 2
            if (
                abs(len(word) - len(spelling)) <= allowed
                and OSA.distance(word, spelling, score_cutoff=allowed) <= allowed
            ):
                return spelling
        return word


def _compile_phrase(written: str) -> tuple[re.Pattern[str], frozenset[str]]:
    """Return the pattern of a phrase and its triggers; gaps are bounded, so no text makes it run away."""
    pattern, between, triggers = r"(?<![^\W_])", "", frozenset[str]()
    for match in _PIECE.finditer(written):
        choices, gap, word = match.groups()
        if gap:
            between = _GAP
            continue
        options = [option.split() for option in (word or choices).split("|")]
        some = "|".join(_BETWEEN.join(map(re.escape, option)) for option in options if option)
        optional = [] in options
        if optional and not between:
            raise ValueError(f"a phrase cannot begin with words that may be missing: {written}")
        pattern += f"(?:{between}(?:{some}))?" if optional else f"{between}(?:{some})"
        between = _BETWEEN
        if not optional:
            triggers = max(triggers, frozenset(max(option, key=len) for option in options), key=_count_shortest_word)
    return re.compile(pattern + r"(?![^\W_])"), triggers


def _count_shortest_word(words: frozenset[str]) -> int:
    """Return the letters of the shortest word; short words stand everywhere, so long ones make better triggers."""
    return min(map(len, words), default=0)

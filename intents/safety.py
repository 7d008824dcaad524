"""The safety net: phrases after which a message is handed over, or gets a signpost, whatever the model says.

The net needs no model, so it holds when the model errs. Its phrases stand in `safety.yaml`; those of the band danger
are unmistakable, those of the other bands say what they mean.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from rapidfuzz.distance import OSA

from intents.care import About, Band, Care, Topic
from intents.care_rules import read_care
from intents.packaged_yaml import parse_yaml
from intents.subjects import Subject, Subjects

_BETWEEN = r"[\W_]+"
_GAP = r"(?:[\W_]+\w+){0,4}?[\W_]+"
_WORD = re.compile(r"[a-z0-9]+")
_PIECE = re.compile(r"\{([^{}]*)\}|(\.\.)|([^\s{}]+)")
_SHORTEST_SLIP = 6
_REINSTALL = "install Small Steps again"
_LONG_WORD = 8
# What may stand beside a phrase that is all that somebody says.
_BESIDE = frozenset(
    [
        "a", "after", "again", "all", "and", "any", "anymore", "everyone", "honestly", "i", "just", "lol",
        "look", "more", "now", "ok", "please", "pls", "really", "so", "sorry", "tbh", "thanks", "that", "the",
        "then", "these", "this", "thoughts", "today", "tonight", "too", "well", "you", "yourselves",
    ]
)  # fmt: skip


@dataclass(frozen=True)
class _Phrase:
    """A phrase whose pattern is compiled when one of its triggers is first met.

    A message meets few of the 440, and to compile all of them took a tenth of a second of every start.
    """

    written: str
    triggers: frozenset[str]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.written)


class Phrases:
    """Patterns of equal meaning, listed under their trigger words.

    Parameters
    ----------
    written
        As in `safety.yaml`.
    """

    def __init__(self, written: Iterable[str]) -> None:
        self._by_trigger: defaultdict[str, list[_Phrase]] = defaultdict(list)
        for phrase in map(_read_phrase, written):
            for word in phrase.triggers:
                self._by_trigger[word].append(phrase)

    @property
    def triggers(self) -> Set[str]:
        """Words of which at least one stands in every match, so that few sentences need a pattern tried."""
        return self._by_trigger.keys()

    def find(self, text: str, words: Set[str]) -> Iterable[re.Match[str]]:
        """Yield where the phrases stand in a text that consists of these words."""
        for word in self.triggers & words:
            for phrase in self._by_trigger[word]:
                yield from phrase.pattern.finditer(text)

    def match(self, text: str, words: Set[str]) -> bool:
        """Return whether one of the phrases stands in a text that consists of these words."""
        return any(one.pattern.search(text) for word in self.triggers & words for one in self._by_trigger[word])


@dataclass(frozen=True, slots=True)
class SafetyRule:
    """Phrases that give a topic and a band, and phrases that clear a sentence.

    Parameters
    ----------
    topic, band
        Of a message in which the rule fires.
    say, unless
        Phrases that fire, and phrases that keep the rule silent in their sentence.
    about
        About whom the phrases speak; None where the subject before the phrase decides.
    needs_person
        Silent where a thing, or many people, are the subject.
    is_alone
        Fires where a phrase is all that its sentence or clause says.
    is_emergency
        A life may be at risk now.
    subjects
        Tells of whom or what a phrase speaks.
    """

    topic: Topic
    band: Band
    say: Phrases
    unless: Phrases
    about: About | None = None
    needs_person: bool = False
    is_alone: bool = False
    is_emergency: bool = False
    subjects: Subjects = field(default_factory=lambda: Subjects({}))

    def read(self, sentence: str, words: Set[str]) -> Care | None:
        """Return the care for a sentence, folded, that consists of these words; None where the rule is silent."""
        if self.unless.match(sentence, words):
            return None
        for match in self.say.find(sentence, words):
            if self.is_alone and not _is_all(sentence, match):
                continue
            subject = self.subjects.find(sentence, match.start(), match.end())
            if self.needs_person and subject in ("thing", "many"):
                continue
            about = self.about or self._find_about(subject)
            return Care(self.band, self.topic, about, self.band == "danger" and (self.is_emergency or about == "self"))
        return None

    def _find_about(self, subject: Subject | None) -> About:
        """Return about whom the rule speaks; who names nobody speaks of themselves, unless it is about patients."""
        if subject is None:
            return "self" if self.topic == "wellbeing" else "other"
        return "self" if subject == "self" else "other"


class Finding(NamedTuple):
    """What the net found: the topic, the sentence that says it, and the care that it needs."""

    topic: Topic
    sentence: str
    care: Care


class SafetyNet:
    """Search for what is to be handed over, or to get a signpost.

    Parameters
    ----------
    rules
        In order of urgency: of one band, the first that fires wins.
    spellings
        Words whose slips of the finger are read as the word.
    figures
        Figures of speech and denials, which are taken out before anything is read.
    right
        Words that are no slips.
    now
        Phrases that say of a concern that it is happening now.
    disguised
        Grave words that people disguise.
    """

    def __init__(
        self,
        rules: Sequence[SafetyRule],
        spellings: Sequence[str],
        figures: Sequence[str] = (),
        right: Sequence[str] = (),
        now: Sequence[str] = (),
        disguised: Sequence[str] = (),
    ) -> None:
        self.disguised = tuple(disguised)
        self._now = Phrases(now)
        self._right = frozenset(right)
        self._rules = tuple(rules)
        self._figures = Phrases(figures)
        # The first and the last letter of a slip must be right: “bullied” is no slip for “bullies”.
        self._spellings: defaultdict[str, list[str]] = defaultdict(list)
        for spelling in spellings:
            self._spellings[spelling[0] + spelling[-1]].append(spelling)
        self._triggers = frozenset(word for rule in rules for word in rule.say.triggers)

    @classmethod
    def load(cls, path: Path | None = None) -> "SafetyNet":
        """Load the rules; the packaged ones by default."""
        content, subjects = read_safety(path), Subjects(read_care()["words"])
        rules = [
            SafetyRule(
                topic=rule["topic"],
                band=rule.get("band", "danger"),
                say=Phrases(rule["say"]),
                unless=Phrases(rule.get("unless", ())),
                about=rule.get("about"),
                needs_person=rule.get("subject") == "person",
                is_alone=rule.get("alone", False),
                is_emergency=rule.get("emergency", False),
                subjects=subjects,
            )
            for rule in content["rules"]
        ]
        return cls(
            rules,
            content.get("spellings", ()),
            content.get("figures", ()),
            content.get("right", ()),
            content.get("now", ()),
            content["disguised"],
        )

    def remove_figures(self, text: str) -> str:
        """Return a text without figures of speech and denials, of which the body and death are full."""
        return self._remove(text, [self._figures])

    def remove_milder(self, text: str, bands: Sequence[Band] = ("strain", "concern")) -> str:
        """Return a text without what some bands are said with, so that what stands beside it is read."""
        return self._remove(text, [rule.say for rule in self._rules if rule.band in bands])

    def find(self, sentences: Iterable[str]) -> tuple[str, str] | None:
        """Return the most urgent topic that a message names.

        Parameters
        ----------
        sentences
            Normalised. Phrases that clear a sentence clear no other one.

        Returns
        -------
        (topic, sentence) or None
            The most urgent topic of the band danger, and the sentence that says it.
        """
        found = self.read([self.remove_figures(sentence) for sentence in sentences], (), ["danger"])
        return (found["danger"].topic, found["danger"].sentence) if found else None

    def read(self, sentences: Iterable[str], pieces: Iterable[str], bands: Sequence[Band]) -> dict[Band, Finding]:
        """Return the most urgent finding of each band.

        Parameters
        ----------
        sentences
            Normalised, without figures of speech.
        pieces
            Sentences and clauses in which a phrase is looked for that is all that somebody says.
        bands
            Those that are looked for.

        Returns
        -------
        dict of Band to Finding
            Without the bands of which no rule fires.
        """
        suspicious, alone = self._find_suspicious(sentences), self._find_suspicious(pieces)
        found: dict[Band, Finding] = {}
        for rule in self._rules:
            if rule.band in found or (rule.band not in bands and rule.band != "concern"):
                continue
            for sentence, text, words in alone if rule.is_alone else suspicious:
                if care := rule.read(text, words):
                    if care.band == "concern" and self._now.match(text, words):
                        care = Care("danger", care.topic, care.about)
                    found.setdefault(care.band, Finding(rule.topic, sentence, care))
                    break
        return {band: one for band, one in found.items() if band in bands}

    def _find_suspicious(self, sentences: Iterable[str]) -> list[tuple[str, str, set[str]]]:
        """Return (sentence, text, words) of the sentences that hold a trigger; slips are read as what they mean."""
        typed_by = {sentence: fold(sentence) for sentence in sentences}
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
        return suspicious

    def _remove(self, text: str, phrases: Sequence[Phrases]) -> str:
        folded = fold(text)
        if len(folded) != len(text):  # a letter whose small form is longer: places would not agree
            text = folded
        words = set(_WORD.findall(folded))
        spans = sorted(match.span() for group in phrases for match in group.find(folded, words))
        if not spans:
            return text
        kept, end = [], 0
        for start, stop in spans:
            kept.append(text[end : max(start, end)])
            end = max(end, stop)
        return " ".join(" ".join([*kept, text[end:]]).split())

    def _find_slips(self, words: Set[str]) -> dict[str, str]:
        """Return the mistyped words of a message, each with the word that is meant."""
        long = (word for word in words if len(word) >= _SHORTEST_SLIP and word not in self._right)
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


def read_safety(path: Path | None = None) -> Mapping[str, Any]:
    """Return what `safety.yaml` says; the packaged one by default.

    Raises
    ------
    ModelError
        When it cannot be read, or has no rule of the band danger: without a net nothing may be answered.
    """
    import yaml

    from intents.model import ModelError

    file = path or resources.files("intents").joinpath("safety.yaml")
    try:
        content = parse_yaml(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ModelError(f"The safety rules {file} cannot be read ({type(error).__name__}); {_REINSTALL}.") from error
    rules = content.get("rules") if isinstance(content, dict) else None
    if not isinstance(rules, list) or not any(rule.get("band", "danger") == "danger" for rule in rules):
        raise ModelError(f"The safety rules {file} have no rule for danger; {_REINSTALL}.")
    found: Mapping[str, Any] = content
    return found


def fold(text: str) -> str:
    """Return a text in small letters without apostrophes, as phrases are matched in it."""
    return text.casefold().replace("'", " ")


def _is_all(sentence: str, match: re.Match[str]) -> bool:
    beside = _WORD.findall(sentence[: match.start()]) + _WORD.findall(sentence[match.end() :])
    return _BESIDE.issuperset(beside)


def _read_phrase(written: str) -> _Phrase:
    """Return a phrase of `safety.yaml` as a pattern; gaps are bounded, so no text makes it run away."""
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
            pattern += f"(?:(?:{some}){_BETWEEN})?"
            continue
        pattern += f"(?:{between}(?:{some}))?" if optional else f"{between}(?:{some})"
        between = _BETWEEN
        if not optional:
            triggers = max(triggers, frozenset(max(option, key=len) for option in options), key=_count_shortest_word)
    if not triggers:
        raise ValueError(f"a phrase needs a word that is never missing: {written}")
    return _Phrase(pattern + r"(?![^\W_])", triggers)


def _count_shortest_word(words: frozenset[str]) -> int:
    """Return the letters of the shortest word; short words stand everywhere, so long ones make better triggers."""
    return min(map(len, words), default=0)

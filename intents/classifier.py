"""The classifier: a message in; ranked intents and a decision out."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from intents import features, sentences
from intents.arrays import Floats
from intents.care import NO_CARE, Care
from intents.catalogue import OUT_OF_SCOPE, Catalogue, Intent, Kind
from intents.decisions import Decision, choose_decision
from intents.languages import ENGLISH, UNDETERMINED, Languages
from intents.long_messages import WHOLE_CHARACTERS, shorten_whole, weigh_texts
from intents.model import Model
from intents.names import Names
from intents.normalisation import LIMIT, drop_full_stops, normalise_lines, shorten_text
from intents.readings import Reading, Readings, softmax
from intents.safety import SafetyNet
from intents.scope import compute_signals
from intents.text_vectors import TextVectors
from intents.triage import Assessment, Triage

_RANKED = 5
_THEMES = 4  # with “none of these” as many buttons as a row shows
_ONE_THOUGHT = 14  # words; a shorter message has no sentences worth reading apart
_SENTENCE_CHARACTERS = 240  # some fifty tokens; what runs on for longer is no sentence
_SENTENCES = 16  # of a long message: half from its beginning, half from its end
_LONG_TALK = 40  # words; nobody greets, or asks what the bot is, at such length
_NEVER_LONG = ("help", "about", "greeting", "list-themes")
_SMALL_TALK = 4  # words behind a greeting that may belong to it
_ASKED_WORDS = 2  # fewer beside a greeting or thanks ask nothing
_NET_LIMIT = 50_000  # characters that the safety net reads; the model reads less


@dataclass(frozen=True, slots=True)
class RankedIntent:
    """An intent and its confidence, from 0 to 1."""

    id: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Classification:
    """What the classifier makes of a message: the decision and the ranked intents.

    Parameters
    ----------
    decision
        What is to be done.
    intents
        Five, best first. The decision acts upon the first (except for `clarify`).
    themes
        The themes alone, four, best first.
    sentence
        The sentence that asks, normalised and without its full stop; empty when the message holds no words.
    named
        The message is a name, or a near-miss of one, and no model was asked.
    care
        How grave the message is, which people it needs and about whom it speaks.
    gravity
        How sure the care is, from 0 to 1: 1 for what the safety net says; no meaning without care.
    language
        ISO code of the language. What is not English is danger by a phrase of its own, and else out of scope.
    vector
        What the message means, of length one, to be compared with those of `Classifier.encode_known`; None for a name
        and for what is handed over.
    offered
        Ids of own themes, and of own lessons for shipped themes, that are offered below the answer.
    """

    decision: Decision
    intents: tuple[RankedIntent, ...]
    themes: tuple[RankedIntent, ...]
    sentence: str
    named: bool = False
    care: Care = NO_CARE
    gravity: float = field(default=1.0, compare=False)
    language: str = ENGLISH
    vector: Floats | None = field(default=None, compare=False, repr=False)
    offered: tuple[str, ...] = ()

    @property
    def hands_over(self) -> bool:
        """Whether people must answer the message: it gets the card, and nothing else."""
        return self.decision == "handover" or self.care.band == "danger"


class OwnThemesPort(Protocol):
    """An organisation's own themes, asked after the shipped model has decided."""

    def ask(self, text: str, found: Classification, themes: Mapping[str, str] | None) -> Classification:
        """Return the shipped classification of a message with what own themes make of it."""
        ...

    def measure(self, text: str, theme: str) -> float | None:
        """Return how far a normalised text lies above the limit of an own theme; None where it is none of these."""
        ...

    @property
    def serve(self) -> bool:
        """Whether any own theme has phrases that were learned."""
        ...


@dataclass(frozen=True, slots=True)
class Nearest:
    """An utterance that resembles a message, with the cosine of their vectors, from -1 to 1."""

    text: str
    intent: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Reasons for a classification: the words that counted most, and the nearest utterances."""

    words: tuple[str, ...]
    nearest: tuple[Nearest, ...]


@dataclass(frozen=True, slots=True)
class _MessageReading:
    """The readings of a message, and the sentence that matters most.

    Parameters
    ----------
    readings
        Their logits are averaged.
    weights
        How much each counts.
    sentence
        The sentence that matters most.
    """

    readings: Sequence[Reading]
    weights: Sequence[float]
    sentence: str


class Classifier:
    """Classifies messages by intent and decides what is done about each.

    Parameters
    ----------
    model
        Trained.
    net
        The safety net; ours by default.
    texts
        Vectors of texts that are known beforehand; none are stored by default.

    Examples
    --------
    >>> classifier = Classifier.load()
    >>> classifier.classify("the consultants just cross their arms").decision
    'answer'
    """

    def __init__(self, model: Model, net: SafetyNet | None = None, texts: TextVectors | None = None) -> None:
        self._model = model
        self._texts = texts or TextVectors(model.encoder.encode)
        self._net = net or SafetyNet.load()
        self._names = Names(model.catalogue)
        self._languages = Languages.load(model.memory.known_words)
        self._more_names: tuple[Mapping[str, str], Names] = ({}, self._names)
        self._ids = model.catalogue.ids
        self._kinds: dict[str, Kind] = {intent.id: intent.kind for intent in model.catalogue.intents.values()}
        self._outside = self._ids.index(OUT_OF_SCOPE)
        is_outside = model.memory.intents == self._outside
        self._remembered_within, self._remembered_outside = np.flatnonzero(~is_outside), np.flatnonzero(is_outside)
        self._never_long = np.array([name in _NEVER_LONG for name in self._ids])
        self._handover = np.array([self._kinds[name] == "handover" for name in self._ids])
        self.triage = Triage(model, self._net)
        self._theme = np.array([self._kinds[name] == "theme" for name in self._ids])
        self._own_themes: OwnThemesPort | None = None

    @classmethod
    def load(cls, path: Path | None = None) -> "Classifier":
        """Load a trained model and the safety net.

        Parameters
        ----------
        path : Path, optional
            The model's folder; the packaged one by default.

        Raises
        ------
        ModelError
            When it is missing, was changed, or does not fit what is installed; one sentence.
        """
        model = Model.load(path)
        return cls(model, texts=TextVectors.load(model, path))

    @property
    def model(self) -> Model:
        """The model that classifies."""
        return self._model

    def classify(self, text: str, themes: Mapping[str, str] | None = None) -> Classification:
        """Classify a message in any language and decide what is done about it, own themes included.

        Parameters
        ----------
        text
            As the platform delivered it, of any length.
        themes : Mapping of str to str, optional
            Titles by id. Those that the model has not learned are found when a message is their name.
        """
        found = self.classify_as_shipped(text, themes)
        return self._own_themes.ask(text, found, themes) if self._own_themes else found

    def with_own_themes(self, own_themes: OwnThemesPort) -> "Classifier":
        """Return a classifier on the same model that asks an organisation's own themes after each shipped decision."""
        other = copy.copy(self)
        other._own_themes = own_themes
        return other

    def classify_as_shipped(self, text: str, themes: Mapping[str, str] | None = None) -> Classification:
        """Classify a message by the shipped model alone; own themes are found by their names only."""
        found = self._classify_english(text, themes)
        if found.named:
            return found
        plain = " ".join(normalise_lines(text, _NET_LIMIT))
        if language := self._languages.find_danger(plain):
            return self._add_language(found, language, Care("danger", "wellbeing", unmistakable=True))
        language = self._languages.detect(self.triage.undo_disguises(plain))
        if language == UNDETERMINED and (found.decision != "out-of-scope" or found.care != NO_CARE):
            return found
        # What the model makes of words that it cannot read is chance; what net and n-grams see in English is not.
        if language == ENGLISH or (found.care.band == "danger" and self.decide_danger_quickly(text)):
            return found
        return self._add_language(found, language, NO_CARE)

    def _classify_english(self, text: str, themes: Mapping[str, str] | None = None) -> Classification:
        """Classify a message as if it were English.

        Parameters
        ----------
        text
            As the platform delivered it, of any length.
        themes : Mapping of str to str, optional
            Titles by id. Those that the model has not learned are found when a message is their name.
        """
        all_lines, readings = normalise_lines(text, _NET_LIMIT), Readings(self._model)
        whole = " ".join(all_lines)
        if not any(character.isalnum() for character in whole):
            return self._build_classification("out-of-scope", readings.read("").logits, "")
        named = self._find_name(whole, themes or {})
        if named in self._kinds:
            return self._classify_name(named, whole)
        found = self.triage.assess(all_lines, readings)
        if found.care.band == "danger":
            return self._hand_over(found, readings)
        # Anybody may have called a theme of their own anything, so danger is looked for first.
        meant = self._classify_name(named, whole) if named else self._answer(all_lines, readings)
        return self._add_care(meant, found)

    def decide_danger(self, text: str, themes: Mapping[str, str] | None = None) -> Care | None:
        """Return the care of a message that shows danger; None where it shows none.

        Net and classifier read the message as `classify` reads it, so the later answer says the same.

        Parameters
        ----------
        text
            As the platform delivered it, of any length.
        themes : Mapping of str to str, optional
            Titles by id, as for `classify`.
        """
        care = self.classify(text, themes).care
        return care if care.band == "danger" else None

    def decide_danger_quickly(self, text: str) -> Care | None:
        """Return the care of a message that shows danger by the net and the n-grams alone; None where it shows none.

        For a full queue: a tenth of the time of `decide_danger`, and less than a millisecond for a short message. The
        n-grams see less than the encoder, so some dangers are found by `decide_danger` alone.

        Parameters
        ----------
        text
            As the platform delivered it, of any length.
        """
        all_lines = normalise_lines(text, _NET_LIMIT)
        if not any(character.isalnum() for line in all_lines for character in line):
            return None
        if self._languages.find_danger(" ".join(all_lines)):
            return Care("danger", "wellbeing", unmistakable=True)
        return self.triage.assess_quickly(all_lines, Readings(self._model))

    def surmise_themes(self, text: str, themes: Mapping[str, str] | None = None) -> Mapping[str, float] | None:
        """Return how likely each theme is by the n-grams alone, in a tenth of the time of `classify`.

        None where they cannot tell: of a name, and where own themes were learned, which have n-grams of their own.

        Parameters
        ----------
        text, themes
            As for `classify`.
        """
        plain = drop_full_stops(shorten_whole(" ".join(normalise_lines(text))))
        if (self._own_themes and self._own_themes.serve) or self._find_name(plain, themes or {}):
            return None
        shares = softmax(np.where(self._handover, -np.inf, Readings(self._model).count(plain).logits))
        return {self._ids[place]: float(shares[place]) for place in np.flatnonzero(self._theme)}

    def find_language_of_danger(self, text: str) -> str:
        """Return the code of the language whose phrase of danger stands in a message; English where none does."""
        return self._languages.find_danger(" ".join(normalise_lines(text, _NET_LIMIT))) or ENGLISH

    def encode(self, text: str) -> Floats:
        """Return the vector of a text, by which texts are alike in meaning.

        Parameters
        ----------
        text
            Normalised.
        """
        return self._model.encoder.encode(text)

    def encode_known(self, text: str) -> Floats:
        """Return the vector of a text that is known beforehand, such as a lesson: stored, or encoded once.

        Parameters
        ----------
        text
            As it is shown.
        """
        return self._texts.encode(text)

    def explain(self, text: str) -> Explanation:
        """Return the words that decided and the nearest utterances.

        Parameters
        ----------
        text
            A message.

        Returns
        -------
        Explanation
            Up to five words, the most decisive first, and three utterances; nothing for a name, which needs none.
        """
        asked = self.classify(text)
        if asked.named or not asked.sentence:
            return Explanation((), ())
        intent = asked.themes[0].id if asked.decision == "clarify" else asked.intents[0].id
        if intent not in self._kinds:  # an own theme has no utterances
            return Explanation(self._rank_words(asked.sentence, intent), ())
        vector = self._model.encoder.encode(asked.sentence)
        memory = self._model.memory
        (nearest,) = memory.neighbours.find(vector, np.arange(len(memory.steps)))
        return Explanation(
            words=self._rank_words(asked.sentence, intent),
            nearest=tuple(
                Nearest(memory.texts[i], self._ids[memory.intents[i]], round(float(cosine), 3))
                for i, cosine in zip(nearest.positions.tolist(), nearest.cosines, strict=True)
            ),
        )

    def _answer(self, all_lines: Sequence[str], readings: Readings) -> Classification:
        """Return what a message is about that is in no danger."""
        greeted = sentences.remove_greeting(all_lines)
        if greeted == list(all_lines) or sum(len(line.split()) for line in greeted) < _ASKED_WORDS:
            return self._answer_ungreeted(all_lines, readings)
        found = self._answer_ungreeted(greeted, readings)
        talks = found.decision == "out-of-scope" or found.intents[0].id == "about"
        if talks and len(" ".join(greeted).split()) <= _SMALL_TALK:
            whole = self._decide(all_lines, readings)
            if whole.decision == "conversation" and whole.intents[0].id == "greeting":
                return whole  # “hello, how are you”
        return found

    def _answer_ungreeted(self, all_lines: Sequence[str], readings: Readings) -> Classification:
        if sum(len(line.split()) for line in all_lines) > _ONE_THOUGHT:
            all_lines = sentences.remove_polite_ends(all_lines)
        found = self._decide(all_lines, readings)
        if bare := self._remove_courtesy(all_lines):
            meant = self._decide(bare, readings)
            asks = meant.decision in ("answer", "clarify")
            if asks or (found.intents[0].id == "thanks" and meant.decision == "conversation"):
                return meant
        return found

    def _add_care(self, found: Classification, assessed: Assessment) -> Classification:
        """Return a classification with its care; no care but danger's keeps somebody from a question back."""
        band = assessed.care.band
        if band == "none":
            return found
        if band == "perhaps" or found.decision not in ("answer", "clarify"):
            found = replace(found, decision="clarify")
        return replace(found, care=assessed.care, gravity=assessed.gravity)

    def _add_language(self, found: Classification, language: str, care: Care) -> Classification:
        decision: Decision = "out-of-scope" if care.band == "none" else "handover"
        first = OUT_OF_SCOPE if care.topic is None else care.topic
        surest = max(intent.confidence for intent in found.intents)
        others = [intent for intent in found.intents if intent.id != first]
        ranked = (RankedIntent(first, surest), *others)[:_RANKED]
        return replace(found, decision=decision, intents=ranked, care=care, language=language)

    def _remove_courtesy(self, all_lines: Sequence[str]) -> list[str]:
        """Return the lines without greeting and thanks, which would outweigh a short request.

        Empty where there is no courtesy, or where the rest outweighs the courtesy anyway.
        """
        if sum(map(len, all_lines)) > WHOLE_CHARACTERS:
            return []
        bare = sentences.remove_courtesy(all_lines)
        return bare if bare != all_lines and len(" ".join(bare).split()) >= _ASKED_WORDS else []

    def _decide(self, all_lines: Sequence[str], readings: Readings) -> Classification:
        whole = drop_full_stops(shorten_whole(" ".join(all_lines)))
        parts = _split_sentences(_shorten_lines(all_lines))
        long = sum(len(part.split()) for part in parts) > _ONE_THOUGHT
        if long and (len(parts) > 1 or len(whole) < len(parts[0])):
            found = self._read_sentences(whole, parts, readings)
        else:
            found = _MessageReading([readings.read(whole)], [1.0], whole)
        read = np.array([reading.logits for reading in found.readings])
        logits: Floats = np.average(read, axis=0, weights=found.weights).astype(np.float32)
        # That it needs people is decided already, so what is left is shared by the other intents.
        within = np.where(self._handover, -np.inf, logits)
        if sum(len(part.split()) for part in parts) > _LONG_TALK:
            within = np.where(self._never_long, -np.inf, within)
        confidences = dict(zip(self._ids, softmax(within).tolist(), strict=True))
        decision = choose_decision(confidences, self._kinds, self._score_scope(found), self._model.thresholds)
        built = self._build_classification(decision, within, found.sentence)
        vector = _average_vectors([reading.vector for reading in found.readings], found.weights)
        return replace(built, vector=vector)

    def _score_scope(self, found: _MessageReading) -> float:
        """Return the weighed mean probability of being out of scope."""
        model, memory = self._model, self._model.memory
        scores = []
        for reading in found.readings:
            within, outside = memory.neighbours.find(reading.vector, self._remembered_within, self._remembered_outside)
            central = memory.centroids @ reading.vector
            near = within.cosines, outside.cosines
            observed = compute_signals(reading.text, reading.logits, *near, central, memory.known_words, self._outside)
            scores.append(model.scope.score(observed))
        return float(np.average(scores, weights=found.weights))

    def _read_sentences(self, whole: str, parts: Sequence[str], readings: Readings) -> _MessageReading:
        """Read the whole message and its windows, and find the sentence that asks."""
        weights: dict[str, float] = {}
        for one in weigh_texts(whole, parts):
            weights[one.text] = weights.get(one.text, 0.0) + one.weight
        asks = self._find_request(_limit_sentences(parts), readings)
        return _MessageReading([readings.read(text) for text in weights], list(weights.values()), asks)

    def _find_request(self, parts: Sequence[str], readings: Readings) -> str:
        """Return the sentence that asks, by its form and by how sure the n-grams alone are of a theme in it."""
        last = max(1, len(parts) - 1)
        sure = [float(softmax(readings.count(part).logits)[self._theme].max(initial=0.0)) for part in parts]
        requests = [sentences.score_request(part, i / last) + sure[i] for i, part in enumerate(parts)]
        return parts[requests.index(max(requests))]

    def _hand_over(self, found: Assessment, readings: Readings) -> Classification:
        """Return a handover with the topic of the care first, whatever the model prefers."""
        logits = readings.read(shorten_whole(found.sentence)).logits
        lifted = logits.copy()
        lifted[self._ids.index(found.care.topic)] = logits.max() + 5.0
        return replace(self._build_classification("handover", lifted, found.sentence), care=found.care)

    def _find_name(self, text: str, themes: Mapping[str, str]) -> str | None:
        unlearned = {name: title for name, title in themes.items() if name not in self._kinds}
        known, names = self._more_names
        if unlearned != known:
            # Ours stand last, so that they win where both claim a name.
            more = {name: Intent(name, "theme", title) for name, title in unlearned.items()}
            names = Names(Catalogue(more | dict(self._model.catalogue.intents)))
            self._more_names = unlearned, names
        return names.find(text)

    def _classify_name(self, intent: str, text: str) -> Classification:
        """Return the classification of a typed name: certain, with the bordering intents in the other ranks."""
        ours = self._model.catalogue.intents.get(intent)
        neighbours = [*(ours.borders if ours else ()), *self._ids]
        order = list(dict.fromkeys([intent, *neighbours]))
        ranked = [RankedIntent(name, 1.0 if name == intent else 0.0) for name in order]
        kind = ours.kind if ours else "theme"
        return Classification(
            decision="answer" if kind == "theme" else kind,
            intents=tuple(ranked[:_RANKED]),
            themes=tuple([entry for entry in ranked if self._kinds.get(entry.id, "theme") == "theme"][:_THEMES]),
            sentence=text,
            named=True,
        )

    def _build_classification(self, decision: Decision, logits: Floats, sentence: str) -> Classification:
        shares = dict(zip(self._ids, softmax(logits).tolist(), strict=True))
        themes = [name for name in self._ids if self._kinds[name] == "theme"]
        themes.sort(key=lambda name: -shares[name])
        ranked = [RankedIntent(name, shares[name]) for name in sorted(self._ids, key=lambda name: -shares[name])]
        result = Classification(
            decision=decision,
            intents=tuple(ranked[:_RANKED]),
            themes=tuple(RankedIntent(name, shares[name]) for name in themes[:_THEMES]),
            sentence=sentence,
        )
        return replace(result, intents=self._put_acted_upon_first(decision, ranked)[:_RANKED])

    def _put_acted_upon_first(self, decision: Decision, ranked: list[RankedIntent]) -> tuple[RankedIntent, ...]:
        """Return the ranking with the intent that the decision acts upon first, at least as sure as the next.

        A handover is decided below one half, and a message may be out of scope by its signals while a theme is the
        likeliest of the intents: the ranking must then say what is done.
        """
        if decision == "clarify":
            return tuple(ranked)
        kind = "theme" if decision == "answer" else decision
        first = next(entry for entry in ranked if self._kinds[entry.id] == kind)
        others = [entry for entry in ranked if entry is not first]
        return (replace(first, confidence=max(first.confidence, others[0].confidence)), *others)

    def _rank_words(self, sentence: str, intent: str) -> tuple[str, ...]:
        """Return up to five words, by how much of the margin is lost without each.

        The encoder reads the sentence without a word for eight words only: those that count most by the n-grams.
        """
        pieces = shorten_whole(sentence).split()
        full = self._measure_margin(" ".join(pieces), intent, deep=True)
        positions = [i for i, piece in enumerate(pieces) if features.split_words(piece)]
        without = {i: " ".join(pieces[:i] + pieces[i + 1 :]) for i in positions}
        promising = sorted(positions, key=lambda i: self._measure_margin(without[i], intent, deep=False))[:8]
        losses = {i: full - self._measure_margin(without[i], intent, deep=True) for i in promising}
        decisive = [i for i in sorted(losses, key=lambda i: -losses[i]) if losses[i] > 0]
        named = [pieces[i].strip(".,;:!?\"'()[]").lower() for i in decisive]
        return tuple(list(dict.fromkeys(word for word in named if word not in _FUNCTION_WORDS))[:5])

    def _measure_margin(self, text: str, intent: str, *, deep: bool) -> float:
        if intent not in self._kinds:
            return (self._own_themes.measure(text, intent) if self._own_themes else None) or 0.0
        place = self._ids.index(intent)
        vector = self._model.encoder.encode(text) if deep else None
        logits = self._model.head.compute_logits(*self._model.features.compute_row(text), vector)
        return float(logits[place] - np.logaddexp.reduce(np.delete(logits, place)))


# Words that no editor would call a reason; only what people are shown leaves them out.
_FUNCTION_WORDS = frozenset(
    features.split_words(
        "about after all am an and any are as at be because been before but by can could did do does for from get had "
        "has have he her him his how if in into is it its just me my no not of on or our out she should so some than "
        "that the their them then there they this to up us was we were what when where which who why will with would "
        "you your"
    )
)


def _average_vectors(vectors: Sequence[Floats], weights: Sequence[float]) -> Floats:
    """Return the weighed mean of vectors, of length one."""
    mean = np.average(vectors, axis=0, weights=weights).astype(np.float32)
    length: Floats = mean / np.float32(max(float(np.linalg.norm(mean)), 1e-9))
    return length


def _split_sentences(all_lines: Sequence[str]) -> list[str]:
    """Return the sentences of a message, each as the model reads it."""
    return [drop_full_stops(part) for part in sentences.split_sentences(all_lines)]


def _shorten_lines(all_lines: Sequence[str]) -> list[str]:
    if sum(map(len, all_lines)) <= LIMIT:
        return list(all_lines)
    return [line for line in shorten_text("\n".join(all_lines), LIMIT, gap="\n").split("\n") if line]


def _limit_sentences(parts: Sequence[str]) -> Sequence[str]:
    parts, half = [shorten_text(part, _SENTENCE_CHARACTERS) for part in dict.fromkeys(parts)], _SENTENCES // 2
    return parts if len(parts) <= _SENTENCES else [*parts[:half], *parts[-half:]]

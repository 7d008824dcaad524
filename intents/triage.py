"""Triage: the care that a message needs, from the safety net and from the gravity of all that it says."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

import numpy as np

from intents import clauses
from intents.care import NO_CARE, Band, Care, Topic
from intents.care_rules import CareThresholds, read_care
from intents.clauses import Piece, PieceKind
from intents.disguises import Disguises
from intents.features import split_words
from intents.gravity import Gravity
from intents.model import Model
from intents.normalisation import drop_full_stops, shorten_text
from intents.readings import Readings, softmax
from intents.safety import SafetyNet, fold
from intents.sentences import remove_courtesy, split_sentences

_BANDS: tuple[Band, ...] = ("danger", "perhaps", "concern", "strain")
_WHOLE_CHARACTERS = 450  # more than the encoder reads
_PART_CHARACTERS = 240  # some fifty tokens; what runs on for longer is no sentence
_FEWEST_WORDS = 3  # fewer say nothing
_COUNTED = 48  # sentences and clauses whose n-grams are weighed exactly; before, by single words
_ENCODED = 5  # of these, the gravest
_ENCODED_OF_LONG = 16  # of a long message; on crises among 24 sentences six found 62 % and all of them 73 %
_LONG_MESSAGE = 80  # words
_JOINED_AROUND = 12  # sentences of a long message, the gravest, that are read together with their neighbours too
_HARDLY = 0.25  # of the suspicion that a sentence needs alone, to be read together with its neighbours
_SYMPTOMS = 2  # that make what is told of another person a clinical question
_ONE_PHRASE = 5  # words of “I can't cope any more”
_EDGES = " -,;:*"  # what greetings and lists leave behind
_LITTLE = 3  # words that are left of a sentence say nothing by themselves
_LONG = 25  # words; what clears a sentence of more clears its own clause alone
_CLINICAL = 1.0  # log-odds by the model, some 73 %, from which a question is a clinical one


@dataclass(frozen=True, slots=True)
class Assessment:
    """The care that a message needs, the sentence or clause that says so, and how sure that is, from 0 to 1.

    What the net says is sure; without care the sentence is empty.
    """

    care: Care
    sentence: str = ""
    gravity: float = 0.0


@dataclass(frozen=True, slots=True)
class _Part:
    """A text with its gravity by the n-grams alone or by the whole model."""

    text: str
    topic: Topic
    gravity: float
    signals: Mapping[str, float]
    kind: PieceKind = "sentence"


_NOTHING = Assessment(NO_CARE)


class Triage:
    """Assessment of messages, before any lesson.

    Parameters
    ----------
    model
        Trained.
    net
        The safety net.
    """

    def __init__(self, model: Model, net: SafetyNet) -> None:
        rules = read_care()
        self._model, self._net = model, net
        self._ids = model.catalogue.ids
        self._kinds = {intent.id: intent.kind for intent in model.catalogue.intents.values()}
        self._topics = [i for i, name in enumerate(self._ids) if self._kinds[name] == "handover"]
        self._gravity = Gravity(rules["gravity"], rules["parts"], rules["suspicion"], rules["words"])
        self._symptoms = frozenset(rules["words"]["symptoms"])
        self._thresholds = CareThresholds(**rules["thresholds"])
        self._disguises = Disguises(net.disguised, model.memory.known_words)

    def assess(self, lines: Sequence[str], readings: Readings) -> Assessment:
        """Return the care that a message needs.

        Parameters
        ----------
        lines
            Normalised, all of them.
        readings
            Of this message; what is read here is not read again for the answer.
        """
        sentences, rests = self._prepare(lines)
        found = self._net.read(*_list_for_net(sentences), _BANDS)
        if danger := found.get("danger"):
            return Assessment(danger.care, danger.sentence, 1.0)
        judged = self._judge(rests, readings)
        if (perhaps := found.get("perhaps")) and self._is_all_that_is_said(sentences):
            return Assessment(perhaps.care, perhaps.sentence, 1.0)
        milder = next((found[band] for band in _BANDS if band in found), None)
        if milder is None or _rank(judged.care) < _rank(milder.care):
            return judged
        return Assessment(milder.care, milder.sentence, 1.0)

    def assess_quickly(self, lines: Sequence[str], readings: Readings) -> Care | None:
        """Return the care of a message in danger by the net and the n-grams alone; None where they show none."""
        sentences, rests = self._prepare(lines)
        if danger := self._net.read(*_list_for_net(sentences), ["danger"]).get("danger"):
            return danger.care
        whole = self._weigh_ngrams(shorten_text(" ".join(rests), _WHOLE_CHARACTERS), readings)
        if whole.gravity < self._thresholds.quick_danger:
            return None
        return Care("danger", whole.topic, self._gravity.subjects.find_about(fold(whole.text)))

    def measure_parts(self, lines: Sequence[str], readings: Readings) -> list[Mapping[str, float]]:
        """Return the signals of the sentences and clauses of a message that the encoder would be asked about.

        Parameters
        ----------
        lines, readings
            As for `assess`.
        """
        _, rests = self._prepare(lines)
        whole = shorten_text(drop_full_stops(" ".join(rests)), _WHOLE_CHARACTERS)
        return [part.signals for part in self._find_gravest(rests, whole, readings)]

    def undo_disguises(self, text: str) -> str:
        """Return a normalised text with its grave words as they are meant."""
        return self._disguises.undo(text)

    def measure(self, lines: Sequence[str], readings: Readings) -> tuple[Mapping[str, float], bool]:
        """Return the signals of a message as a whole, and whether the net has a phrase for it; for settling.

        Parameters
        ----------
        lines, readings
            As for `assess`.
        """
        sentences, rests = self._prepare(lines)
        is_caught = bool(self._net.read(*_list_for_net(sentences), ["danger", "perhaps"]))
        text = drop_full_stops(" ".join(rests))
        return self._weigh(shorten_text(text, _WHOLE_CHARACTERS), readings).signals, is_caught

    def _prepare(self, lines: Sequence[str]) -> tuple[list[str], list[str]]:
        """Return the sentences as the net reads them, and as the model does.

        Courtesy and figures of speech are out of both, and words in disguise stand as they are meant. Out of what the
        model reads is also what strain and concern are said with, and the little that is left of a sentence then.
        """
        plain, rests = [], []
        sentences = (drop_full_stops(one).strip(_EDGES) for one in split_sentences(remove_courtesy(lines) or lines))
        for sentence in clauses.cut_runs(sentences):
            undone = self.undo_disguises(sentence)
            without = self._net.remove_figures(undone)
            rest = self._net.remove_milder(without)
            plain.append(without)
            rests.append(rest if rest == undone or len(rest.split()) > _LITTLE else "")
        return list(filter(None, dict.fromkeys(plain))), list(filter(None, dict.fromkeys(rests)))

    def _is_all_that_is_said(self, sentences: Sequence[str]) -> bool:
        """Return whether a message is one phrase that the net takes for `perhaps` and hardly a word besides.

        Of that the rules have decided, and a model that is surer than they are has no more to go by. Who says two such
        things says more than either.
        """
        if sum(len(sentence.split()) for sentence in sentences) > _ONE_PHRASE:
            return False
        rests = (self._net.remove_milder(sentence, ["perhaps"]) for sentence in sentences)
        return sum(len(rest.split()) for rest in rests) <= _LITTLE

    def _judge(self, sentences: Sequence[str], readings: Readings) -> Assessment:
        """Return what the model makes of the whole and of the gravest of its sentences and clauses."""
        text = " ".join(sentences)
        if not split_words(text):
            return _NOTHING
        whole = self._weigh(shorten_text(drop_full_stops(text), _WHOLE_CHARACTERS), readings)
        best = self._decide_whole(whole)
        parts = self._find_gravest(sentences, whole.text, readings)
        single = [self._decide_part(part) for part in parts if part.kind != "joined"]
        joined = [self._decide_part(part) for part in parts if part.kind == "joined"]
        for judged in (*single, *joined):
            if _rank(judged.care) < _rank(best.care):
                best = judged
        if best.care.band in ("danger", "perhaps"):
            # What is around it says nothing of whom a crisis needs, so the gravest part does; one that stands
            # by itself goes before one that is joined.
            is_single = any(one.care.band != "none" for one in single)
            gravest = max(single if is_single else joined, key=lambda one: one.gravity, default=_NOTHING)
            if gravest.care.band != "none":
                care = replace(gravest.care, band=best.care.band)
                return replace(gravest, care=care)
        return best

    def _decide_whole(self, whole: _Part) -> Assessment:
        limits = self._thresholds
        is_general = self._is_general(whole)
        perhaps = max(limits.perhaps, limits.concern) if is_general else limits.perhaps
        if whole.gravity >= limits.danger:
            return self._build(whole, "danger")
        if whole.topic == "clinical-advice" and whole.signals["model"] >= _CLINICAL:
            perhaps = 0.0  # a clinical question gets no lesson, whatever else it speaks of
        if whole.gravity < perhaps:
            return _NOTHING
        return self._build(whole, "concern" if is_general and whole.gravity < limits.general else "perhaps")

    def _decide_part(self, part: _Part) -> Assessment:
        """Return what one sentence or clause among others shows; it is danger only if very clear and saying "I"."""
        limits = self._thresholds
        is_general = self._is_general(part)
        says_self = "self" in self._gravity.subjects.find_all(fold(part.text))
        if part.gravity >= limits.part_danger and says_self and part.kind in ("sentence", "clause"):
            return self._build(part, "danger")
        if part.gravity < (limits.part_joined if part.kind == "joined" else limits.part_perhaps):
            return _NOTHING
        if part.kind == "joined" and is_general and part.gravity < limits.general:
            return _NOTHING  # a concern is said in one sentence
        return self._build(part, "concern" if is_general and part.gravity < limits.general else "perhaps")

    def _is_general(self, part: _Part) -> bool:
        """Return whether a text tells of unsafe care in general: a concern, with an answer below it."""
        return part.topic == "raising-a-concern" and "self" not in self._gravity.subjects.find_all(fold(part.text))

    def _build(self, part: _Part, band: Band) -> Assessment:
        about = self._gravity.subjects.find_about(fold(part.text))
        return Assessment(Care(band, part.topic, about), part.text, part.gravity)

    def _find_gravest(self, sentences: Sequence[str], whole: str, readings: Readings) -> list[_Part]:
        """Return the parts that look gravest by their n-grams, as the whole model weighs them."""
        listed = [
            piece._replace(text=shorten_text(piece.text, _PART_CHARACTERS))
            for piece in clauses.list_pieces(sentences)
            if piece.text != whole and len(piece.text.split()) >= _FEWEST_WORDS
        ]
        counted = [(self._suspect(piece.text, readings), piece) for piece in self._preselect(listed)]
        counted.sort(key=lambda entry: -entry[0])
        most = _ENCODED
        if sum(len(sentence.split()) for sentence in sentences) > _LONG_MESSAGE:
            most = _ENCODED_OF_LONG
            joined = self._join_gravest(sentences, counted)
            counted += [(self._suspect(piece.text, readings), piece) for piece in joined]
            counted.sort(key=lambda entry: -entry[0])
        taken: Counter[int] = Counter()
        parts: list[_Part] = []
        for suspicion, piece in counted:
            if len(parts) == most or suspicion < self._thresholds.suspicion:
                break
            taken[piece.sentence] += piece.kind != "joined"
            # No sentence takes the place of all others, unless there is no other.
            if piece.kind == "joined" or taken[piece.sentence] <= _ENCODED - 1 or len(sentences) == 1:
                part = self._weigh(piece.text, readings)
                parts.append(replace(part, kind=piece.kind, gravity=self._gravity.weigh(part.signals, is_part=True)))
        return parts

    def _join_gravest(self, sentences: Sequence[str], counted: Sequence[tuple[float, Piece]]) -> list[Piece]:
        """Return the sentences that look gravest together with their neighbours, and their clauses together.

        Parameters
        ----------
        counted
            Pieces with how grave they may be, the gravest first.
        """
        limit = _HARDLY * self._thresholds.suspicion
        suspicious = [piece.sentence for suspicion, piece in counted if suspicion >= limit]
        around = list(dict.fromkeys(suspicious))[:_JOINED_AROUND]
        return [
            piece._replace(text=shorten_text(piece.text, _PART_CHARACTERS))
            for piece in clauses.list_joined(sentences, around)
        ]

    def _preselect(self, pieces: Sequence[Piece]) -> Sequence[Piece]:
        """Return the pieces that are likeliest to be grave by the weights of their single words."""
        if len(pieces) <= _COUNTED:
            return pieces
        columns = self._model.features.words.vocabulary
        scores = []
        for piece in pieces:
            known = [column for word in split_words(piece.text) if (column := columns.get(word)) is not None]
            total = self._word_weights[known].sum(axis=0).max() if known else 0.0
            scores.append(float(total) / (1.0 + len(known)) ** 0.5)
        order = sorted(range(len(pieces)), key=lambda i: -scores[i])
        return [pieces[i] for i in order[:_COUNTED]]

    @cached_property
    def _word_weights(self) -> np.ndarray:
        """What each known word and pair of words says for each topic, against the other intents.

        Worked out when the first long message is read: it takes 40 ms, and most messages never need it.
        """
        head, words = self._model.head, self._model.features.words
        weights = head.ngrams[: len(words.idf)].astype(np.float32)
        if head.ngram_scales is not None:
            weights = weights * head.ngram_scales
        others = [i for i in range(len(self._ids)) if i not in self._topics]
        weighed: np.ndarray = (weights[:, self._topics] - weights[:, others].mean(axis=1, keepdims=True)) * words.idf[
            :, None
        ]
        return weighed

    def _suspect(self, text: str, readings: Readings) -> float:
        """Return how grave a part may be by its n-grams, from 0 to 1."""
        return self._gravity.suspect(self._weigh_ngrams(text, readings).signals)

    def _weigh_ngrams(self, text: str, readings: Readings) -> _Part:
        shares = softmax(readings.count(text).logits)[self._topics]
        return self._build_part(text, float(shares.sum()), float(shares.sum()), shares)

    def _weigh(self, text: str, readings: Readings) -> _Part:
        shares = softmax(readings.read(text).logits)[self._topics]
        alone = softmax(readings.count(text).logits)[self._topics]
        return self._build_part(text, float(shares.sum()), float(alone.sum()), shares)

    def _build_part(self, text: str, share: float, ngram_share: float, shares: np.ndarray) -> _Part:
        topic = cast(Topic, self._ids[self._topics[int(shares.argmax())]])
        folded = fold(text)
        if topic == "wellbeing" and self._tells_symptoms(folded):
            topic = "clinical-advice"
        signals = self._gravity.list_signals(folded, share, ngram_share, topic)
        return _Part(text, topic, self._gravity.weigh(signals), signals)

    def _tells_symptoms(self, folded: str) -> bool:
        """Return whether somebody else's symptoms are told, which a clinician has to hear, not a helpline."""
        subjects = self._gravity.subjects
        if "other" not in subjects.find_all(folded) or subjects.find_about(folded) == "self":
            return False
        return len(self._symptoms.intersection(split_words(folded))) >= _SYMPTOMS


def _list_for_net(sentences: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what all rules read, and what rules read that want a phrase to stand alone.

    What clears a sentence would clear all of a text that runs on, so the clauses of a long sentence are read as well.
    """
    by_sentence = {sentence: clauses.split_clauses(sentence) for sentence in sentences}
    long = [clause for one, some in by_sentence.items() if len(one.split()) > _LONG for clause in some]
    return (
        list(dict.fromkeys([*sentences, *long])),
        list(dict.fromkeys([*sentences, *(clause for some in by_sentence.values() for clause in some)])),
    )


def _rank(care: Care) -> int:
    return len(_BANDS) if care.band == "none" else _BANDS.index(care.band)

"""Own themes as they serve now: learned beside the state that serves, and asked after the shipped model."""

import logging
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from intents.care import Care
from intents.model import ModelError
from intents.normalisation import normalise_for_model, normalise_lines
from intents.own import cache
from intents.own.decision import apply_verdict, is_open, judge
from intents.own.layers import OwnLayers
from intents.own.learning import Learned, learn_topics
from intents.own.phrases import PhraseFinding, check_phrases, fold_phrase
from intents.own.topics import OwnTopic
from intents.own.unseen import FILE, UnseenMessages, read_unseen
from intents.readings import Readings

if TYPE_CHECKING:
    from intents.classifier import Classification, Classifier

_LOG = logging.getLogger(__name__)
_KEPT_CARE = 2_000  # phrases: a form that is checked while somebody types has most of them already


@dataclass(frozen=True, slots=True)
class _Serving:
    """What serves: the layers, and the shipped theme that each topic extends, empty for a theme."""

    layers: OwnLayers
    extends: Mapping[str, str]

    def list_allowed(self, themes: Mapping[str, str] | None) -> Collection[str]:
        """Return the topics that there are, where these are the themes; all where None."""
        if themes is None:
            return self.layers.topics
        return [name for name in self.layers.topics if (self.extends[name] or name) in themes]


class OwnThemes:
    """The own themes of an installation.

    Parameters
    ----------
    classifier
        The shipped one; `Classifier.with_own_themes` gives one that asks these themes after it.
    cache_folder
        Where what was learned is kept for the next start; None keeps nothing.
    unseen
        Messages that the shipped model never learned from; those beside the model by default.
    """

    def __init__(
        self, classifier: "Classifier", cache_folder: Path | None = None, unseen: UnseenMessages | None = None
    ) -> None:
        self._classifier = classifier
        self._cache = cache_folder
        self._given = unseen
        self._serving: _Serving | None = None
        self._findings: tuple[PhraseFinding, ...] = ()
        self._key = ""
        self._find_care = lru_cache(_KEPT_CARE)(self._assess)

    def learn(self, topics: Sequence[OwnTopic]) -> tuple[PhraseFinding, ...]:
        """Learn topics, and let them serve in place of those before; what serves goes on until they are learned.

        Returns
        -------
        tuple of PhraseFinding
            What editors should know of their phrases.

        Raises
        ------
        PhraseError
            When a theme's phrases cannot be learned; the state before it goes on serving.
        ModelError
            When the unseen messages beside the model are of another model.
        """
        key = cache.compute_key(str(self._classifier.model.record.get("seal")), topics)
        if key != self._key:  # most edits of a pack leave titles, tags and phrases as they are
            learned = self._learn_or_read(topics, key) if topics else None
            self._serving = _Serving(learned[0], {one.id: one.extends for one in topics}) if learned else None
            self._findings, self._key = learned[1] if learned else (), key
        return self._findings

    def check(self, topics: Sequence[OwnTopic]) -> tuple[PhraseFinding, ...]:
        """Return what editors should know of phrases, without learning them.

        Raises
        ------
        PhraseError
            When a theme's phrases cannot be learned.
        """
        return check_phrases(topics, self._find_care, self.trained_texts)[1]

    def learn_for_report(self, topics: Sequence[OwnTopic]) -> tuple[Learned, tuple[PhraseFinding, ...]]:
        """Return what would be learned of topics, without letting them serve.

        Raises
        ------
        PhraseError
            When a theme's phrases cannot be learned.
        """
        readings = Readings(self._classifier.model)  # each phrase is encoded once, for its care and for its layer
        checked, findings = check_phrases(topics, lambda text: self._assess(text, readings), self.trained_texts)
        features = self._classifier.model.features
        return learn_topics(checked, self.unseen, features, lambda text: readings.read(text).vector), findings

    def _assess(self, text: str, readings: Readings | None = None) -> Care:
        """Return the care that a phrase needs, by the shipped model alone."""
        return self._classifier.triage.assess(normalise_lines(text), readings or Readings(self._classifier.model)).care

    @cached_property
    def unseen(self) -> UnseenMessages:
        """The unseen messages.

        Raises
        ------
        ModelError
            When there are none beside the model, or they are of another one.
        """
        found = self._given or read_unseen(self._classifier.model)
        if found is None:
            raise ModelError(f"There is no {FILE} beside the model, by which own themes are learned; run `make train`.")
        return found

    @property
    def shipped_ids(self) -> tuple[str, ...]:
        """Ids of the shipped intents, in the order of their positions."""
        return self._classifier.model.catalogue.ids

    def classify_today(self, text: str) -> "Classification":
        """Return what a message is taken for by all that serves now."""
        return self.ask(text, self._classifier.classify(text), None)

    @cached_property
    def trained_texts(self) -> Mapping[str, str]:
        """The intents of the shipped utterances, by the folded text."""
        memory, ids = self._classifier.model.memory, self._classifier.model.catalogue.ids
        return {
            fold_phrase(text): ids[intent] for text, intent in zip(memory.texts, memory.intents.tolist(), strict=True)
        }

    def ask(self, text: str, found: "Classification", themes: Mapping[str, str] | None) -> "Classification":
        """Return the classification of a message with what own themes make of it.

        Parameters
        ----------
        text
            As the platform delivered it.
        found
            The shipped decision.
        themes
            Titles of the themes that there are, by id; all that were learned where None.
        """
        serving = self._serving  # once, for it may be swapped while a message is read
        if serving is None or found.vector is None or not is_open(found):
            return found
        layers = serving.layers
        plain = normalise_for_model(text)
        scores = layers.score(found.vector, *self._classifier.model.features.compute_row(plain))
        told = {layers.topics[place] for place in layers.words.find(plain)}
        return apply_verdict(found, judge(found, layers, scores, told, serving.list_allowed(themes)))

    @property
    def serve(self) -> bool:
        """Whether any own theme has phrases that were learned."""
        return self._serving is not None

    def measure(self, text: str, theme: str) -> float | None:
        """Return how far a normalised text lies above the limit of an own theme; None where it is none of these."""
        layers = self._serving.layers if self._serving else None
        if layers is None or theme not in layers.themes:
            return None
        place, model = layers.themes.index(theme), self._classifier.model
        scores = layers.score(model.encoder.encode(text), *model.features.compute_row(text))
        return float(scores[place] - layers.budget.outright[place])

    def _learn_or_read(self, topics: Sequence[OwnTopic], key: str) -> cache.LearnedPack:
        kept = cache.read_layers(self._cache, key) if self._cache else None
        if kept:
            return kept
        started = time.perf_counter()
        learned, findings = self.learn_for_report(topics)
        _LOG.info("%d own themes were learned in %.1f s.", len(learned.layers.themes), time.perf_counter() - started)
        if self._cache:
            cache.write_layers(self._cache, key, learned.layers, findings)
        return learned.layers, findings

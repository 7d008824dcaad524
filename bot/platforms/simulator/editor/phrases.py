"""What the phrases of a draft do: learned beside what serves, and shown before anybody else is answered by them."""

import threading
from typing import TYPE_CHECKING

from bot.own_themes import list_own_topics
from bot.platforms.simulator.looks import Json
from intents import ModelError, OwnThemes, PhraseError

if TYPE_CHECKING:
    from intents import Classifier, OwnTopic
    from knowledge import Knowledge

_NOT_LEARNED = "Phrases cannot be learned here yet, so a theme is found by its title. The log of the bot says why."


class DraftPhrases:
    """Learns the phrases of drafts.

    Parameters
    ----------
    classifier
        As it serves.
    """

    def __init__(self, classifier: "Classifier") -> None:
        self._classifier = classifier
        self._own_themes = OwnThemes(classifier)
        self._lock = threading.Lock()  # one draft at a time: learning one takes a second or two of a core

    def find_refusal(self, knowledge: "Knowledge") -> str:
        """Return why the phrases of a state of the packs may not serve; empty where they may."""
        try:
            self._own_themes.check(self._list_topics(knowledge))
        except PhraseError as error:
            return str(error)
        return ""

    def learn(self, knowledge: "Knowledge") -> "tuple[Classifier, str]":
        """Return a classifier that has learned a draft, and what keeps it from that; for a thread of its own."""
        with self._lock:
            try:
                self._own_themes.learn(self._list_topics(knowledge))
            except PhraseError as error:
                return self._classifier, str(error)
            except ModelError:
                return self._classifier, _NOT_LEARNED
            return self._classifier.with_own_themes(self._own_themes), ""

    def report(self, knowledge: "Knowledge", theme: str) -> Json:
        """Return what the phrases of a theme do, as an editor is shown it; for a thread of its own."""
        from intents.own.report import report_themes

        with self._lock:
            try:
                reports = report_themes(self._own_themes, self._list_topics(knowledge))
            except PhraseError as error:
                return {"not_yet": str(error)}
            except ModelError:
                return {"not_yet": _NOT_LEARNED}
        titles = {one.id: one.title for one in knowledge.themes.values()}
        found = next((one.as_dict() for one in reports if one.theme == theme), None)
        return {"report": found, "titles": titles} if found else {"not_yet": "It has no phrases of its own."}

    def _list_topics(self, knowledge: "Knowledge") -> "tuple[OwnTopic, ...]":
        return list_own_topics(knowledge, self._classifier.model.catalogue.ids)

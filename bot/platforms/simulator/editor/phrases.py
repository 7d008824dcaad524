"""What the phrases of a draft do: learned beside what serves, and shown before anybody else is answered by them."""

import re
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.own_themes import list_own_topics
from bot.platforms.simulator.looks import Json
from intents import ModelError, OwnThemes, OwnTopic, PhraseError

if TYPE_CHECKING:
    from intents import Classifier
    from knowledge import Knowledge

_COPIED = re.compile(r"an utterance of the shipped “([a-z-]+)”")
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

    def check_form(self, form: Mapping[str, Any], knowledge: "Knowledge") -> tuple[list[Json], list[Json]]:
        """Return why the phrases of a form may not serve, and what else `knowledge check` says of them.

        Parameters
        ----------
        knowledge
            As it serves, for the titles of the themes that phrases are copied from.
        """
        phrases = form.get("phrases")
        if not isinstance(phrases, list) or not phrases:
            return [], []
        theme = OwnTopic("draft", str(form.get("title") or ""), tuple(map(str, phrases)))
        try:
            found = self._own_themes.check([theme])
        except PhraseError as error:
            return [_mark(one.what, one.mend, "error") for one in error.refusals], []
        titles = {one.id: one.title for one in knowledge.themes.values()}
        said = [_say_plainly(str(one), theme.id, titles).rstrip(".").rpartition("; ") for one in found]
        return [], [_mark(what, f"{mend[:1].upper()}{mend[1:]}.", "warning") for what, _, mend in said]

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
        if found:
            found["warnings"] = [_say_plainly(one, theme, titles) for one in found["warnings"]]
        return {"report": found, "titles": titles} if found else {"not_yet": "It has no phrases of its own."}

    def _list_topics(self, knowledge: "Knowledge") -> tuple[OwnTopic, ...]:
        return list_own_topics(knowledge, self._classifier.model.catalogue.ids)


def _mark(what: str, mend: str, severity: str) -> Json:
    return {"at": ["phrases"], "what": what, "mend": mend, "severity": severity}


def _say_plainly(warning: str, theme: str, titles: Mapping[str, str]) -> str:
    """Return a warning about a theme without its id, and with the titles of others in place of theirs."""
    said = _COPIED.sub(lambda found: _name_copied(titles.get(found[1], "")), warning.removeprefix(f"{theme}: "))
    return said[:1].upper() + said[1:].replace("title and tags", "title and its words")


def _name_copied(title: str) -> str:
    return f"what the bot has learned for its own theme “{title}”" if title else "what the bot has learned already"

"""Own themes at work: what packs say of them goes to `intents` as plain data, before the packs serve."""

import logging
from collections.abc import Collection, Sequence
from pathlib import Path

import platformdirs

from intents import Classifier, ModelError, OwnThemes, OwnTopic, PhraseError
from knowledge import Knowledge, KnowledgeError, Problem

_LOG = logging.getLogger(__name__)


class OwnThemeLearner:
    """Has the own themes of each new state of the packs learned; a state whose phrases are wrong is refused.

    Parameters
    ----------
    own_themes
        Learn and serve.
    shipped
        Ids of the shipped intents; any other theme is an organisation's own.
    """

    def __init__(self, own_themes: OwnThemes, shipped: Collection[str]) -> None:
        self._own_themes = own_themes
        self._shipped = frozenset(shipped)

    def __call__(self, knowledge: Knowledge) -> None:
        """Learn the own themes of a state of the packs, a second or two after an edit; for a thread of its own.

        Raises
        ------
        KnowledgeError
            When more than a quarter of a theme's phrases are handovers; the last good state goes on serving.
        """
        try:
            findings = self._own_themes.learn(list_own_topics(knowledge, self._shipped))
        except PhraseError as error:
            theme, _, said = str(error).partition(": ")
            what, _, mend = said.partition("; ")
            problem = Problem(f"the phrases of the theme {theme}", 1, what, mend[:1].upper() + mend[1:])
            raise KnowledgeError([problem]) from error
        except ModelError as error:
            _LOG.error("Own themes are found by their names only. %s", error)
            return
        for finding in findings:
            level = logging.WARNING if finding.kind in ("handed-over", "copied") else logging.INFO
            _LOG.log(level, "%s", finding)


def list_own_topics(knowledge: Knowledge, shipped: Collection[str]) -> tuple[OwnTopic, ...]:
    """Return the themes of packs, and the lessons that packs add to shipped themes, as `intents` takes them.

    Parameters
    ----------
    shipped
        Ids of the shipped intents.
    """
    topics = []
    for theme in knowledge.themes.values():
        if theme.id not in shipped:
            tags = dict.fromkeys(tag for lesson in theme.lessons for tag in lesson.tags)
            topics.append(OwnTopic(theme.id, theme.title, theme.phrases, tuple(tags)))
            continue
        topics += [
            OwnTopic(lesson.id, lesson.title, tags=lesson.tags, extends=theme.id)
            for lesson in theme.lessons
            if lesson.id in knowledge.added_lessons
        ]
    return tuple(topics)


def load_classifier(packs: Sequence[Path]) -> tuple[Classifier, dict[str, str]]:
    """Return a classifier that asks the own themes of packs as well, and the titles of the themes by id.

    For commands that need no database; without packs nothing is read but the model.

    Raises
    ------
    KnowledgeError
        When a pack cannot be used.
    ModelError
        When the model does not fit what is installed.
    """
    shipped = Classifier.load()
    if not packs:
        return shipped, {}
    knowledge, own_themes = Knowledge.load(packs), OwnThemes(shipped, find_cache_folder())
    OwnThemeLearner(own_themes, shipped.model.catalogue.ids)(knowledge)
    titles = {theme.id: theme.title for theme in knowledge.themes.values()}
    return shipped.with_own_themes(own_themes), titles


def find_cache_folder() -> Path | None:
    """Return the folder in which what was learned is kept for the next start; None where there is no home folder."""
    try:
        return platformdirs.user_state_path("small-steps") / "own-themes"
    except RuntimeError:
        return None

"""Own themes at work: what packs say of them goes to `intents` as plain data, before the packs serve."""

import logging
from collections.abc import Collection, Sequence
from pathlib import Path

import platformdirs

from intents import Classifier, ModelError, OwnThemes, OwnTopic, PhraseError
from intents.catalogue import Catalogue
from intents.model import load_catalogue
from knowledge import Knowledge, KnowledgeError, LiveKnowledge, PackSource, Problem

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
            raise KnowledgeError(_list_problems(error)) from error
        except ModelError as error:
            _LOG.error("Own themes are found by their names only. %s", error)
            return
        for finding in findings:
            level = logging.WARNING if finding.kind in ("handed-over", "copied") else logging.INFO
            _LOG.log(level, "%s", finding)


def check_own_phrases(knowledge: Knowledge) -> None:
    """Refuse own themes whose phrases could not be learned, as a running bot would refuse them; for a command.

    Raises
    ------
    KnowledgeError
        When more than a quarter of a theme's phrases are handovers.
    """
    topics = list_own_topics(knowledge, load_catalogue().ids)
    if not any(topic.phrases for topic in topics):
        return
    try:
        OwnThemes(Classifier.load()).check(topics)
    except PhraseError as error:
        raise KnowledgeError(_list_problems(error)) from error


def _list_problems(error: PhraseError) -> list[Problem]:
    return [Problem(f"the phrases of the theme {one.theme}", 1, one.what, one.mend) for one in error.refusals]


def check_model_themes(knowledge: Knowledge, catalogue: Catalogue) -> None:
    """Refuse a model that would answer with a theme of which there is no lesson.

    Such a model was trained with a pack (`train --pack`) that is no longer named.

    Parameters
    ----------
    catalogue
        The intents that the model was trained with.

    Raises
    ------
    ModelError
        One sentence with the themes and how to mend it.
    """
    lost = [one.id for one in catalogue.intents.values() if one.kind == "theme" and one.id not in knowledge.themes]
    if lost:
        raise ModelError(
            f"The model was trained with a pack that is missing, for no pack holds {', '.join(lost)}; "
            "name that pack in SMALL_STEPS_PACKS, or put the model that came with Small Steps back."
        )


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


def load_classifier(packs: Sequence[Path], source: PackSource) -> tuple[Classifier, dict[str, str]]:
    """Return a classifier that asks the own themes of packs as well, and the titles of the themes by id.

    Without packs nothing is read but the model.

    Parameters
    ----------
    packs
        The operators' directories.
    source
        Of what editors published; what is wrong in it is left out and told, as when the bot starts.

    Raises
    ------
    KnowledgeError
        When a directory cannot be used.
    ModelError
        When the model does not fit what is installed.
    """
    shipped = Classifier.load()
    if not packs and not source.get_pack():
        return shipped, {}
    own_themes = OwnThemes(shipped, find_cache_folder())
    learner = OwnThemeLearner(own_themes, shipped.model.catalogue.ids)
    knowledge = LiveKnowledge(packs, source=source, learn=learner)()
    titles = {theme.id: theme.title for theme in knowledge.themes.values()}
    return shipped.with_own_themes(own_themes), titles


def find_cache_folder() -> Path | None:
    """Return the folder in which what was learned is kept for the next start; None where there is no home folder."""
    try:
        return platformdirs.user_state_path("small-steps") / "own-themes"
    except RuntimeError:
        return None

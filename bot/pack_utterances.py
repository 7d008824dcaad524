"""Own themes as intents of a training: for whoever has hundreds of phrases, and a model of their own."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import yaml

from bot.diagnostics import OperatorError
from bot.own_themes import list_own_topics
from intents import Classifier, OwnThemes, PhraseError
from intents.corpus import UTTERANCES
from knowledge import Knowledge

_NEVER_LEARNED = ("handed-over", "copied")
_WRITER = "pack"


def write_utterances(packs: Sequence[Path], folder: Path) -> dict[str, int]:
    """Write the shipped utterances, and the phrases of packs' own themes, as one corpus; return phrases by theme.

    A phrase that people must answer, or that is an utterance of ours, is left out: no training may unlearn a handover.

    Parameters
    ----------
    folder
        Where the corpus goes; it is made.

    Raises
    ------
    KnowledgeError
        When a pack cannot be used.
    OperatorError
        When the packs have no phrases, or more than a quarter of a theme's are handed over.
    """
    shipped = Classifier.load()
    knowledge = Knowledge.load(packs)
    topics = [one for one in list_own_topics(knowledge, shipped.model.catalogue.ids) if one.phrases]
    if not topics:
        raise OperatorError("These packs have no theme of their own with phrases, so there is nothing more to learn.")
    try:
        found = OwnThemes(shipped).check(topics)
    except PhraseError as error:
        raise OperatorError(str(error)) from error
    left_out = {(one.theme, one.phrase) for one in found if one.kind in _NEVER_LEARNED}
    shutil.copytree(UTTERANCES, folder)
    counts = {}
    for topic in topics:
        phrases = [one for one in dict.fromkeys(topic.phrases) if (topic.id, one) not in left_out]
        content = {
            "intent": topic.id,
            "kind": "theme",
            "title": topic.title,
            "names": [],
            "about": knowledge.themes[topic.id].about,
            "utterances": {_WRITER: {"editor": phrases}},
        }
        text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
        (folder / f"{topic.id}.yaml").write_text(text, encoding="utf-8")
        counts[topic.id] = len(phrases)
    return counts

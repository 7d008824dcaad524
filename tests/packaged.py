"""What we ship, read once a process: it never changes, and each reading takes a tenth of a second to half of one."""

from functools import cache

from intents import Classifier, corpus
from intents.own.unseen import UnseenMessages, build_unseen, read_unseen
from knowledge import Knowledge, LiveKnowledge


@cache
def packaged_classifier() -> Classifier:
    """Read the model that we ship."""
    return Classifier.load()


@cache
def packaged_pack() -> Knowledge:
    """Read our own pack, without the encoder that finds which lesson suits which words."""
    return Knowledge.load()


@cache
def packaged_knowledge() -> LiveKnowledge:
    """Read our own pack, and find out as `serve` does which lesson suits which words."""
    live = LiveKnowledge(encode=packaged_classifier().encode_known)
    live().choose("listening", "Nobody listens.")
    return live


@cache
def packaged_unseen() -> UnseenMessages:
    """Read the messages by which own themes are learned.

    Where there are none beside the model, as before it is trained again, a fifth of the validation messages stand in.
    """
    classifier = packaged_classifier()
    catalogue = classifier.model.catalogue
    found = read_unseen(classifier.model)
    return found or build_unseen(classifier, corpus.load_held_out(catalogue, corpus.VALIDATION)[::5])

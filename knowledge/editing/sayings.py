"""Checks of words to say in one situation: length, plain words, ours, and nothing said twice."""

from collections.abc import Iterator

from knowledge.editing.depth import MOST_SENTENCES, count_sentences
from knowledge.editing.own_words import Positions, check_text
from knowledge.editing.wording import check_length, check_words, find_repeats
from knowledge.packs import Contents
from knowledge.problems import Problem

_WORDS = (10, 60)


def check_sayings(contents: Contents, positions: Positions) -> Iterator[Problem]:
    """Yield every problem of words to say.

    Parameters
    ----------
    positions
        Where in the sources runs of words stand, from `own_words.index_passages`.
    """
    for saying, origin in contents.sayings:
        yield from check_length(origin, ("say",), "words to say", saying.say, _WORDS)
        yield from check_words(origin, ("say",), saying.say)
        yield from check_text(origin, ("say",), saying.say, positions)
        if (count := count_sentences(saying.say)) > MOST_SENTENCES:
            yield origin.build_problem(("say",), f"there are {count} sentences to say", "Make it one to three.")
    yield from find_repeats("words to say", [(origin, ("say",), saying.say) for saying, origin in contents.sayings])

"""The check that our own text is ours: a run of words that stands in a source belongs in a quote."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from knowledge.editing.depth import list_own_texts
from knowledge.editing.quotes import Evidence, compute_fingerprint
from knowledge.editing.wording import remove_mentions
from knowledge.loader import Location
from knowledge.models import Lesson
from knowledge.packs import ContentOrigin, Contents, PassageKey
from knowledge.problems import Problem

MOST_SHARED = 7  # words and marks in a row that our text may share with a source
_WINDOW = 5  # words and marks behind one hash

Positions = Mapping[str, tuple[tuple[PassageKey, int], ...]]


def check_own_words(contents: Contents, evidence: Evidence) -> Iterator[Problem]:
    """Yield each text of ours that repeats a run of a source's words outside quotation marks."""
    positions = index_passages(evidence)
    for _, lesson, origin in contents.list_lessons():
        for at, text in _list_texts(lesson):
            depth = contents.find_part_origin(lesson.id, str(at[0])) if at[0] in lesson.list_parts() else origin
            yield from check_text(depth, at, text, positions)


def check_text(origin: ContentOrigin, at: Location, text: str, positions: Positions) -> Iterator[Problem]:
    """Yield a problem where a text repeats a run of a source's words outside quotation marks.

    Parameters
    ----------
    positions
        Where in the sources runs of words stand, from `index_passages`.
    """
    if found := _find_shared(text, positions):
        source, passage = found
        what = f"more than {MOST_SHARED} words in a row are those of passage {passage} of {source}"
        yield origin.build_problem(at, what, "Say it in your own words, or put them in quotation marks.")


def _list_texts(lesson: Lesson) -> Iterator[tuple[Location, str]]:
    yield ("lesson",), lesson.lesson
    for number, text in enumerate(lesson.nudge_texts):
        yield ("nudges", number), text
    yield from list_own_texts(lesson)


def index_passages(evidence: Evidence) -> Positions:
    """Return where in the sources each run of words stands."""
    found: defaultdict[str, list[tuple[PassageKey, int]]] = defaultdict(list)
    for key, hashes in evidence.fingerprints.items():
        for at, one in enumerate(hashes):
            found[one].append((key, at))
    return {one: tuple(places) for one, places in found.items()}


def _find_shared(text: str, positions: Positions) -> PassageKey | None:
    """Return the passage with which a text shares too long a run; None where there is none."""
    runs: dict[tuple[PassageKey, int], int] = {}
    for one in compute_fingerprint(remove_mentions(text)):
        # A run goes on where the passage's next hash is the text's next.
        runs = {(key, at + 1): runs.get((key, at), 0) + 1 for key, at in positions.get(one, ())}
        for (key, _), length in runs.items():
            if length + _WINDOW - 1 > MOST_SHARED:
                return key
    return None

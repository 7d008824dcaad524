"""The choice of a lesson within a theme, and its reasons."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.audience import ANYBODY, Audience
from knowledge.lesson_fields import Nudge
from knowledge.models import Lesson, Selection, Source, Theme
from knowledge.similarity import TextIndex, split_content_words

_STEP = 0.05  # fits closer than this are as good as equal: variety decides between them
_FOR_THEM = 2  # steps of fit that a small step made for this reader weighs
_RUNNERS_UP = 2
_WORDS = 3


@dataclass(frozen=True, slots=True)
class Fit:
    """Similarity of a lesson to a message, 0 to 1, and the words that both share where the reader sees them.

    Parameters
    ----------
    words
        Weightiest first; those that stand in the lesson's tags alone are left out, for nobody could find them.
    """

    score: float
    words: tuple[str, ...]


class LessonFits:
    """Similarity of messages to lessons.

    Parameters
    ----------
    lessons
        Every lesson with its theme; how rare a word is, is judged over all of them.
    """

    def __init__(self, lessons: Sequence[tuple[Theme, Lesson]]) -> None:
        self._rows = {lesson.id: row for row, (_, lesson) in enumerate(lessons)}
        self._texts = TextIndex([_join_texts(lesson) for _, lesson in lessons])

    def compute_fits(self, theme: Theme, text: str) -> dict[str, Fit]:
        """Return the fit of a message to each lesson of a theme, by lesson id."""
        found, message = {}, self._texts.weigh_message(text)
        for lesson in theme.lessons:
            row = self._rows[lesson.id]
            shared = self._texts.list_shared_words(row, message)
            shown = set(split_content_words(f"{lesson.title} {lesson.lesson}"))
            weightiest = sorted(shared.keys() & shown, key=lambda word: (-shared[word], word))
            found[lesson.id] = Fit(self._texts.compute_similarity(row, message), tuple(weightiest[:_WORDS]))
        return found


def choose_lesson(
    theme: Theme,
    sources: Mapping[str, Source],
    fits: Mapping[str, Fit],
    seen: Sequence[str],
    seed: int,
    audience: Audience = ANYBODY,
) -> Selection:
    """Return the chosen lesson of a theme, with one of its nudges.

    Parameters
    ----------
    fits
        By lesson id; empty when there was no message to fit.
    seen
        Ids of nudges already shown, oldest first.
    audience
        Who asks: a lesson for others comes last, one with a step for them before its near equals.
    """
    times = Counter(seen)
    lessons_seen = [identity.rpartition("/")[0] for identity in seen]
    often = Counter(lessons_seen)
    latest = {identity: place for place, identity in enumerate(lessons_seen)}
    quoted = {lesson.id: lesson.source_id for lesson in theme.lessons}
    sources_seen = Counter(quoted[identity] for identity in lessons_seen if identity in quoted)

    def rank(lesson: Lesson) -> tuple[object, ...]:
        source = lesson.source_id
        fit = round(fits[lesson.id].score / _STEP) if fits else 0
        return (
            not audience.admits(lesson),
            _count_least_shown(lesson, times, audience),
            often[lesson.id],
            latest.get(lesson.id, -1),
            -(fit + _FOR_THEM * audience.count_reasons(lesson)),
            _is_satire(sources.get(source)),  # never the first thing that somebody is told without cause
            sources_seen[source],
            compute_shuffle_key(seed, lesson.id),
        )

    ranked = sorted(theme.lessons, key=rank)
    best = ranked[0]
    nudge = choose_nudge(best, seen, seed, audience)
    return Selection(
        theme=theme,
        lesson=best,
        nudge=nudge,
        source=sources.get(best.source_id),
        because=(*_list_reasons(best, fits, often), *audience.explain(nudge)),
        runners_up=tuple(ranked[1 : 1 + _RUNNERS_UP]),
    )


def _is_satire(source: Source | None) -> bool:
    return source is not None and source.kind == "satire"


def _count_least_shown(lesson: Lesson, times: Counter[str], audience: Audience) -> int:
    """Return how often the step that was shown least was shown, of those for this person, or of all for others."""
    own = [nudge for nudge in lesson.nudges if audience.suits(nudge.roles)]
    return min(times[nudge.id] for nudge in own or lesson.nudges)


def compute_shuffle_key(seed: int, identity: str) -> str:
    """Return a sort key that shuffles under a seed, the same in every process, unlike `hash`."""
    return hashlib.sha256(f"{seed}:{identity}".encode()).hexdigest()


def choose_nudge(lesson: Lesson, seen: Sequence[str] = (), seed: int = 0, audience: Audience = ANYBODY) -> Nudge:
    """Return the small step of a lesson that suits a person best, among those the one seen least."""
    often = Counter(seen)
    latest = {identity: place for place, identity in enumerate(seen)}
    return min(
        lesson.nudges,
        key=lambda nudge: (
            not audience.suits(nudge.roles),
            audience.is_too_long(nudge),
            often[nudge.id],
            latest.get(nudge.id, -1),
            not audience.names(nudge),
            audience.minutes is not None and nudge.minutes is None,
            compute_shuffle_key(seed, nudge.id),
        ),
    )


def _list_reasons(best: Lesson, fits: Mapping[str, Fit], often: Counter[str]) -> list[str]:
    reasons = []
    fit = fits.get(best.id)
    if fit and fit.words:
        reasons.append(f"It shares {_quote_words(fit.words)} with what you wrote.")
    if any(other != best.id and _is_closer(fits, other, best.id) and often[other] > often[best.id] for other in fits):
        reasons.append("Another lesson fits more closely, and this place has seen that one already.")
    elif fit and not fit.words and fit.score:
        reasons.append("It has more in common with what you wrote than most lessons of this theme.")
    if often[best.id]:
        reasons.append(
            "This place has seen every lesson of this theme; this is the one it saw least often or longest ago."
        )
    else:
        reasons.append("The lesson that you see is new to this place.")
    return reasons


def _is_closer(fits: Mapping[str, Fit], one: str, other: str) -> bool:
    return fits[one].score > fits[other].score


def _quote_words(words: Sequence[str]) -> str:
    quoted = [f"“{word}”" for word in words]
    if len(quoted) == 1:
        return f"the word {quoted[0]}"
    return f"the words {', '.join(quoted[:-1])} and {quoted[-1]}"


def _join_texts(lesson: Lesson) -> str:
    # Tags are what people with this problem say themselves, so they count twice.
    return " ".join([lesson.title, lesson.lesson, *lesson.tags, *lesson.tags, *lesson.nudge_texts])

"""The choice of a lesson within a theme, and its reasons."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from knowledge.audience import ANYBODY, Audience
from knowledge.lesson_fields import Nudge
from knowledge.meaning import Encode, LessonMeanings, Likeness, Vector
from knowledge.models import Lesson, Selection, Source, Theme
from knowledge.similarity import TextIndex, split_content_words

# Settled on half of the messages of `benchmarks/lessons.jsonl`; `python -m benchmarks.lessons` measures the other half,
# whose figures were seen once on the way.
_BY_MEANING = 1.0  # of the likeness within the theme, beside the similarity by words, 0 to 1
_CLEARLY = 0.05  # of fit; what fits closer than this to the best is its near equal, and what is new decides
_ALIKE = 0.12  # of similarity by words and half the cosine; below, a lesson has nothing to do with the message
_FOR_THEM = 0.1  # of fit, for each reason why a small step was made for this reader
_UNKNOWN = Likeness(whole=1.0, within=0.0)  # compared by words alone: nothing shows that a lesson does not fit
_RUNNERS_UP = 2
_WORDS = 3


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a lesson fits a message, and the words that both share where readers see them.

    Parameters
    ----------
    score
        Beside the other lessons of the theme, by words and by meaning.
    alike
        By itself: whether lesson and message have anything to do with each other.
    words
        Weightiest first; those that stand in the lesson's tags alone are left out, for nobody could find them.
    """

    score: float
    alike: float
    words: tuple[str, ...]


class LessonFits:
    """Fit of messages to lessons.

    Parameters
    ----------
    lessons
        Every lesson with its theme; how rare a word is, is judged over all of them.
    encode
        Returns the vector of a text; None where lessons are compared by words alone.
    """

    def __init__(self, lessons: Sequence[tuple[Theme, Lesson]], encode: Encode | None = None) -> None:
        self._rows = {lesson.id: row for row, (_, lesson) in enumerate(lessons)}
        self._texts = TextIndex([_join_texts(lesson) for _, lesson in lessons])
        self._meanings = LessonMeanings(encode) if encode else None
        self._shown: dict[str, frozenset[str]] = {}  # words that readers see, as lessons are asked for

    def prepare(self, theme: Theme) -> None:
        """Encode the lessons of a theme, so that nobody waits for it."""
        if self._meanings:
            self._meanings.prepare(theme)

    def compute_fits(self, theme: Theme, text: str, meaning: Vector | None = None) -> dict[str, Fit]:
        """Return the fit of a message to each lesson of a theme, by lesson id.

        Parameters
        ----------
        meaning
            The vector of the message; None where it has none.
        """
        found, message = {}, self._texts.weigh_message(text)
        alike = {} if self._meanings is None or meaning is None else self._meanings.compute_likeness(theme, meaning)
        # An encoder puts letters that are no words anywhere, often close to some lesson: that likeness shows nothing.
        makes_sense = meaning is None or self._texts.knows_a_word(text)
        for lesson in theme.lessons:
            row = self._rows[lesson.id]
            shared = self._texts.list_shared_words(row, message)
            weightiest = sorted(shared.keys() & self._list_shown(lesson), key=lambda word: (-shared[word], word))
            by_words, likeness = self._texts.compute_similarity(row, message), alike.get(lesson.id, _UNKNOWN)
            found[lesson.id] = Fit(
                by_words + _BY_MEANING * likeness.within,
                by_words + (likeness.whole / 2 if makes_sense else 0.0),
                tuple(weightiest[:_WORDS]),
            )
        return found

    def _list_shown(self, lesson: Lesson) -> frozenset[str]:
        if lesson.id not in self._shown:
            self._shown[lesson.id] = frozenset(split_content_words(f"{lesson.title} {lesson.lesson}"))
        return self._shown[lesson.id]


def choose_lesson(
    theme: Theme,
    sources: Mapping[str, Source],
    fits: Mapping[str, Fit],
    seen: Sequence[str],
    seed: int,
    audience: Audience = ANYBODY,
    without: Collection[str] = (),
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
    without
        Ids of lessons and nudges that are not wanted; they are chosen only where the theme holds nothing else.
    """
    wanted = tuple(one for one in theme.lessons if not _is_unwanted(one, without, audience)) or theme.lessons
    times = Counter(seen)
    lessons_seen = [identity.rpartition("/")[0] for identity in seen]
    often = Counter(lessons_seen)
    latest = {identity: place for place, identity in enumerate(lessons_seen)}
    quoted = {lesson.id: lesson.source_id for lesson in theme.lessons}
    sources_seen = Counter(quoted[identity] for identity in lessons_seen if identity in quoted)
    suited = {lesson.id: _compute_suitability(lesson, fits, audience) for lesson in theme.lessons}
    near = _find_near_equals(wanted, suited, sources, audience) if fits else frozenset()

    def rank(lesson: Lesson) -> tuple[object, ...]:
        source = lesson.source_id
        return (
            not audience.admits(lesson),
            lesson.id not in near,
            _count_least_shown(lesson, times, audience),
            often[lesson.id],
            latest.get(lesson.id, -1),
            -suited[lesson.id],
            _is_satire(sources.get(source)),  # never the first thing that somebody is told without cause
            sources_seen[source],
            compute_shuffle_key(seed, lesson.id),
        )

    ranked = sorted(wanted, key=rank)
    best = ranked[0]
    nudge = choose_nudge(best, seen, seed, audience, without)
    runners_up = sorted(ranked[1:], key=lambda lesson: -suited[lesson.id]) if fits else ranked[1:]
    return Selection(
        theme=theme,
        lesson=best,
        nudge=nudge,
        source=sources.get(best.source_id),
        because=(*_list_reasons(theme, best, fits, often), *audience.explain(nudge)),
        runners_up=tuple(runners_up[:_RUNNERS_UP]),
        fits=not fits or fits[best.id].alike >= _ALIKE,
        again=_comes_again(theme, best, fits, often),
    )


def _compute_suitability(lesson: Lesson, fits: Mapping[str, Fit], audience: Audience) -> float:
    return (fits[lesson.id].score if fits else 0.0) + _FOR_THEM * audience.count_reasons(lesson)


def _find_near_equals(
    lessons: Sequence[Lesson], suited: Mapping[str, float], sources: Mapping[str, Source], audience: Audience
) -> frozenset[str]:
    """Return the ids of the lessons that fit a message as well as any, of those that this reader may be shown.

    Satire is among them only where a theme holds nothing else: who asks is given advice, or asked back.
    """
    admitted = [lesson for lesson in lessons if audience.admits(lesson)] or lessons
    advice = [lesson for lesson in admitted if not _is_satire(sources.get(lesson.source_id))] or admitted
    best = max(suited[lesson.id] for lesson in advice)
    return frozenset(lesson.id for lesson in advice if suited[lesson.id] > best - _CLEARLY)


def _comes_again(theme: Theme, best: Lesson, fits: Mapping[str, Fit], often: Counter[str]) -> bool:
    """Return whether a lesson comes although the place has seen it and has not seen every lesson of the theme."""
    return bool(fits and often[best.id] and any(not often[lesson.id] for lesson in theme.lessons))


def _is_satire(source: Source | None) -> bool:
    return source is not None and source.kind == "satire"


def _count_least_shown(lesson: Lesson, times: Counter[str], audience: Audience) -> int:
    """Return how often the step that was shown least was shown, of those for this person, or of all for others."""
    own = [nudge for nudge in lesson.nudges if audience.suits(nudge.roles)]
    return min(times[nudge.id] for nudge in own or lesson.nudges)


def compute_shuffle_key(seed: int, identity: str) -> str:
    """Return a sort key that shuffles under a seed, the same in every process, unlike `hash`."""
    return hashlib.sha256(f"{seed}:{identity}".encode()).hexdigest()


def _is_unwanted(lesson: Lesson, without: Collection[str], audience: Audience) -> bool:
    """Return whether a lesson is not wanted, or none of its steps that are for this person."""
    own = [nudge for nudge in lesson.nudges if audience.suits(nudge.roles)] or lesson.nudges
    return lesson.id in without or all(nudge.id in without for nudge in own)


def choose_nudge(
    lesson: Lesson,
    seen: Sequence[str] = (),
    seed: int = 0,
    audience: Audience = ANYBODY,
    without: Collection[str] = (),
) -> Nudge:
    """Return the small step of a lesson that suits a person best, among those the one seen least.

    Parameters
    ----------
    without
        Ids of steps that are not wanted: one is chosen only where the lesson has no other.
    """
    often = Counter(seen)
    latest = {identity: place for place, identity in enumerate(seen)}
    return min(
        lesson.nudges,
        key=lambda nudge: (
            nudge.id in without,
            not audience.suits(nudge.roles),
            audience.is_too_long(nudge),
            often[nudge.id],
            latest.get(nudge.id, -1),
            not audience.names(nudge),
            audience.minutes is not None and nudge.minutes is None,
            compute_shuffle_key(seed, nudge.id),
        ),
    )


def _list_reasons(theme: Theme, best: Lesson, fits: Mapping[str, Fit], often: Counter[str]) -> list[str]:
    reasons = []
    fit = fits.get(best.id)
    if fit and fit.words:
        reasons.append(f"It shares {_quote_words(fit.words)} with what you wrote.")
    if any(other != best.id and _is_closer(fits, other, best.id) and often[other] > often[best.id] for other in fits):
        reasons.append("Another lesson fits more closely, and this place has seen that one already.")
    elif fit and not fit.words and fit.score > 0:
        reasons.append("It has more in common with what you wrote than most lessons of this theme.")
    if _comes_again(theme, best, fits, often):
        reasons.append("This place has seen it before, and it fits what you wrote clearly better than the others.")
    elif often[best.id]:
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

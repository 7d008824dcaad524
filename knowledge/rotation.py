"""The rotation of daily tips, computed from what a place has seen, so that no other state is stored.

The rules, hardest first. Nothing is repeated until the pool is used up. Satire comes on its own day, one
Thursday in two, which keeps it off Mondays and to once a fortnight whatever days a place subscribes to; only
when satire alone is left of a pool does it come on other days. Neighbours differ in theme and in source where
the pool allows it. Within these, what has most left comes first, so that a pool empties evenly.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import attrgetter

from knowledge.audience import ANYBODY, Audience
from knowledge.choice import compute_shuffle_key
from knowledge.lesson_fields import Nudge
from knowledge.models import Lesson, Selection, Source, Theme

_FORTNIGHT = 14
_SATIRE_DAY = 4  # day 1 of the calendar was a Monday, so this is every second Thursday
_POOLS = 256  # pools kept; each choice of themes has one


@dataclass(frozen=True, slots=True)
class _Tip:
    theme: Theme
    lesson: Lesson
    nudge: Nudge
    source: Source | None

    @property
    def source_id(self) -> str:
        """The id of the source; empty for a lesson that rests on experience alone."""
        return self.source.id if self.source else ""

    @property
    def satire(self) -> bool:
        """Whether the source is satire."""
        return self.source is not None and self.source.kind == "satire"


@dataclass(frozen=True, slots=True)
class _Tips:
    """The tips of one lesson in a pool: all of them have its theme and its source."""

    tips: tuple[_Tip, ...]
    theme: str
    source: str
    satire: bool


_Key = Callable[[_Tips], str]
TipFilter = Callable[[Lesson, Nudge], bool]  # whether a tip suits the day on which it would come
# Not functions of ours: a tip is chosen among hundreds, for every place each morning.
_theme_of: _Key = attrgetter("theme")
_source_of: _Key = attrgetter("source")


@dataclass(frozen=True, slots=True)
class _Pool:
    """The tips that a place is given from, by lesson; counted once, and not for each place.

    Parameters
    ----------
    lesson_of
        Ids of lessons by the id of a tip.
    """

    lessons: Mapping[str, _Tips]
    lesson_of: Mapping[str, str]
    themes: Mapping[str, int]
    sources: Mapping[str, int]


class TipRotation:
    """The order of the tips of all themes.

    Parameters
    ----------
    themes
        By id.
    sources
        By id.
    """

    def __init__(self, themes: Mapping[str, Theme], sources: Mapping[str, Source]) -> None:
        self._tips = {
            nudge.id: _Tip(theme, lesson, nudge, sources.get(lesson.source_id))
            for theme in themes.values()
            for lesson in theme.lessons
            for nudge in lesson.nudges
        }
        self._find_pool = lru_cache(_POOLS)(self._build_pool)

    def choose_next(
        self,
        seen: Sequence[str],
        on: date,
        themes: Collection[str],
        seed: int,
        *,
        asked: bool,
        audience: Audience = ANYBODY,
        fits: TipFilter | None = None,
    ) -> Selection:
        """Return the next tip. See `Knowledge.choose_tip`."""
        pool = self._find_pool(frozenset(themes), asked, audience)
        shown = Counter(identity for identity in seen if identity in pool.lesson_of)
        fewest = min(shown.values()) if len(shown) == len(pool.lesson_of) else 0
        left = _count_left(pool, shown, fewest)
        last = next((self._tips[identity] for identity in reversed(seen) if identity in self._tips), None)
        candidates = [(pool.lessons[lesson], count) for lesson, count in left.items() if count]

        def suits(tip: _Tip) -> bool:
            return shown[tip.nudge.id] == fewest and (fits is None or fits(tip.lesson, tip.nudge))

        if fits is not None:
            suiting = [one for one in candidates if any(map(suits, one[0].tips))]
            candidates, suits = (suiting, suits) if suiting else (candidates, lambda tip: shown[tip.nudge.id] == fewest)
        allowed = _avoid_repeating_neighbour(_prefer_dominant(_keep_to_satire_days(candidates, on, last), last), last)
        best = _choose_most_left(allowed, candidates, pool)
        tip = min(
            (tip for lesson in best for tip in lesson.tips if suits(tip)),
            key=lambda tip: compute_shuffle_key(seed, tip.nudge.id),
        )
        return Selection(tip.theme, tip.lesson, tip.nudge, tip.source, because=tuple(_list_reasons(tip, last, fewest)))

    def _build_pool(self, wanted: frozenset[str], asked: bool, audience: Audience) -> _Pool:
        tips = [tip for tip in self._tips.values() if tip.theme.id in wanted] or list(self._tips.values())
        tips = _keep_to_audience(tips, audience)
        if asked:
            tips = [tip for tip in tips if not tip.satire] or tips
        by_lesson: dict[str, list[_Tip]] = {}
        for tip in tips:
            by_lesson.setdefault(tip.lesson.id, []).append(tip)
        return _Pool(
            {
                name: _Tips(tuple(own), own[0].theme.id, own[0].source_id, own[0].satire)
                for name, own in by_lesson.items()
            },
            {tip.nudge.id: tip.lesson.id for tip in tips},
            Counter(tip.theme.id for tip in tips),
            Counter(tip.source_id for tip in tips),
        )


def _keep_to_audience(pool: list[_Tip], audience: Audience) -> list[_Tip]:
    """Return the tips for a person, those of their minutes where there are any; never none."""
    suiting = [tip for tip in pool if audience.suits(tip.nudge.roles)] or pool
    if audience.minutes is None:
        return suiting
    return [tip for tip in suiting if audience.is_short_enough(tip.nudge)] or suiting


_Left = list[tuple[_Tips, int]]  # lessons that have tips left, each with their number


def _count_left(pool: _Pool, shown: Mapping[str, int], fewest: int) -> dict[str, int]:
    """Return the number of tips of each lesson that were shown as seldom as any."""
    left = {name: len(lesson.tips) for name, lesson in pool.lessons.items()}
    for identity, times in shown.items():
        if times > fewest:
            left[pool.lesson_of[identity]] -= 1
    return left


def _keep_to_satire_days(left: _Left, on: date, last: _Tip | None) -> _Left:
    """Return satire alone on its day and no satire on others, unless nothing else is left: better than a repeat."""
    satire_due = on.toordinal() % _FORTNIGHT == _SATIRE_DAY and (last is None or not last.satire)
    return [one for one in left if one[0].satire == satire_due] or left


def _prefer_dominant(left: _Left, last: _Tip | None) -> _Left:
    """Return the source or theme that holds half of what is left, before only its own tips remain at the end."""
    total = sum(count for _, count in left)
    for key, before in ((_source_of, last and last.source_id), (_theme_of, last and last.theme.id)):
        counts = _sum_by(key, left)
        most = max(counts, key=counts.__getitem__)
        if 2 * counts[most] > total and before != most:
            return [one for one in left if key(one[0]) == most]
    return left


def _avoid_repeating_neighbour(left: _Left, last: _Tip | None) -> _Left:
    """Return the tips that differ from the last in theme and source, or in one of the two, or else all."""
    if last is None:
        return left
    other_theme = [one for one in left if one[0].theme != last.theme.id]
    other_source = [one for one in left if one[0].source != last.source_id]
    both = [one for one in other_theme if one[0].source != last.source_id]
    return both or other_theme or other_source or left


def _choose_most_left(allowed: _Left, left: _Left, pool: _Pool) -> list[_Tips]:
    """Return the lessons of which, of whose theme and of whose source the largest shares are left."""
    themes, sources = _sum_by(_theme_of, left), _sum_by(_source_of, left)
    theme_shares = {name: count / pool.themes[name] for name, count in themes.items()}
    source_shares = {name: count / pool.sources[name] for name, count in sources.items()}
    # Rounded, so that sums that differ only in their last bit are the tie they should be.
    ranks = [
        round(theme_shares[lesson.theme] + source_shares[lesson.source] + count / len(lesson.tips), 6)
        for lesson, count in allowed
    ]
    most = max(ranks)
    return [lesson for (lesson, _), rank in zip(allowed, ranks, strict=True) if rank == most]


def _sum_by(key: _Key, left: _Left) -> dict[str, int]:
    """Return the number of tips left of each theme or source."""
    counts: dict[str, int] = {}
    for lesson, count in left:
        name = key(lesson)
        counts[name] = counts.get(name, 0) + count
    return counts


def _list_reasons(tip: _Tip, last: _Tip | None, fewest: int) -> list[str]:
    if fewest:
        reasons = ["This place has seen every tip that I can give it, so they come round again."]
    else:
        reasons = ["This place has not seen it yet."]
    if last and tip.theme.id != last.theme.id and tip.source_id != last.source_id:
        reasons.append("It comes from another theme and another source than the one before it.")
    return reasons

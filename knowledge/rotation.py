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
from operator import attrgetter

from knowledge.audience import ANYBODY, Audience
from knowledge.choice import compute_shuffle_key
from knowledge.lesson_fields import Nudge
from knowledge.models import Lesson, Selection, Source, Theme

_FORTNIGHT = 14
_SATIRE_DAY = 4  # day 1 of the calendar was a Monday, so this is every second Thursday


@dataclass(frozen=True, slots=True)
class _Tip:
    theme: Theme
    lesson: Lesson
    nudge: Nudge
    source: Source


_Key = Callable[[_Tip], str]
# Not functions of ours: a tip is chosen among hundreds, for every place each morning.
_theme_of: _Key = attrgetter("theme.id")
_source_of: _Key = attrgetter("source.id")
_lesson_of: _Key = attrgetter("lesson.id")


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
            nudge.id: _Tip(theme, lesson, nudge, sources[lesson.quote.source])
            for theme in themes.values()
            for lesson in theme.lessons
            for nudge in lesson.nudges
        }

    def choose_next(
        self,
        seen: Sequence[str],
        on: date,
        themes: Collection[str],
        seed: int,
        *,
        asked: bool,
        audience: Audience = ANYBODY,
    ) -> Selection:
        """Return the next tip. See `Knowledge.choose_tip`."""
        wanted = set(themes)
        pool = [tip for tip in self._tips.values() if tip.theme.id in wanted] or list(self._tips.values())
        pool = _keep_to_audience(pool, audience)
        if asked:
            pool = [tip for tip in pool if tip.source.kind != "satire"] or pool
        often = Counter(seen)
        times = [often.get(tip.nudge.id, 0) for tip in pool]
        fewest = min(times)
        left = [tip for tip, shown in zip(pool, times, strict=True) if shown == fewest]
        last = next((self._tips[identity] for identity in reversed(seen) if identity in self._tips), None)
        allowed = _avoid_repeating_neighbour(_prefer_dominant(_keep_to_satire_days(left, on, last), last), last)
        tip = _choose_most_left(allowed, left, pool, seed)
        return Selection(tip.theme, tip.lesson, tip.nudge, tip.source, because=tuple(_list_reasons(tip, last, fewest)))


def _keep_to_audience(pool: list[_Tip], audience: Audience) -> list[_Tip]:
    """Return the tips for a person, those of their minutes where there are any; never none."""
    suiting = [tip for tip in pool if audience.suits(tip.nudge.roles)] or pool
    if audience.minutes is None:
        return suiting
    return [tip for tip in suiting if audience.is_short_enough(tip.nudge)] or suiting


def _keep_to_satire_days(left: list[_Tip], on: date, last: _Tip | None) -> list[_Tip]:
    """Return satire alone on its day and no satire on others, unless nothing else is left: better than a repeat."""
    satire_due = on.toordinal() % _FORTNIGHT == _SATIRE_DAY and (last is None or last.source.kind != "satire")
    return [tip for tip in left if (tip.source.kind == "satire") == satire_due] or left


def _prefer_dominant(left: list[_Tip], last: _Tip | None) -> list[_Tip]:
    """Return the source or theme that holds half of what is left, before only its own tips remain at the end."""
    keys: tuple[_Key, ...] = (_source_of, _theme_of)
    for key in keys:
        most, count = Counter(map(key, left)).most_common(1)[0]
        if 2 * count > len(left) and (last is None or key(last) != most):
            return [tip for tip in left if key(tip) == most]
    return left


def _avoid_repeating_neighbour(left: list[_Tip], last: _Tip | None) -> list[_Tip]:
    """Return the tips that differ from the last in theme and source, or in one of the two, or else all."""
    if last is None:
        return left
    other_theme = [tip for tip in left if tip.theme.id != last.theme.id]
    other_source = [tip for tip in left if tip.source.id != last.source.id]
    both = [tip for tip in other_theme if tip.source.id != last.source.id]
    return both or other_theme or other_source or left


def _choose_most_left(allowed: list[_Tip], left: list[_Tip], pool: list[_Tip], seed: int) -> _Tip:
    themes, sources, lessons = (_compute_shares_left(key, left, pool) for key in (_theme_of, _source_of, _lesson_of))
    # All tips of a lesson rank alike. Rounded, so that sums that differ only in their last bit are the tie they
    # should be.
    ranks = {
        name: round(themes[tip.theme.id] + sources[tip.source.id] + lessons[name], 6)
        for name, tip in {tip.lesson.id: tip for tip in allowed}.items()
    }
    most = max(ranks.values())
    return min(
        (tip for tip in allowed if ranks[tip.lesson.id] == most),
        key=lambda tip: compute_shuffle_key(seed, tip.nudge.id),
    )


def _compute_shares_left(key: _Key, left: list[_Tip], pool: list[_Tip]) -> dict[str, float]:
    """Return the share of each theme, source or lesson that is left, 0 to 1."""
    whole, rest = Counter(map(key, pool)), Counter(map(key, left))
    return {name: rest[name] / whole[name] for name in whole}


def _list_reasons(tip: _Tip, last: _Tip | None, fewest: int) -> list[str]:
    if fewest:
        reasons = ["This place has seen every tip that I can give it, so they come round again."]
    else:
        reasons = ["This place has not seen it yet."]
    if last and tip.theme.id != last.theme.id and tip.source.id != last.source.id:
        reasons.append("It comes from another theme and another source than the one before it.")
    return reasons

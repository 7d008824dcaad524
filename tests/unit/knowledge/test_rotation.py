"""A working year of tips: nothing twice, neighbours that differ, satire rarely."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.packaged import packaged_pack
from tests.work import is_under

KNOWLEDGE = packaged_pack()
# Steps for readers who have not said who they are; those for councillors, trainees and others come when they say so.
STAFF = {"manager", "clinician", "executive"}
POOL = [
    nudge.id
    for theme in KNOWLEDGE.themes.values()
    for lesson in theme.lessons
    for nudge in lesson.nudges
    if not nudge.roles or STAFF & set(nudge.roles)
]
MONDAY = date(2027, 1, 4)


def weekdays(count: int, start: date = MONDAY) -> list[date]:
    days = (start + timedelta(days=number) for number in range(count * 2))
    return [day for day in days if day.weekday() < 5][:count]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_weekday_tips_empty_the_whole_pool_before_one_is_repeated(seed: int) -> None:
    """More than a working year; neighbours always differ in theme and in source."""
    assert len(POOL) >= 264
    tips = KNOWLEDGE.choose_tips(MONDAY, weekdays(len(POOL)), seed=seed)
    assert sorted(tip.nudge.id for tip in tips) == sorted(POOL)
    for one, other in pairwise(tips):
        assert one.theme.id != other.theme.id
        assert one.source.id != other.source.id


@pytest.mark.parametrize("every_day", [True, False])
def test_satire_comes_at_most_once_a_fortnight_and_never_on_a_monday(every_day: bool) -> None:
    """Whether tips come on weekdays or every day, for as long as there is advice left."""
    days = [MONDAY + timedelta(days=number) for number in range(400)] if every_day else weekdays(400)
    tips = KNOWLEDGE.choose_tips(MONDAY, days)
    satire = [day for day, tip in zip(days, tips, strict=True) if tip.source.kind == "satire"]
    assert satire
    assert all(day.weekday() != 0 for day in satire)
    assert all((later - earlier).days >= 14 for earlier, later in pairwise(satire))


@given(
    st.lists(st.sampled_from([*sorted(KNOWLEDGE.themes), "no-such-theme"]), max_size=3),
    st.lists(st.sampled_from([*POOL, "gone/1"]), max_size=20),
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.integers(0, 1000),
)
@settings(max_examples=60)
def test_tips_is_what_tip_gives_day_after_day(themes: list[str], seen: list[str], start: date, seed: int) -> None:
    """One after the other, with what was shown remembered."""
    days = [start + timedelta(days=number) for number in range(12)]
    shown = list(seen)
    for day, tip in zip(days, KNOWLEDGE.choose_tips(start, days, seen, themes, seed), strict=True):
        assert tip == KNOWLEDGE.choose_tip(shown, day, themes, seed)
        shown.append(tip.nudge.id)


@given(
    st.sets(st.sampled_from(sorted(KNOWLEDGE.themes)), min_size=1, max_size=3),
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
)
@settings(max_examples=60)
def test_a_filter_of_any_size_repeats_nothing_until_its_pool_is_used_up(themes: set[str], start: date) -> None:
    """Only its themes come, and the second round has every tip again."""
    ids = {n.id for theme in themes for lesson in KNOWLEDGE.themes[theme].lessons for n in lesson.nudges}
    pool = [identity for identity in POOL if identity in ids]
    shown = [tip.nudge.id for tip in KNOWLEDGE.choose_tips(start, weekdays(2 * len(pool), start), themes=themes)]
    assert sorted(shown[: len(pool)]) == sorted(pool)
    assert sorted(shown[len(pool) :]) == sorted(pool)


@pytest.mark.parametrize("day", [MONDAY + timedelta(days=number) for number in range(14)], ids=str)
def test_a_tip_that_is_asked_for_is_never_satire(day: date) -> None:
    """However often somebody asks, on whatever day of the fortnight."""
    seen: list[str] = []
    for _ in range(12):
        tip = KNOWLEDGE.choose_tip(seen, day, asked=True)
        assert tip.source.kind == "advice"
        seen.append(tip.nudge.id)


def test_tips_that_are_asked_for_come_round_again_without_satire() -> None:
    """When the advice of a theme is used up."""
    advice = [
        nudge.id
        for lesson in KNOWLEDGE.themes["clinical-engagement"].lessons
        if KNOWLEDGE.sources[lesson.quote.source].kind == "advice"
        for nudge in lesson.nudges
        if nudge.id in POOL
    ]
    seen: list[str] = []
    for _ in range(2 * len(advice)):
        seen.append(KNOWLEDGE.choose_tip(seen, MONDAY, ["clinical-engagement"], asked=True).nudge.id)
    assert sorted(seen) == sorted(2 * advice)


def test_two_tips_on_the_day_of_satire_are_not_both_satire() -> None:
    """Where a place gets more than one."""
    days = [MONDAY + timedelta(days=number) for number in range(14)]
    firsts = {day: KNOWLEDGE.choose_tip([], day) for day in days}
    day, first = next((day, tip) for day, tip in firsts.items() if tip.source.kind == "satire")
    assert KNOWLEDGE.choose_tip([first.nudge.id], day).source.kind == "advice"


def test_two_places_get_different_orders() -> None:
    """The seed of a place is its own."""
    orders = {tuple(tip.nudge.id for tip in KNOWLEDGE.choose_tips(MONDAY, weekdays(5), seed=seed)) for seed in range(6)}
    assert len(orders) == 6


def test_days_before_the_start_are_left_out() -> None:
    """However they are ordered."""
    days = weekdays(4)
    assert len(KNOWLEDGE.choose_tips(days[2], list(reversed(days)))) == 2


def test_a_tip_is_quick_for_a_place_that_has_seen_a_year() -> None:
    """Under 20 milliseconds, as a mean of many."""
    seen = [tip.nudge.id for tip in KNOWLEDGE.choose_tips(MONDAY, weekdays(260))]
    KNOWLEDGE.choose_tip(seen, MONDAY)

    assert is_under(0.02 * 21, lambda: [KNOWLEDGE.choose_tip(seen, MONDAY) for _ in range(21)])


def test_tips_for_a_councillor_take_in_every_step_for_councillors_and_none_for_others() -> None:
    """The pool of a role is what names it and what is for everybody."""
    nudges = [n for theme in KNOWLEDGE.themes.values() for lesson in theme.lessons for n in lesson.nudges]
    pool = [nudge.id for nudge in nudges if not nudge.roles or "councillor" in nudge.roles]
    shown: list[str] = []
    for day in weekdays(len(pool)):
        shown.append(KNOWLEDGE.choose_tip(shown, day, role="councillor").nudge.id)
    assert sorted(shown) == sorted(pool)
    assert sum("councillor" in nudge.roles for nudge in nudges) >= 25

"""Tips know the day of the week and the time of the year."""

from datetime import date

import pytest

from knowledge.lesson_fields import Nudge
from knowledge.seasons import Season, is_last_working_day_before_christmas, suits_day
from tests.packaged import packaged_pack

KNOWLEDGE = packaged_pack()
LESSON = next(iter(KNOWLEDGE.themes.values())).lessons[0]
FRIDAY, WEDNESDAY = date(2026, 12, 4), date(2026, 12, 2)


@pytest.mark.parametrize("text", ["Ask two people by Friday.", "Ring one person this week.", "Write it before Friday."])
def test_no_step_asks_for_something_by_friday_on_a_friday(text):
    nudge = Nudge("a/1", text)

    assert not suits_day(LESSON, nudge, FRIDAY)
    assert suits_day(LESSON, nudge, WEDNESDAY)


def test_nothing_heavy_comes_on_the_last_working_day_before_christmas():
    day = date(2026, 12, 24)

    assert is_last_working_day_before_christmas(day)
    assert not suits_day(LESSON, Nudge("a/1", "Hold a meeting about it.", minutes=60), day)
    assert not suits_day(LESSON, Nudge("a/1", "Do something that nobody has measured."), day)
    assert suits_day(LESSON, Nudge("a/1", "Thank one person.", minutes=5), day)


@pytest.mark.parametrize(
    ("day", "last"), [(date(2027, 12, 24), True), (date(2028, 12, 22), True), (date(2028, 12, 21), False)]
)
def test_the_last_working_day_before_christmas_is_never_at_a_weekend(day, last):
    assert is_last_working_day_before_christmas(day) is last


def test_a_time_of_the_year_may_end_in_the_next_one():
    winter = Season(id="w", title="Winter", begins="12-18", ends="01-08", source="https://example.org")

    assert winter.includes(date(2026, 12, 24))
    assert winter.includes(date(2027, 1, 8))
    assert not winter.includes(date(2026, 12, 1))


def test_each_date_of_ours_has_its_source_and_themes_that_there_are():
    assert {"staff-survey", "speak-up-month", "carers-week", "birthday", "year-end"} <= {
        one.id for one in KNOWLEDGE.seasons
    }
    for season in KNOWLEDGE.seasons:
        assert season.source.startswith("https://")
        assert set(season.themes) <= set(KNOWLEDGE.themes)

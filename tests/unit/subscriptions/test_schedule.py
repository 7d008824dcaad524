"""Due times: by the wall clock of the place, in every zone there is."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.subscriptions.schedule import EVERY_DAY, Due, Rhythm, find_next_due, is_too_late, iterate_dues, resolve_instant

LONDON = ZoneInfo("Europe/London")
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
DAYS = st.dates(date(2026, 1, 1), date(2035, 12, 31))
TIMES = st.times().map(lambda t: t.replace(second=0, microsecond=0))
WEEKDAYS = st.frozensets(st.integers(0, 6), min_size=1)


def first(count: int, rhythm: Rhythm, after: datetime) -> list[Due]:
    return list(islice(iterate_dues(rhythm, after), count))


def test_nine_stays_nine_when_the_clocks_change():
    rhythm = Rhythm(time(9), "Europe/London", EVERY_DAY)
    before = datetime(2026, 3, 28, 0, 0, tzinfo=UTC)

    dues = first(3, rhythm, before)

    assert [due.at.hour for due in dues] == [9, 8, 8]  # UTC
    assert {due.at.astimezone(LONDON).time() for due in dues} == {time(9)}


def test_a_time_that_does_not_exist_is_moved_forward_by_the_gap():
    found = resolve_instant(date(2026, 3, 29), time(1, 30), LONDON)

    assert found.astimezone(LONDON).time() == time(2, 30)


def test_a_time_that_comes_twice_is_taken_once_at_its_first_coming():
    found = list(
        islice(iterate_dues(Rhythm(time(1, 30), "Europe/London", EVERY_DAY), datetime(2026, 10, 24, 12, tzinfo=UTC)), 2)
    )

    assert found[0].at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert found[1].day == date(2026, 10, 26)


def test_a_gap_over_midnight_leaves_the_tip_with_its_day():
    """In Nuuk the clocks jump from 23:00 on Saturday to midnight."""
    due = find_next_due(Rhythm(time(23, 30), "America/Nuuk", EVERY_DAY), datetime(2026, 3, 28, 12, tzinfo=UTC))

    assert due.day == date(2026, 3, 28)
    assert due.at.astimezone(ZoneInfo("America/Nuuk")).isoformat() == "2026-03-29T00:30:00-01:00"


def test_a_day_that_a_place_leaves_out_has_no_tip():
    """Samoa had no 30 December 2011."""
    found = list(
        islice(iterate_dues(Rhythm(time(9), "Pacific/Apia", EVERY_DAY), datetime(2011, 12, 29, 0, 0, tzinfo=UTC)), 3)
    )

    assert [due.day.day for due in found] == [29, 31, 1]


def test_a_pause_puts_off_the_next_tip():
    rhythm = Rhythm(time(9), "Europe/London")

    assert find_next_due(rhythm, datetime(2026, 2, 1, tzinfo=UTC), date(2026, 3, 3)).day == date(2026, 3, 3)


def test_three_hours_late_is_posted_and_longer_is_not():
    due = datetime(2026, 3, 28, 9, tzinfo=UTC)

    assert not is_too_late(due, due + timedelta(hours=3))
    assert is_too_late(due, due + timedelta(hours=3, seconds=1))


def test_a_rhythm_without_a_day_is_refused():
    with pytest.raises(ValueError, match="at least one day"):
        Rhythm(time(9), "Europe/London", frozenset())


@given(st.sampled_from(ZONES), DAYS, TIMES, WEEKDAYS)
@settings(max_examples=400)
def test_in_every_zone_each_wanted_day_has_exactly_one_instant_in_order(zone, day, at, weekdays):
    after = datetime.combine(day, time(0), tzinfo=UTC)
    dues = first(10, Rhythm(at, zone, weekdays), after)

    assert all(due.at > after for due in dues)
    assert all(due.day.weekday() in weekdays for due in dues)
    for earlier, later in pairwise(dues):
        assert earlier.at < later.at
        between = [earlier.day + timedelta(days=n) for n in range(1, (later.day - earlier.day).days)]
        assert not any(d.weekday() in weekdays for d in between)


@example("America/Rainy_River", date(2032, 3, 14), time(2, fold=1))
@given(st.sampled_from(ZONES), DAYS, TIMES)
@settings(max_examples=400)
def test_in_every_zone_the_wall_clock_shows_the_time_asked_for_unless_that_day_jumps_over_it(zone, day, at):
    local = ZoneInfo(zone)
    shown = resolve_instant(day, at, local).astimezone(local)
    moved = shown.replace(tzinfo=None) - datetime.combine(day, at)

    assert timedelta(0) <= moved <= timedelta(hours=2)
    if moved:  # the clocks jumped exactly this far that day
        assert shown.utcoffset() - (shown - timedelta(hours=3)).astimezone(UTC).astimezone(local).utcoffset() == moved
    assert shown.fold == 0


def clock(zone: ZoneInfo) -> tuple[object, ...]:
    """Say what a zone's clock shows in the ten years: its offset at first, and each later one with its exact minute."""
    at, step = datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=5)
    found: list[object] = [at.astimezone(zone).utcoffset()]
    while at.year < 2036:
        early, late = at, at + step
        offset = late.astimezone(zone).utcoffset()
        if offset != early.astimezone(zone).utcoffset():
            while late - early > timedelta(minutes=1):
                middle = early + timedelta(minutes=(late - early) // timedelta(minutes=2))
                early, late = (early, middle) if middle.astimezone(zone).utcoffset() == offset else (middle, late)
            found.append((late, offset))
        at += step
    return tuple(found)


@pytest.fixture(scope="module")
def clocks() -> dict[tuple[object, ...], str]:
    """One zone for each clock that there is: many a zone is another one's under a second name."""
    return {clock(ZoneInfo(zone)): zone for zone in ZONES}


def test_ten_years_of_sundays_in_every_zone_in_the_hour_in_which_clocks_change(clocks):
    for zone in clocks.values():
        dues = iterate_dues(Rhythm(time(1, 30), zone, frozenset({6})), datetime(2026, 1, 1, tzinfo=UTC))
        found = [next(dues) for _ in range(520)]
        assert all((later.day - earlier.day).days == 7 and earlier.at < later.at for earlier, later in pairwise(found))


def test_ten_years_in_every_zone_each_day_around_a_change_of_the_clocks_whatever_the_hour(clocks):
    looked_at = 0
    for changes, zone in clocks.items():
        for changed, _ in changes[1:]:
            looked_at += 1
            for at in (time(0), time(0, 30), time(1, 30), time(2, 30), time(23, 30)):
                found = first(6, Rhythm(at, zone, EVERY_DAY), changed - timedelta(days=3))
                for earlier, later in pairwise(found):
                    assert (later.day - earlier.day).days == 1, (zone, at, earlier)
                    assert earlier.at < later.at, (zone, at, earlier)
    assert looked_at > 300, "hardly a clock was seen to change"

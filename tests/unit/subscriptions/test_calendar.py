"""Which tips are coming: pauses, days left out and bank holidays; and a clock that may jump."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.clock import SteadyClock
from bot.message import Place
from bot.store.subscriptions import Subscription
from bot.subscriptions.bank_holidays import find_bank_holiday
from bot.subscriptions.calendar import decide, list_coming_tips, reschedule
from bot.subscriptions.schedule import EVERY_DAY, WEEKDAYS

FRIDAY = datetime(2026, 3, 27, 8, 0, tzinfo=UTC)
SUBSCRIPTION = Subscription(
    id="s1",
    place=Place("slack", "T1", "C1"),
    owner="U1",
    at=time(9),
    zone="Europe/London",
    weekdays=WEEKDAYS,
    themes=(),
    nation="",
    state="on",
)


def days(subscription, now=FRIDAY, count=3):
    return [due.day.isoformat() for due in list_coming_tips(reschedule(subscription, now, None), now, count)]


def test_weekends_are_left_out():
    assert days(SUBSCRIPTION) == ["2026-03-27", "2026-03-30", "2026-03-31"]


@pytest.mark.parametrize(
    ("nation", "day", "left_out"),
    [
        ("England", date(2026, 4, 6), True),  # Easter Monday
        ("Scotland", date(2026, 4, 6), False),
        ("Scotland", date(2026, 11, 30), True),  # St Andrew's Day
        ("Northern Ireland", date(2026, 3, 17), True),  # St Patrick's Day
        ("Wales", date(2026, 3, 17), False),
        ("", date(2026, 12, 25), False),
    ],
)
def test_each_nation_has_its_own_bank_holidays(nation, day, left_out):
    assert bool(find_bank_holiday(nation, day)) is left_out


def test_a_bank_holiday_is_skipped_with_its_name():
    due = reschedule(replace(SUBSCRIPTION, nation="England"), datetime(2026, 4, 5, tzinfo=UTC), None)

    decision = decide(due, due.next_due)

    assert decision.state == "skipped"
    assert decision.reason.startswith("bank holiday: Easter Monday")
    assert decision.next_day == date(2026, 4, 7)


def test_a_pause_puts_everything_off_and_one_without_end_for_good():
    assert days(replace(SUBSCRIPTION, paused_until=date(2026, 4, 8)), count=1) == ["2026-04-08"]
    assert days(replace(SUBSCRIPTION, paused_until=date.max)) == []


def test_a_day_asked_to_be_left_out_is():
    assert days(replace(SUBSCRIPTION, skip_day=date(2026, 3, 27)), count=1) == ["2026-03-30"]


def test_a_change_of_time_brings_no_second_tip_on_a_day():
    changed = reschedule(replace(SUBSCRIPTION, at=time(18)), FRIDAY, last_day=date(2026, 3, 27))

    assert changed.next_day == date(2026, 3, 30)


def test_what_is_off_is_never_due():
    assert reschedule(replace(SUBSCRIPTION, state="off"), FRIDAY, None).next_due is None
    with pytest.raises(ValueError, match="nothing is due"):
        decide(SUBSCRIPTION, FRIDAY)


def test_the_day_the_clocks_change_is_due_once_at_nine():
    sunday = reschedule(replace(SUBSCRIPTION, weekdays=EVERY_DAY), datetime(2026, 3, 28, 12, tzinfo=UTC), None)

    decision = decide(sunday, sunday.next_due)

    assert sunday.next_due == datetime(2026, 3, 29, 8, tzinfo=UTC)
    assert (decision.state, decision.next_due) == ("due", datetime(2026, 3, 30, 8, tzinfo=UTC))


class JumpingClock:
    def __init__(self) -> None:
        self.wall, self.ticks = FRIDAY, 0.0

    def go(self, seconds: float, jump: timedelta = timedelta(0)) -> None:
        self.wall += timedelta(seconds=seconds) + jump
        self.ticks += seconds


def test_a_clock_that_jumps_ahead_is_not_believed_until_it_has_settled():
    clock = JumpingClock()
    steady = SteadyClock(lambda: clock.wall, lambda: clock.ticks)
    clock.go(60)
    assert steady.now() == clock.wall
    clock.go(60, timedelta(days=3))
    assert steady.now() is None
    clock.go(60)
    assert steady.now() is None
    clock.go(61)
    assert steady.now() == clock.wall


def test_a_clock_that_is_set_right_again_is_believed_at_once():
    clock = JumpingClock()
    steady = SteadyClock(lambda: clock.wall, lambda: clock.ticks)
    clock.go(60, timedelta(days=3))
    assert steady.now() is None
    clock.go(60, timedelta(days=-3))
    assert steady.now() == clock.wall

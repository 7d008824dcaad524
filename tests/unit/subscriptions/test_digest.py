"""The monthly digest: which words ask for it, when it comes, and what it never shows."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.digests import MonthCounts
from bot.subscriptions.bank_holidays import find_bank_holiday
from bot.subscriptions.digest_dates import find_month_before, find_next_digest
from bot.subscriptions.digest_responses import build_digest
from bot.subscriptions.digest_words import SHOW, START, STOP, DigestRequest, read_digest_request

LONDON = "Europe/London"
OCTOBER = date(2026, 10, 1)
TITLES = {"listening": "Listening", "trust": "Trust", "pace": "Pace", "learning": "Learning", "data": "Data"}
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "command", "typed"),
    [
        ("digest", SHOW, True),
        ("Digest on", START, True),
        ("digest off.", STOP, True),
        ("Can you post a monthly digest here please?", START, False),
        ("send us the figures every month", START, False),
        ("We'd like a digest each month", START, False),
        ("please stop the monthly digest", STOP, False),
        ("no more digests here, thanks", STOP, False),
        ("we don’t want the digest any more", STOP, False),
        ("when does the next digest come?", SHOW, False),
        ("is there a monthly digest here?", SHOW, False),
    ],
)
def test_a_digest_is_asked_for_in_ones_own_words(text, command, typed):
    """A command is carried out; a sentence is read whole, and asked about first."""
    assert read_digest_request(text) == DigestRequest(command, typed)


@pytest.mark.parametrize(
    "text",
    [
        "our monthly report to the board is never read",
        "the board wants a digest of every incident",
        "send us a tip every month",
        "people stop reading the monthly figures and blame the team",
        "I can’t digest what my manager said",
        "we count the steps every month",
        "figures",
        "",
    ],
)
def test_a_sentence_about_work_asks_for_no_digest(text):
    """A word that has no place in a request makes it a sentence about something else."""
    assert read_digest_request(text) is None


@given(INSTANTS, st.sampled_from(["", "England", "Scotland"]), st.sampled_from([LONDON, "America/New_York", "UTC"]))
def test_one_digest_comes_in_each_month_at_ten_on_its_first_working_day(after, nation, zone):
    """The next one is later than now, on a working day with none before it in its month, and no month is left out."""
    due = find_next_digest(zone, nation, after)
    local = due.astimezone(ZoneInfo(zone))
    following = find_next_digest(zone, nation, due).astimezone(ZoneInfo(zone))

    assert due > after
    assert (local.hour, local.minute) == (10, 0)
    earlier = [local.date().replace(day=number) for number in range(1, local.day)]
    assert not is_off(local.date(), nation)
    assert all(is_off(day, nation) for day in earlier)
    assert following.year * 12 + following.month == local.year * 12 + local.month + 1


def is_off(day: date, nation: str) -> bool:
    return day.weekday() >= 5 or bool(nation and find_bank_holiday(nation, day))


def test_new_years_day_is_left_out():
    assert find_next_digest(LONDON, "Scotland", datetime(2026, 12, 20, tzinfo=UTC)) == datetime(
        2027, 1, 5, 10, tzinfo=UTC
    )


@given(INSTANTS)
def test_a_digest_is_about_the_whole_month_before(due):
    """The months of two digests that follow one another meet and do not overlap."""
    first, since, before = find_month_before(due, LONDON)
    _, since_next, _ = find_month_before(before + timedelta(days=40), LONDON)

    assert since < before <= due
    assert since_next == before
    assert since.astimezone(ZoneInfo(LONDON)).date() == first


def test_it_says_what_was_taken_on_done_and_asked_most():
    counts = MonthCounts(31, 19, {"listening": 12, "trust": 7, "pace": 5, "learning": 9, "data": 4, "gone": 50})

    said = build_digest(OCTOBER, counts, TITLES)

    assert said is not None
    assert said.paragraphs[0].startswith("October 2026 here, in counts alone")
    assert said.bullets == (
        "31 small steps taken on, 19 done.",
        "Asked most: Listening (12 times), Learning (9 times), Trust (7 times).",
    )


@given(
    st.integers(0, 60).flatmap(lambda taken: st.tuples(st.just(taken), st.integers(0, taken))),
    st.dictionaries(st.sampled_from([*TITLES, "no-theme"]), st.integers(0, 40)),
)
def test_no_count_under_five_and_none_that_follows_from_two_is_shown(steps, asked):
    """Neither a figure nor the difference between those taken on and those done is from one to four."""
    said = build_digest(OCTOBER, MonthCounts(*steps, asked), TITLES)
    figures = [[int(one) for one in re.findall(r"\d+", line)] for line in (said.bullets if said else ())]

    assert all(figure >= 5 for line in figures for figure in line)
    if figures and len(figures[0]) == 2 and "taken on" in said.bullets[0]:
        assert figures[0][0] - figures[0][1] >= 5
    if steps[0] < 5 and all(count < 5 for name, count in asked.items() if name in TITLES):
        assert said is None

"""Tables in which nobody can be found."""

from itertools import accumulate, combinations

from hypothesis import given
from hypothesis import strategies as st

from bot.insights.tables import STEP, Headline, Insights, build_table, describe_share, round_count

WEEKS = st.lists(st.integers(min_value=0, max_value=60), min_size=2, max_size=53)


def possible(shown: int | None) -> range:
    """The counts that may stand behind a figure."""
    return range(STEP) if shown is None else range(shown, shown + STEP)


def test_counts_are_rounded_down_and_fewer_than_five_are_not_shown():
    assert [round_count(count) for count in (0, 1, 4, 5, 9, 10, 43)] == [None, None, None, 5, 5, 10, 40]


@given(st.integers(min_value=0, max_value=10_000))
def test_a_count_lies_among_those_that_may_stand_behind_its_figure(count: int):
    assert count in possible(round_count(count))


@given(WEEKS)
def test_no_two_periods_together_tell_a_count_of_one_to_four(weeks: list[int]):
    """What came in the weeks by which one period is longer than another could always be nothing, or five and more."""
    periods = [round_count(total) for total in accumulate(weeks)]
    for shorter, longer in combinations(periods, 2):
        between = {more - less for more in possible(longer) for less in possible(shorter) if more >= less}
        assert 0 in between or max(between) >= STEP
        assert len(between) >= STEP


@given(st.lists(st.integers(min_value=0, max_value=60), min_size=1, max_size=4))
def test_a_sum_and_all_its_parts_but_one_do_not_tell_the_one(parts: list[int]):
    whole, (one, *others) = round_count(sum(parts)), [round_count(part) for part in parts]
    least = possible(whole)[0] - sum(possible(other)[-1] for other in others)
    most = possible(whole)[-1] - sum(possible(other)[0] for other in others)
    left = [count for count in possible(one) if least <= count <= most]
    assert len(left) > 1


def test_a_share_is_told_from_the_rounded_counts_and_only_where_there_are_enough():
    assert describe_share(31, 44) == "about 8 in 10"  # of 30 and 40
    assert describe_share(9, 19) == ""
    assert describe_share(4, 40) == ""


def test_rows_without_counts_are_left_out():
    made = build_table("By week", "", "Week", ("Lessons", "Helpful"), {"one": (9, 6), "two": (0, 0)})
    assert [row.name for row in made.rows] == ["one"]


def test_exact_counts_are_all_shown():
    made = build_table("Daily tips", "", "Week", ("Posted", "Missed"), {"one": (20, 1)}, exact=True)
    assert made.rows[0].counts == (20, 1)


def test_a_line_a_count_with_nothing_where_it_is_not_shown():
    made = build_table("By week", "", "Week", ("Lessons",), {"one": (9,), "two": (3,)})
    assert list(Insights("", (Headline("Asked", 10), Headline("Helpful", None)), (made,)).lines()) == [
        ("Headline", "Asked", "Number", "10"),
        ("Headline", "Helpful", "Number", ""),
        ("By week", "one", "Lessons", "5"),
        ("By week", "two", "Lessons", ""),
    ]

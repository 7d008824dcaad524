"""Tables in which nobody can be found."""

from hypothesis import given
from hypothesis import strategies as st

from bot.insights.tables import LEAST, Insights, build_table, hide_small_counts


def test_a_small_count_is_not_shown_and_neither_is_the_next_smallest():
    assert hide_small_counts([40, 3, 12]) == [40, None, None]


def test_two_small_counts_hide_each_other():
    assert hide_small_counts([40, 3, 2, 12]) == [40, None, None, 12]


def test_nothing_is_hidden_where_nothing_is_small():
    assert hide_small_counts([40, 0, 5]) == [40, 0, 5]


@given(st.lists(st.integers(min_value=0, max_value=60), max_size=12))
def test_no_small_count_is_ever_shown_or_left_alone_to_be_worked_out(counts: list[int]):
    shown = hide_small_counts(counts)
    assert all(count is None or count == 0 or count >= LEAST for count in shown)
    assert all(was == now for was, now in zip(counts, shown, strict=True) if now is not None)
    if shown.count(None) == 1:
        assert sum(counts) == counts[shown.index(None)]  # there is nothing else that could hide it


def test_rows_without_counts_are_left_out():
    made = build_table("By week", "", "Week", ("Lessons", "Helpful"), {"one": (9, 6), "two": (0, 0)})
    assert [row.name for row in made.rows] == ["one"]


def test_exact_counts_are_all_shown():
    made = build_table("Daily tips", "", "Week", ("Posted", "Missed"), {"one": (20, 1)}, exact=True)
    assert made.rows[0].counts == (20, 1)


def test_a_line_a_count_with_nothing_where_it_is_not_shown():
    made = build_table("By week", "", "Week", ("Lessons",), {"one": (9,), "two": (3,)})
    assert list(Insights("", (made,)).lines()) == [
        ("By week", "one", "Lessons", ""),
        ("By week", "two", "Lessons", ""),
    ]

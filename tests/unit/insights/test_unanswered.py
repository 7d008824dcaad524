"""Groups of words in questions without a lesson."""

from hypothesis import given
from hypothesis import strategies as st

from bot.insights.unanswered import group_by_words

WORDS = ("parking", "permit", "rota", "badge", "laptop", "the", "of", "[number]", "[…]")
QUESTIONS = st.lists(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join), max_size=60)


def test_questions_are_grouped_by_the_words_that_they_share():
    """A group is named by its words, two where they go together; each question counts once."""
    asked = (
        ["who gets a parking permit"] * 6 + ["no parking here"] * 2 + ["the rota for […] is late"] * 5 + ["a badge"] * 4
    )

    assert group_by_words(asked) == {"parking, permit": 8, "late, rota": 5}


@given(QUESTIONS)
def test_no_group_is_smaller_than_five_and_none_counts_a_question_twice(asked: list[str]):
    groups = group_by_words(asked)

    assert all(count >= 5 for count in groups.values())
    assert sum(groups.values()) <= len(asked)


@given(QUESTIONS)
def test_no_word_is_named_that_fewer_than_five_questions_have(asked: list[str]):
    """A word that one person used might say who it was."""
    for group in group_by_words(asked):
        for word in group.split(", "):
            assert sum(word in question.split() for question in asked) >= 5
            assert word in ("parking", "permit", "rota", "badge", "laptop")

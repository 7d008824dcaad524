"""What a turn says of a lesson: what it turns down, which part it asks for, to which earlier lesson it goes back."""

import pytest

from bot.conversation.denials import read_denial
from bot.conversation.harmless_turns import find_after_fine
from bot.conversation.mentioned import read_return_to_earlier
from bot.conversation.part_requests import asks_for_other_way, find_part

TURNED_DOWN = [
    ("They know what it costs. It's the hour of the meeting", "It's the hour of the meeting"),
    ("it isn't the rota, they are afraid of the new manager", "they are afraid of the new manager"),
    ("Nobody is asking for more money! We want a say in the rota", "We want a say in the rota"),
    ("we don't have a project board, it's three of us and a spreadsheet", "it's three of us and a spreadsheet"),
    ("I'm the one raising it, what do I tell the chair", "I'm the one raising it, what do I tell the chair"),
]
KEPT = [
    "they won't come",
    "we tried that in May and it failed",
    "it isn't clear to me, can you say it more simply",
    "nobody turns up to the meeting",
    "what if he says no?",
    "I'm not sure how to start, is there a first step",
    "not yet",
    "we have no time for it",
]


@pytest.mark.parametrize(("text", "wanted"), TURNED_DOWN)
def test_what_it_is_instead_is_read_out_of_what_is_turned_down(text: str, wanted: str):
    denial = read_denial(text)
    assert denial is not None
    assert denial.wanted == wanted
    assert not denial.drops


@pytest.mark.parametrize("text", KEPT)
def test_a_request_or_a_refusal_by_others_turns_no_lesson_down(text: str):
    assert read_denial(text) is None


def test_what_was_said_twice_is_turned_down_and_what_was_tried_only_where_something_else_is_wanted():
    assert read_denial("I have explained it to them three times") is not None
    assert read_denial("we tried that twice, what else is there") is not None
    assert read_denial("we tried that twice") is None


def test_a_subject_that_is_dropped_is_told_apart():
    denial = read_denial("Leave the surgeon. The porters are never told when a list changes")
    assert denial is not None
    assert denial.drops


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("he is rather grand, so what exactly would I say to him?", "say"),
        ("give me a good first sentence for the letter to the practice", "say"),
        ("That is honest. Has it been done anywhere?", "place"),
        ("any real example of a small ward that got its round back?", "place"),
        ("the second, and shorter please, the bus is here", "brief"),
        ("and if the chair says there is no time on the agenda?", "if_not"),
        ("we want shorter waits on the ward", None),
        ("our consultants roll their eyes at examples", None),
        ("the lines of reporting between two trusts are a mess", None),
    ],
)
def test_a_part_is_asked_for_beside_anything_else(text: str, part: str | None):
    assert find_part(text) == part


def test_something_else_is_asked_for():
    assert asks_for_other_way("we explained it in March and she went quiet. what else")
    assert not asks_for_other_way("what else they did is not known")


@pytest.mark.parametrize(
    ("text", "described"),
    [
        ("Fine. Going back to your first idea, the tea. What if they refuse?", "your first idea the tea"),
        ("can we go back to what you said first", "what you said first"),
        ("I preferred the idea about the clerks", "the idea about the clerks"),
        ("the idea about the clerks is wrong", ""),
        ("the first one. what do I say", ""),
    ],
)  # fmt: skip
def test_an_earlier_lesson_is_described(text: str, described: str):
    assert read_return_to_earlier(text)[0] == described


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Just ordinary tired, thanks. How do I get them to come?", "How do I get them to come?"),
        ("I'm OK. I don't need a helpline. What do I say?", "What do I say?"),
        ("Nobody is in danger, it's a row about a form", "it's a row about a form"),
        ("The family are fine. What now?", "What now?"),
        ("the plan is right, but nobody reads it", None),
        ("nobody is listening and I can't go on", None),
        ("I am just done with it all", None),
    ],
)
def test_who_says_that_nobody_is_in_need_is_heard_at_the_beginning(text: str, rest: str | None):
    assert find_after_fine(text) == rest

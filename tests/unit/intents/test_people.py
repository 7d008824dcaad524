"""What the figures on real people's messages count."""

from intents.corpus import PEOPLE, Utterance
from intents.evaluation.metrics import Judgement
from intents.evaluation.people import ALL, compute_slices, is_helped, split_people

KINDS = {"governance": "theme", "vision": "theme", "workforce": "theme", "out-of-scope": "out-of-scope"}


def judge(decision: str, acted_upon: str, themes: tuple[str, ...], also: tuple[str, ...] = ()) -> Judgement:
    utterance = Utterance("who decides", "governance", also, PEOPLE, "long+irony")
    return Judgement(utterance, decision, acted_upon, themes, acted_upon, 0.9)


def test_an_answer_helps_if_it_is_one_of_those_that_would_help():
    assert is_helped(judge("answer", "governance", ("governance",)))
    assert is_helped(judge("answer", "vision", ("vision",), also=("vision",)))
    assert not is_helped(judge("answer", "vision", ("vision", "governance")))  # nobody is shown the second
    assert not is_helped(judge("out-of-scope", "out-of-scope", ("governance",)))


def test_a_question_back_helps_if_it_offers_one_that_would():
    assert is_helped(judge("clarify", "vision", ("vision", "workforce", "governance")))
    assert not is_helped(judge("clarify", "vision", ("vision", "workforce")))


def test_a_message_stands_in_each_of_its_slices_and_among_all():
    slices = compute_slices([judge("answer", "vision", ("vision",))], KINDS)
    assert set(slices) == {ALL, "long", "irony"}
    assert (slices["long"].count, slices["long"].wrong, slices["long"].helped) == (1, 1, 0)


def test_messages_that_no_theme_would_help_are_counted_elsewhere():
    outside = Judgement(
        Utterance("parking", "out-of-scope", (), PEOPLE, "outside"), "clarify", "vision", (), "vision", 0.5
    )
    assert compute_slices([outside], KINDS) == {}


def test_real_people_are_told_from_writers_who_were_given_a_theme():
    given = Judgement(
        Utterance("who decides", "governance", (), "e8", "nurse"), "answer", "governance", (), "governance", 0.9
    )
    people, others = split_people([given, judge("answer", "governance", ())])
    assert [entry.utterance.writer for entry in people] == [PEOPLE]
    assert others == [given]

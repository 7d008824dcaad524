"""Whoever asks gets a step for them, that fits the minutes they have; nobody gets what is meant for others."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import ROLES, Knowledge
from tests.packaged import packaged_pack

KNOWLEDGE = packaged_pack()
FOR_ALL = "Ask one night nurse what the day shift leaves undone, and write down the answer."
FOR_COUNCILLORS = "Read what residents sent to your committee before you open the papers of the officers."
FOR_TRAINEES = "Tell one consultant what surprised you on your first night shift, and ask what surprised them."


@pytest.fixture
def knowledge(write_pack, lesson):
    """A theme of three lessons: one for all, one with a step for councillors, one for trainees alone."""
    steps = [
        {"text": FOR_COUNCILLORS, "for": ["councillor"], "minutes": "10"},
        {"text": f"{FOR_COUNCILLORS} Then ask one of them.", "for": ["councillor"], "minutes": "60"},
    ]
    trainees = [{"text": FOR_TRAINEES, "minutes": "5"}]
    theme = {
        "id": "nights",
        "title": "Nights",
        "group": "mine",
        "about": "For when you work at night.",
        "owner": "us",
        "review_by": "2027-06-30",
        "lessons": [
            lesson("nights-all", nudges=[FOR_ALL]),
            lesson("nights-council", nudges=[FOR_ALL, *steps]),
            lesson("nights-trainee", nudges=trainees, **{"for": ["trainee"]}),
        ],
    }
    pack = {"id": "mine", "title": "Mine", "groups": [{"id": "mine", "title": "Mine"}]}
    return Knowledge.load([write_pack("mine", {"pack.yaml": pack, "themes/nights.yaml": theme})])


def test_a_councillor_gets_the_lesson_with_a_step_for_councillors(knowledge):
    for seed in range(5):
        chosen = knowledge.choose("nights", seed=seed, role="councillor")
        assert (chosen.lesson.id, chosen.nudge.roles) == ("nights-council", ("councillor",))
        assert "Its step is for a councillor." in chosen.because


def test_with_ten_minutes_the_step_takes_ten_minutes(knowledge):
    for seed in range(5):
        chosen = knowledge.choose("nights", seed=seed, role="councillor", minutes=10)
        assert (chosen.nudge.id, chosen.nudge.minutes) == ("nights-council/2", 10)
        assert "Its step takes about 10 minutes." in chosen.because


def test_nobody_gets_a_step_or_a_lesson_that_is_meant_for_others(knowledge):
    for role in (None, *ROLES):
        for seen in ([], ["nights-all/1", "nights-council/1"] * 3):
            chosen = knowledge.choose("nights", seen=seen, role=role)
            assert not chosen.nudge.roles or role in chosen.nudge.roles, (role, chosen.nudge)


def test_somebody_without_time_gets_a_short_step_of_the_lesson_that_is_open(knowledge):
    assert knowledge.choose_nudge("nights-council", role="councillor", minutes=15).id == "nights-council/2"
    assert knowledge.choose_nudge("nights-council").id == "nights-council/1"
    assert knowledge.choose_nudge("nights-nothing") is None


def test_a_step_that_was_seen_gives_way_to_another_that_suits(knowledge):
    seen = ["nights-council/2"]
    assert knowledge.choose_nudge("nights-council", seen, role="councillor").id == "nights-council/3"


def test_tips_keep_to_the_reader(knowledge):
    days = [date(2026, 12, 1) + timedelta(days=day) for day in range(10)]
    for role, minutes in ((None, None), ("councillor", None), ("trainee", 5)):
        seen = []
        for day in days:
            tip = knowledge.choose_tip(seen, day, ["nights"], role=role, minutes=minutes)
            seen.append(tip.nudge.id)
            assert not tip.nudge.roles or role in tip.nudge.roles
            assert minutes is None or tip.nudge.minutes == 5


@settings(max_examples=25, deadline=None)
@given(
    theme=st.sampled_from(sorted(KNOWLEDGE.themes)),
    role=st.sampled_from((None, *ROLES)),
    minutes=st.sampled_from((None, 5, 10, 30)),
    seed=st.integers(0, 99),
)
def test_of_ours_everybody_gets_something_that_is_not_meant_for_others(theme, role, minutes, seed):
    chosen = KNOWLEDGE.choose(theme, seed=seed, role=role, minutes=minutes)
    allowed = {role} if role else {"manager", "clinician", "executive"}
    assert not chosen.nudge.roles or allowed & set(chosen.nudge.roles)


KNOWLEDGE = packaged_pack()

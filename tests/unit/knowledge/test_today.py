"""What is true today: words of the trade lead to lessons, notes say when they were checked, editors see what is due."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import Knowledge
from knowledge.editing.check import check_packs
from knowledge.editing.due import list_due_notes
from knowledge.packs import OURS, read_packs
from knowledge.problems import KnowledgeError
from tests.packaged import packaged_pack

KNOWLEDGE = packaged_pack()


@pytest.mark.parametrize(
    ("text", "lesson"),
    [
        ("how do I run a PDSA cycle?", "accepting-test-and-refine"),
        ("we need help with a stakeholder map", "reaching-out-empty-chairs"),
        ("what should we put on the agenda", "culture-change-what-leaders-discuss"),
        ("I have a difficult meeting tomorrow", "relationships-first-round-the-table"),
        ("our measurement plan", "positive-approaches-data-that-helps"),
        ("we have been put in segment 4", "special-measures-clear-direction"),
        ("our boards are merging into an ICB cluster", "systems-and-shared-leadership-two-kinds"),
        ("starting an integrated neighbourhood team", "health-and-social-care-one-story"),
        ("what do the three shifts mean for us", "vision-from-and-to"),
        ("NHS England closing", "emotions-of-change-real-loss"),
    ],
)
def test_a_word_of_the_trade_leads_to_its_lesson(text, lesson):
    found = KNOWLEDGE.find_term(text)
    assert found is not None
    assert (found.lesson.id, found.nearest) == (lesson, False)


@pytest.mark.parametrize("text", ["a driver diagram", "running a retrospective", "spread and scale", "RACI"])
def test_where_there_is_no_lesson_the_nearest_is_called_that(text):
    found = KNOWLEDGE.find_term(text)
    assert found is not None
    assert found.nearest


def test_what_changed_says_so_in_a_note():
    for text in ("segment 4", "three shifts", "ICB cluster", "end of NHS England", "neighbourhood team"):
        found = KNOWLEDGE.find_term(text)
        assert found is not None
        assert found.note


def test_an_everyday_word_counts_in_a_short_message_alone():
    long = "the printer on the second floor has eaten the agenda again and nobody from IT has come all week"
    assert KNOWLEDGE.find_term(long) is None
    assert KNOWLEDGE.find_term("no pint for me") is None
    assert KNOWLEDGE.find_term("we hire a printer") is None


@given(st.text(max_size=200))
def test_any_text_can_be_looked_up(text):
    KNOWLEDGE.find_term(text)


def test_a_term_for_a_lesson_that_is_not_there_is_left_out_and_told(write_pack):
    terms = {"terms": [{"words": ["huddle board"], "lesson": "listening-open-dor"}]}
    pack = write_pack("mine", {"terms.yaml": terms})
    found = Knowledge.load([pack]).find_term("huddle board")
    assert found is not None
    assert found.word == "huddle"
    told = [str(problem) for problem in check_packs([pack]).problems if "mine/" in problem.file]
    assert any("there is no lesson listening-open-dor. Did you mean listening-open-door?" in one for one in told)


def test_a_term_that_two_packs_claim_is_refused(write_pack):
    terms = {"terms": [{"words": ["pdsa"], "lesson": "listening-open-door"}]}
    with pytest.raises(KnowledgeError, match="the term pdsa is already in"):
        Knowledge.load([write_pack("mine", {"terms.yaml": terms})])


def test_every_note_of_ours_on_a_body_says_when_it_was_checked_where_and_until_when():
    dated = [note for note, _ in read_packs([OURS]).list_notes() if note.until]
    assert len(dated) >= 20
    assert all(note.checked and note.source for note in dated)


def test_editors_see_what_is_due_by_event():
    contents = read_packs([OURS])
    due = {one.event.id: one for one in list_due_notes(contents)}
    assert len(due["nhs-england-closes"].notes) >= 3
    assert all(":" in where for where in due["boards-merge"].notes)

    before = [p for p in check_packs(today=date(2026, 12, 1)).problems if "was expected on" in p.what]
    after = [p for p in check_packs(today=date(2027, 5, 1)).problems if "was expected on" in p.what]
    assert before == []
    assert {p.severity for p in after} == {"warning"}
    assert len(after) == 2


def test_every_theme_has_a_step_for_each_role_that_had_none():
    for theme in KNOWLEDGE.themes.values():
        nudges = [nudge for lesson in theme.lessons for nudge in lesson.nudges]
        named = {role for nudge in nudges for role in nudge.roles}
        assert {"councillor", "council-officer", "charity", "representative", "trainee", "practice"} <= named
        assert sum(nudge.minutes is not None and nudge.minutes <= 10 for nudge in nudges) >= 4


def test_groups_are_titled_by_need_and_found_under_their_older_ids(write_pack, lesson):
    titles = [group.title for group in KNOWLEDGE.groups]
    assert "People are not with us" in titles
    assert not any("satire" in title or "partnerships taught" in title for title in titles)

    theme = {
        "id": "nights",
        "title": "Nights",
        "group": "five-small-steps",
        "about": "For when you work at night.",
        "owner": "us",
        "review_by": "2099-06-30",
        "lessons": [lesson("nights-one")],
    }
    knowledge = Knowledge.load([write_pack("mine", {"themes/nights.yaml": theme})])
    assert knowledge.themes["nights"].group == "stuck-or-starting"

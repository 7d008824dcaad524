"""Depth, roles, dated notes and aliases: read from files, joined to lessons, checked, refused in sentences."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

from knowledge.editing.check import check_packs
from knowledge.library import Knowledge
from knowledge.packs import OURS
from knowledge.problems import KnowledgeError
from tests.packaged import packaged_pack

HOW = [
    "Pick one ward and one shift, and tell the nurse in charge why you are coming.",
    "Ask what gets in the way at night, and write the answer down in their words.",
    "Go back a week later, and tell them what came of it and what did not.",
]
LESSON = (
    "The night shift sees what the day shift never does. Ask them what they would change first, and come back to "
    "them in person with what became of it."
)
DEPTH = {
    "how": list(HOW),
    "say": "What did the day team leave for you last night? I will come back with an answer.",
    "if_not": " ".join(["Ask", "another", "shift", "first,", "and", "come", "back", "with", "its", "answer."] * 3),
    "brief": "Ask the night shift first, and come back to them with an answer.",
    "place": {
        "name": "Nottinghamshire",
        "text": "People there said that plans should begin with what an area needs and not with one model for all.",
        "quote": {
            "text": "… a more organic approach based on local needs rather than one that seeks a simple solution",
            "source": "kings-fund-five-steps",
            "passage": "K3",
            "speaker": "Wendy Saviour",
        },
    },
    "read": {"title": "Five small steps", "url": "https://www.kingsfund.org.uk/"},
}


@pytest.fixture
def pack(write_pack, lesson):
    """A pack that adds one lesson to a theme of ours, with a file of depth beside it."""

    def write(depth: object = None, **changes: object) -> Path:
        changes = {"lesson": LESSON} | changes
        files: dict[str, object] = {
            "themes/listening.yaml": {"extends": "listening", "lessons": [lesson("our-nights", **changes)]}
        }
        if depth:
            files["depth/listening.yaml"] = {"deepens": "listening", "lessons": [{"id": "our-nights"} | dict(depth)]}
        return write_pack("mine", files)

    return write


def find_problems(pack: Path) -> list[str]:
    """Return the problems of a pack with ours, from its own files alone."""
    return [str(one) for one in check_packs([pack]).problems if "mine/" in one.file]


def test_a_file_of_depth_deepens_a_lesson_of_its_theme(pack):
    knowledge = Knowledge.load([pack(DEPTH)])
    found = knowledge.find_lesson("our-nights")
    assert found is not None
    lesson = found[1]

    assert lesson.list_parts() == ("how", "say", "if_not", "brief", "place", "read")
    assert lesson.how == tuple(HOW)
    assert lesson.place is not None
    assert lesson.place.quote.speaker == "Wendy Saviour"
    assert lesson.read is not None
    assert lesson.read.url == "https://www.kingsfund.org.uk/"


def test_a_lesson_says_whose_words_and_moves_it_has(pack):
    found = Knowledge.load([pack(DEPTH | {"words_for": ["charity", "without-say"]})]).find_lesson("our-nights")
    assert found is not None
    assert found[1].words_for == ("charity", "without-say")
    assert find_problems(pack(DEPTH | {"words_for": ["charity"]})) == []


def test_whose_words_they_are_may_stand_in_the_lesson_itself(pack):
    found = Knowledge.load([pack(words_for=["leading"], **DEPTH)]).find_lesson("our-nights")
    assert found is not None
    assert found[1].words_for == ("leading",)


@pytest.mark.parametrize(
    ("depth", "said"),
    [
        (DEPTH | {"words_for": ["leading", "without-say"]}, "names both sides of a change"),
        (DEPTH | {"words_for": ["charity", "charity"]}, "names the same twice"),
        ({"brief": DEPTH["brief"], "words_for": ["charity"]}, "there is neither `say` nor `how`"),
        (DEPTH | {"words_for": ["porters"]}, "'without-say' or 'leading'"),
    ],
)
def test_whose_words_it_has_is_checked(pack, depth: dict[str, object], said: str):
    problems = find_problems(pack(depth))
    assert len(problems) == 1
    assert said in problems[0]


def test_whose_words_it_has_stands_in_one_place(pack):
    problems = find_problems(pack({"words_for": ["charity"]}, words_for=["leading"], say=DEPTH["say"]))
    assert len(problems) == 1
    assert "nothing is overridden" in problems[0]


def test_the_words_of_our_lessons_are_on_both_sides():
    named = Counter(
        seat for theme in Knowledge.load().themes.values() for one in theme.lessons for seat in one.words_for
    )
    assert min(named[seat] for seat in ("leading", "without-say", "charity", "councillor", "representative")) > 2


def test_depth_in_the_lesson_itself_reads_the_same_and_the_check_finds_nothing(pack):
    lesson = Knowledge.load([pack(None, **DEPTH)]).find_lesson("our-nights")

    assert lesson is not None
    assert lesson[1].how == tuple(HOW)
    assert find_problems(pack(None, **DEPTH)) == []
    assert find_problems(pack(DEPTH)) == []


def test_a_part_that_two_files_claim_is_an_error_that_names_both(pack):
    problems = find_problems(pack(DEPTH, brief="Ask the night shift first."))

    assert len(problems) == 1
    assert "the part our-nights/brief is already in" in problems[0]
    assert "depth/listening.yaml" in problems[0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"how": HOW[:2]}, "there are 2 moves. Make it three to five."),
        ({"how": ["Ask.", "Hear.", "Tell."]}, "the how has 3 words"),
        ({"say": "One. Two. Three. Four words are here."}, "there are 4 sentences to say"),
        ({"if_not": "Ask somebody else."}, "the if_not has 3 words"),
        ({"brief": "word " * 21}, "the brief has 21 words"),
        ({"brief": "Leverage the night shift and ask it first."}, "“leverage” is jargon"),
        ({"say": "Well done to you all on nights!"}, "there is an exclamation mark"),
        ({"read": {"title": "A page", "url": "http://example.org"}}, "Write it as https://…"),
        (
            {
                "place": DEPTH["place"]
                | {"quote": DEPTH["place"]["quote"] | {"text": "a more organic way, on local needs"}}
            },
            "the quote is made up or was altered",
        ),
        ({"hwo": "Ask."}, "Did you mean `how`?"),
    ],
)
def test_what_does_not_hold_is_said_with_its_line(pack, changes, said):
    problems = find_problems(pack(DEPTH | changes))

    assert any(said in problem for problem in problems), problems
    assert all("depth/listening.yaml:" in problem for problem in problems)


def test_depth_for_a_lesson_or_theme_that_is_not_there_is_refused(write_pack):
    depth = {"deepens": "listning", "lessons": [{"id": "listening-nobody", "brief": "Ask one more time."}]}
    with pytest.raises(KnowledgeError, match=r"no theme listning to deepen\. Did you mean listening"):
        Knowledge.load([write_pack("mine", {"depth/listening.yaml": depth})])
    with pytest.raises(KnowledgeError, match="listening has no lesson listening-nobody"):
        Knowledge.load([write_pack("mine", {"depth/listening.yaml": depth | {"deepens": "listening"}})])


def test_steps_are_plain_texts_or_say_whom_they_are_for_and_how_long_they_take(pack):
    steps = [
        "Ask one night nurse what the day shift leaves undone, and write down the answer.",
        {
            "text": "Read the list of questions that residents sent to your committee before you open the papers.",
            "for": ["councillor"],
            "minutes": "10",
        },
    ]
    found = Knowledge.load([pack(None, nudges=steps, **{"for": ["manager"]})]).find_lesson("our-nights")
    assert found is not None
    first, second = found[1].nudges

    assert (first.id, first.roles, first.minutes) == ("our-nights/1", ("manager",), None)
    assert (second.id, second.roles, second.minutes) == ("our-nights/2", ("councillor",), 10)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"text": "Ask a colleague.", "minutes": "soon"}, "`minutes` is no number"),
        ({"text": "Ask a colleague.", "minutes": "0"}, "Write at least 1."),
        ({"text": "Ask a colleague.", "for": ["king"]}, "is none of 'manager'"),
        ({"text": ""}, "`text` is empty"),
    ],
)
def test_a_step_that_is_wrong_is_refused_in_a_sentence(pack, step, said):
    with pytest.raises(KnowledgeError, match=said):
        Knowledge.load([pack(None, nudges=[step])])


def test_a_merged_lesson_and_its_steps_are_found_under_their_old_ids(pack):
    steps = [
        "Ask one night nurse what the day shift leaves undone, and write down the answer.",
        {"text": "Join the first half hour of a night shift, with no papers in your hand.", "aliases": ["our-old/2"]},
    ]
    knowledge = Knowledge.load([pack(None, aliases=["our-old"], nudges=steps)])

    assert knowledge.find_lesson("our-old") == knowledge.find_lesson("our-nights")
    moved = knowledge.find_nudge("our-old/2")
    assert moved is not None
    assert moved[2].id == "our-nights/2"
    assert knowledge.find_nudge("our-old/1") is None
    assert knowledge.resolve_nudge("our-old/1") == "our-nights/0"


def test_what_was_seen_of_a_merged_lesson_counts_for_the_lesson_it_was_merged_into(pack):
    knowledge = Knowledge.load([pack(None, aliases=["our-old"])])
    theme = knowledge.themes["listening"]
    others = [nudge.id for lesson in theme.lessons if lesson.id != "our-nights" for nudge in lesson.nudges[:1]]

    assert knowledge.choose("listening", seen=others).lesson.id == "our-nights"
    assert knowledge.choose("listening", seen=[*others[1:], "our-old/1"]).lesson.id == theme.lessons[0].id


def test_an_alias_that_is_somebody_elses_id_is_refused(pack):
    with pytest.raises(KnowledgeError, match="the lesson listening-curious-in-person is already in"):
        Knowledge.load([pack(None, aliases=["listening-curious-in-person"])])


def test_a_note_says_when_it_was_checked_and_until_which_event_it_holds(write_pack, lesson):
    note = {
        "text": "The board has a new name.",
        "checked": "2026-11-30",
        "source": "https://www.gov.uk/",
        "until": "it-ends",
    }
    files = {"themes/listening.yaml": {"extends": "listening", "lessons": [lesson("our-nights", today=note)]}}
    with pytest.raises(KnowledgeError, match="there is no event it-ends"):
        Knowledge.load([write_pack("mine", files)])

    events = {
        "id": "mine",
        "title": "Ours",
        "events": [{"id": "it-ends", "title": "It ends", "expected": "2027-03-31"}],
    }
    found = Knowledge.load([write_pack("mine", files | {"pack.yaml": events})]).find_lesson("our-nights")
    assert found is not None
    assert found[1].note is not None
    assert (found[1].today, found[1].note.checked) == ("The board has a new name.", date(2026, 11, 30))


def test_every_file_of_depth_that_we_ship_names_its_schema_and_its_theme():
    for path in (OURS / "depth").glob("*.yaml"):
        assert path.read_text("utf-8").startswith("# yaml-language-server: $schema=../../../schema/depth.schema.json")
        assert yaml.safe_load(path.read_text("utf-8"))["deepens"] == path.stem


def test_depth_of_a_lesson_that_was_merged_is_left_out_and_told(write_pack, lesson):
    files = {
        "themes/listening.yaml": {"extends": "listening", "lessons": [lesson("our-nights", aliases=["our-old"])]},
        "depth/listening.yaml": {
            "deepens": "listening",
            "lessons": [{"id": "our-old", "brief": "Ask the night shift."}],
        },
    }
    pack = write_pack("mine", files)

    assert Knowledge.load([pack]).find_lesson("our-nights")
    assert any("our-old is no lesson of listening any more" in problem for problem in find_problems(pack))


def test_every_lesson_that_we_ship_says_how_what_to_say_another_angle_and_itself_in_brief():
    for theme in packaged_pack().themes.values():
        for lesson in theme.lessons:
            assert {"how", "say", "if_not", "brief"} <= set(lesson.list_parts()), lesson.id


def test_a_place_quotes_words_that_are_not_worn_out_and_marks_where_a_sentence_is_cut():
    lessons = [lesson for theme in packaged_pack().themes.values() for lesson in theme.lessons]
    places = [lesson.place for lesson in lessons if lesson.place]
    used = Counter(quote.text.strip("… .") for quote in [one.quote for one in lessons] + [one.quote for one in places])

    assert len(places) >= 30
    assert max(used.values()) <= 3
    for place in places:
        assert place.quote.text[0] == "…" or place.quote.text[0].isupper(), place.quote.text
        assert place.quote.text[-1] in "….!’" or place.quote.speaker, place.quote.text


def test_what_stands_behind_our_lessons_opens_no_records_and_names_no_day_of_the_week():
    """It may be read on that day, and by somebody who has no business in a patient's notes."""
    unwanted = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b|\b(?:case notes|patient records?)\b")
    for theme in packaged_pack().themes.values():
        for lesson in theme.lessons:
            for text in (*lesson.how, lesson.say or "", lesson.if_not or "", lesson.brief or ""):
                assert not unwanted.search(text), f"{lesson.id}: {text}"

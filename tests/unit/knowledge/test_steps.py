"""Steps name no day, differ in shape, and no quote is worn out: said of a pack with its lines, and true of ours."""

from knowledge.editing.check import check_packs
from knowledge.editing.steps import MOST_ALIKE, compute_share_alike
from tests.packaged import packaged_pack

OWN = {"id": "mine", "title": "Mine", "groups": [{"id": "mine", "title": "Mine"}]}
THEME = {
    "id": "nights",
    "title": "Nights",
    "group": "mine",
    "about": "For when you work at night.",
    "owner": "us",
    "review_by": "2099-06-30",
}


def find_problems(write_pack, lessons) -> list[str]:
    pack = write_pack("mine", {"pack.yaml": OWN, "themes/nights.yaml": THEME | {"lessons": lessons}})
    return [str(one) for one in check_packs([pack]).problems if "mine/" in one.file]


def test_a_step_that_names_a_day_is_told(write_pack, lesson):
    steps = ["Ask one night nurse what was left undone, and tell her by Friday what came of it."]
    problems = find_problems(write_pack, [lesson("nights-one", nudges=steps)])
    assert any("the nudge names Friday" in one and "nights.yaml:" in one for one in problems)


def test_a_quote_that_begins_in_mid_sentence_begins_with_the_mark_of_a_cut(write_pack, lesson):
    quote = {"text": "momentum built during transformation needs to quickly become", "source": "attain-quarter"}
    cut = [lesson("nights-one", quote=quote | {"passage": "A6"})]
    marked = [lesson("nights-one", quote=quote | {"passage": "A6", "text": f"… {quote['text']} …"})]

    assert any("begins in the middle of a sentence" in one for one in find_problems(write_pack, cut))
    assert not any("quote" in one for one in find_problems(write_pack, marked))


def test_a_text_quoted_in_more_than_three_lessons_is_told(write_pack, lesson):
    four = [lesson(f"nights-{number}") for number in ("one", "two", "three", "four")]
    problems = find_problems(write_pack, four)
    assert sum("this text is quoted in 4 lessons" in one for one in problems) == 1


def test_a_pack_whose_steps_are_of_one_shape_is_told(write_pack, lesson):
    alike = [f"Ask nurse {number} what the day shift leaves undone, and write down the answer." for number in range(20)]
    problems = find_problems(write_pack, [lesson("nights-one", nudges=alike)])
    assert any("100% of the nudges are one sentence" in one for one in problems)


def test_lessons_that_begin_alike_are_a_warning(write_pack, lesson):
    problems = find_problems(write_pack, [lesson("nights-one"), lesson("nights-two")])
    assert any("2 lessons begin with “The night shift sees”" in one for one in problems)


def test_of_our_own_steps_less_than_half_have_one_shape():
    lessons = [lesson for theme in packaged_pack().themes.values() for lesson in theme.lessons]
    assert compute_share_alike(lessons) < MOST_ALIKE


def test_what_was_merged_is_found_under_its_old_ids():
    """Promises, what a place has seen and “why” go on."""
    knowledge = packaged_pack()
    for merged, kept in (
        ("plain-language-their-words", "reaching-out-their-words"),
        ("whole-system-ownership-board-time", "culture-change-what-leaders-discuss"),
    ):
        found = knowledge.find_lesson(merged)
        assert found is not None
        assert found[1].id == kept
        for number in (1, 2, 3):
            step = knowledge.find_nudge(f"{merged}/{number}")
            assert step is not None, f"{merged}/{number}"
            assert step[1].id == kept


def test_a_run_of_a_sources_words_in_our_own_text_is_told_and_in_quotation_marks_is_not(write_pack, lesson):
    words = "addressing issues in a single organisation will only address part of the problem"
    copied = lesson("nights-one", lesson=f"Know that {words}. So begin at night, with the people who are there then.")
    quoted = lesson("nights-two", lesson=f"As they say, “{words}”. So begin at night, with the people who are there.")

    problems = find_problems(write_pack, [copied, quoted])
    told = [one for one in problems if "words in a row are those of passage A4 of attain-quarter" in one]
    assert len(told) == 1

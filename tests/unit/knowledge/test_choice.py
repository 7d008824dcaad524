"""What fits clearly best comes; among near equals what is new here, then variety; the choice explains itself."""

import re
import subprocess
import sys
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import Knowledge, Selection
from tests.packaged import packaged_classifier

CLASSIFIER = packaged_classifier()
KNOWLEDGE = Knowledge.load(encode=CLASSIFIER.encode_known)
THEMES = st.sampled_from(sorted(KNOWLEDGE.themes))


def lessons(theme: str) -> list[str]:
    return [lesson.id for lesson in KNOWLEDGE.themes[theme].lessons]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my door is always open and still nobody comes to me", "listening-open-door"),
        ("a whistle-blower was ignored again, she raised a concern and nobody replied", "listening-speaking-up"),
        ("I think I am biased against a difficult colleague who is always moaning", "listening-own-bias"),
    ],
)
def test_the_lesson_that_fits_the_message_comes_first(text: str, expected: str) -> None:
    """And says which words it shares with it."""
    selection = KNOWLEDGE.choose("listening", text)
    assert selection.lesson.id == expected
    assert "with what you wrote" in selection.because[0]
    assert selection.nudge in selection.lesson.nudges
    assert selection.source.id == selection.lesson.quote.source
    assert selection.lesson not in selection.runners_up


@given(THEMES, st.integers(0, 9))
def test_every_lesson_of_a_theme_comes_before_any_comes_again(theme: str, seed: int) -> None:
    """Where a theme is asked for by its name, and then each nudge before any nudge comes again."""
    seen: list[str] = []
    nudges = [
        nudge.id
        for lesson in KNOWLEDGE.themes[theme].lessons
        for nudge in lesson.nudges
        if not nudge.roles or {"manager", "clinician", "executive"} & set(nudge.roles)
    ]
    for _ in nudges:
        seen.append(KNOWLEDGE.choose(theme, "", seen, seed).nudge.id)
    first = [identity.rpartition("/")[0] for identity in seen[: len(lessons(theme))]]
    assert sorted(first) == sorted(lessons(theme))
    assert sorted(seen) == sorted(nudges)


def test_when_all_are_seen_the_one_seen_longest_ago_comes() -> None:
    """Least often first, then longest ago; and it says so."""
    seen = [f"{identity}/1" for identity in lessons("listening")]
    selection = KNOWLEDGE.choose("listening", "", seen)
    assert selection.lesson.id == lessons("listening")[0]
    assert selection.nudge.id != seen[0]
    assert "has seen every lesson" in selection.because[-1]


def choose(theme: str, text: str, seen: tuple[str, ...] = ()) -> Selection:
    return KNOWLEDGE.choose(theme, text, seen, len(seen), meaning=CLASSIFIER.classify(text).vector)


@pytest.mark.parametrize(
    ("theme", "text", "lesson"),
    [
        ("listening", "my door is always open and nobody comes to me", "listening-open-door"),
        ("leadership", "I have just started as the new head of the department and they want it all as before", ""),
        ("business-case", "our business case is far too rosy and I am presenting it", "business-case-expect-optimism"),
        ("staff-buy-in", "change fatigue, people here are tired of change", "staff-buy-in-tired-people"),
    ],
)
def test_what_fits_clearly_best_comes_even_where_it_was_seen(theme: str, text: str, lesson: str) -> None:
    """The second new leader in a channel gets the lesson for new leaders, with another step, and is told so."""
    first = choose(theme, text)
    again = choose(theme, text, (first.nudge.id,))
    assert first.lesson.id == (lesson or first.lesson.id)
    assert (again.lesson, again.again, first.again) == (first.lesson, True, False)
    assert again.nudge.id != first.nudge.id
    assert "fits what you wrote clearly better" in " ".join(again.because)


def test_among_near_equals_what_is_new_comes_and_the_closer_one_is_mentioned() -> None:
    """Why this one, and not the obvious one."""
    first = KNOWLEDGE.choose("listening", "what did people say")
    selection = KNOWLEDGE.choose("listening", "what did people say", [first.nudge.id])
    assert selection.lesson.id != first.lesson.id
    assert not selection.again
    assert "Another lesson fits more closely, and this place has seen that one already." in selection.because


@given(THEMES, st.sampled_from(["nobody comes to our meetings", "what do I do", "the office", "smoking", "x"]))
def test_satire_is_never_first_where_advice_fits(theme: str, text: str) -> None:
    """Not even where every piece of advice was seen and the satire is new to the place."""
    satire = {one.id for one in KNOWLEDGE.themes[theme].lessons if KNOWLEDGE.find_source(one).kind == "satire"}
    seen = tuple(nudge.id for one in KNOWLEDGE.themes[theme].lessons if one.id not in satire for nudge in one.nudges)
    assert choose(theme, text, seen).lesson.id not in satire


def test_a_message_that_shares_nothing_with_any_lesson_fits_none() -> None:
    """By words and by meaning; who asks then asks back."""
    for letters in ("zzz qqq", "dskjsffajf", "vvvv ccccc", "12345"):
        assert not [theme for theme in KNOWLEDGE.themes if choose(theme, letters).fits], letters
    assert choose("listening", "my door is always open and nobody comes to me").fits
    assert KNOWLEDGE.choose("listening").fits


def test_only_words_that_the_reader_can_see_are_named() -> None:
    """A tag may lead to a lesson, but nobody could find it in what they read."""
    for theme in KNOWLEDGE.themes.values():
        for lesson in theme.lessons:
            because = " ".join(KNOWLEDGE.choose(theme.id, " ".join(lesson.tags)).because)
            chosen = KNOWLEDGE.choose(theme.id, " ".join(lesson.tags)).lesson
            named = re.search(r"It shares the words? (.*?) with what you wrote", because)
            for word in re.findall(r"“([^”]*)”", named[1]) if named else ():
                assert word in f"{chosen.title} {chosen.lesson}".casefold()


@given(st.lists(st.sampled_from(["nobody/9", "", "/", "listening-open-door/77", "listening-own-bias/1"]), max_size=6))
def test_unknown_ids_in_seen_do_no_harm(seen: list[str]) -> None:
    """Packs change; what a place saw last year may be gone."""
    assert KNOWLEDGE.choose("listening", "door", seen).nudge


def test_satire_is_never_the_first_thing_somebody_is_told() -> None:
    """Without words that ask for it, advice comes first in every theme."""
    for theme in KNOWLEDGE.themes:
        for seed in range(5):
            assert KNOWLEDGE.choose(theme, seed=seed).source.kind == "advice"


def test_the_same_seed_gives_the_same_choice_in_another_process() -> None:
    """Nothing depends on the hash seed of a process."""
    code = (
        "from knowledge import Knowledge as K; k = K.load(); print(*[k.choose(t, seed=7).nudge.id for t in k.themes])"
    )
    runs = {
        subprocess.run(  # the environment is ours
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": str(n)}
        ).stdout
        for n in (1, 2)
    }
    assert len(runs) == 1
    assert len({KNOWLEDGE.choose("listening", seed=seed).lesson.id for seed in range(30)}) > 1


def test_what_people_type_is_not_remembered() -> None:
    """However many different words they type."""
    KNOWLEDGE.choose("listening", "door")
    tracemalloc.start()
    try:
        for batch in range(10):
            KNOWLEDGE.choose("listening", " ".join(f"word{batch}of{number}" for number in range(300)))
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert grown < 500_000

"""Our own words are plain; what is not is told with a way to mend it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from knowledge.editing.check import check_packs

TODAY = date(2026, 11, 1)


def spoiled(few: Path, old: str, new: str, today: date = TODAY) -> list[str]:
    path = few / "themes" / "listening.yaml"
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    return [f"{problem.severity} {problem}" for problem in check_packs(base=few, today=today).problems]


def test_our_pack_has_nothing_to_mend(ours: Path) -> None:
    """Not a warning either, on the day it was written."""
    assert check_packs(base=ours, today=TODAY).problems == ()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("Hold your next one-to-one", "Leverage your next one-to-one", "“leverage” is jargon. Write instead: use."),
        ("Hold your next one-to-one", "Personally hold your next one-to-one", "begins with “personally”"),
        ("title: An open door is not enough", "title: Doors", "the title has 1 words"),
        ("tags: [early warning, hidden problems,", "tags: [early warning]\n    today: >-\n      [", "are 1 tags"),
        ("You hear through what you expect.", "You hear through what you expect!", "exclamation mark"),
        ("You hear through what you expect.", "You, the STP, hear what you expect.", "“STP” is a body"),
        ("title: Listening\n", "title: Listening\nowners: x\n", "there is no key `owners`. Did you mean `owner`?"),
        ("owner: Small Steps editors\n", "", "`owner` is missing"),
        ("title: Listening\n", "title: <b>Listening</b>\n", "“<b>” is mark-up"),
        ("title: Listening\n", "title: Listening 👂\n", "there is a picture in the text (👂)"),
        ("You hear through what you expect.", "You hear through what you **really** expect.", "“**” is mark-up"),
        ("title: Listening\n", "title: Listening &amp; hearing\n", "“&amp;” is mark-up"),
        ("review_by: 2027-06-30\n", "", "`review_by` is missing"),
    ],
)  # fmt: skip
def test_slips_are_told_with_how_to_mend_them(few: Path, old: str, new: str, sentence: str) -> None:
    """Each is an error with file and line."""
    found = [line for line in spoiled(few, old, new) if sentence in line]
    assert len(found) == 1
    assert found[0].startswith("error ")
    assert "listening.yaml:" in found[0]


def test_a_review_date_that_passed_is_a_warning(few: Path) -> None:
    """It does not stop anybody's work."""
    found = spoiled(few, "review_by: 2027-06-30", "review_by: 2026-06-30")
    assert len(found) == 1
    assert found[0].startswith("warning ")
    assert "the review date 2026-06-30 has passed" in found[0]


def test_words_in_quote_marks_may_be_named(few: Path) -> None:
    """A nudge may send somebody to hunt for a buzzword."""
    old = "Visit one team at an hour"
    assert spoiled(few, old, "Visit one team that says “leverage” at an hour") == []


def test_long_words_are_told_by_reading_age(few: Path) -> None:
    """SMOG over 11 is an error for the theme."""
    path = few / "themes" / "listening.yaml"
    hard = "organisational transformation necessitates interdisciplinary collaboration"
    path.write_text(path.read_text().replace(". ", f" {hard}. "))
    assert any("hard to read: SMOG" in problem.what for problem in check_packs(base=few, today=TODAY).problems)


def test_a_nudge_said_twice_is_told_with_both_places(few: Path) -> None:
    """Even when a few words differ, and in another theme."""
    found = spoiled(
        few,
        "Jot down what you expect to hear before one meeting, then tick afterwards each thing",
        "Write beside each aim in your plan the gap it closes and today's figure, and flag each one",
    )
    assert len(found) == 1
    assert "nearly the same" in found[0]
    assert "listening.yaml:" in found[0]
    assert "vision.yaml:" in found[0]


def test_satire_that_is_not_called_satire_is_told(few: Path) -> None:
    """The lesson itself has to say that the quote is a joke."""
    path = few / "themes" / "health-inequalities.yaml"
    path.write_text(path.read_text().replace("the joke", "the point"))
    assert "the quote is satire and the lesson does not say so" in {
        p.what for p in check_packs(base=few, today=TODAY).problems
    }


def test_an_operators_small_theme_is_held_to_no_minimum(
    write_pack: Callable[..., Path], lesson: Callable[..., object]
) -> None:
    """One lesson will do, as long as it is a good one."""
    good = lesson(
        "listening-nights",
        lesson="The night shift sees what the day shift never does. Ask them what they would change first, and "
        "change that. Then tell them that you did, and why it took so long.",
    )
    pack = write_pack("place", {"themes/more.yaml": {"extends": "listening", "lessons": [good]}})
    assert check_packs([pack], today=TODAY).problems == ()


@pytest.mark.parametrize("sum_of_money", ["£1.6bn", "£12,500 a year", "v2.0-beta", "8.30am"])
def test_numbers_with_points_and_commas_can_be_measured(few: Path, sum_of_money: str) -> None:
    """How hard a text is to read is told whatever figures stand in it."""
    old = "Hold your next one-to-one"
    assert spoiled(few, old, f"Hold your next one-to-one on {sum_of_money}") == []

"""YAML that does not bite: each slip is found with its line and a cure that an editor understands."""

from datetime import date
from pathlib import Path

import pytest

from knowledge import Problem, TextPack
from knowledge.editing.draft import check_draft

TODAY = date(2026, 12, 1)
EXAMPLE = Path(__file__).parents[3] / "docs" / "example-pack"
TITLE, STEP, GROUP = "title: Moving to a new site", "- Ask one team this week which", "group: our-own"


@pytest.mark.parametrize(
    ("was", "became", "line", "said"),
    [
        (TITLE, "title: Moving #1 site", 4, "everything after “Moving” on this line is lost"),
        (TITLE, "title: Moving to # 1 site", 4, "everything after “Moving to” on this line is lost"),
        (TITLE, "title: Moving: to a new site", 4, "there is a colon inside a text that has no quotes"),
        (TITLE, 'title: "Moving" to a new site', 4, "the text goes on after its closing quote mark"),
        (TITLE, "title: 'Moving to the staff's new site'", 4, "the text goes on after its closing quote mark"),
        (TITLE, "title: *Moving* to a new site", 4, "a text may not begin with *"),
        (TITLE, "title: & site", 4, "a text may not begin with &"),
        (TITLE, "title: %50 of sites", 4, "a text may not begin with %"),
        (TITLE, "title: ? what", 4, "a text may not begin with ?"),
        (TITLE, "title:\u00a0Moving", 4, "after the colon stands a space of another kind"),
        ("owner: The", "owner:The", 9, "there is no space after the colon"),
        ("\nowner:", "\n\u00a0owner:", 9, "the line begins with a space of another kind"),
        ("    title: Ask", "\ttitle: Ask", 27, "the line begins with a tab"),
        ("  - id: our", "  – id: our", 26, "the line begins with a long dash"),
        ("floor plan]", "floor plan", 36, "a bracket is opened and not closed"),
        (STEP, "- Ask: one team this week which", 38, "there is a colon after “Ask”"),
        ("[new building,", "[new: building,", 36, "there is a colon after “new”"),
        ("      - Ask one", "      -Ask one", 37, "lines that begin with a dash and a space"),
        ("      - Ask one", "      • Ask one", 37, "lines that begin with a dash and a space"),
        (f"{GROUP}\n", "", 1, "`group` is missing. Add `group:` here, with the id of a group"),
        (GROUP, "group: our-ow", 5, "there is no group our-ow. Did you mean our-own?"),
        ("2027-06-30", "30/06/2027", 10, "Write it as year, month and day, as in 2027-06-30."),
        (TITLE, "title: <b>Moving</b> to a site", 4, "“<b>” is mark-up"),
        (TITLE, "title: Moving &amp; a new site", 4, "“&amp;” is mark-up"),
        (TITLE, "title: Moving 🏥 a new site", 4, "there is a picture in the text (🏥)"),
        ("title: Ask what they would miss", "title: Ask 🚀 would miss", 27, "there is a picture in the text (🚀)"),
    ],
)
def test_a_slip_is_one_sentence_with_its_line_and_cure(was: str, became: str, line: int, said: str) -> None:
    """Nothing else is said of that file."""
    (found,) = [one for one in check("themes/moving-site.yaml", was, became) if one.file.endswith("moving-site.yaml")]
    assert found.severity == "error"
    assert found.line == line
    assert said in str(found)


def test_every_text_that_is_cut_off_is_named_and_a_broken_line_below_them() -> None:
    """Whoever mends one need not check again to hear of the next."""
    text = TextPack.read(EXAMPLE, "mine").files["themes/moving-site.yaml"]
    cut = text.replace(TITLE, "title: Moving #1 site").replace("owner: The", "owner: Bleep 1234 #5 The")
    assert list_lines(cut) == [4, 9]
    assert list_lines(cut.replace("floor plan]", "floor plan")) == [4, 9, 36]


def list_lines(text: str) -> list[int]:
    files = TextPack.read(EXAMPLE, "mine").files
    found = check_draft([], TextPack("mine", {**files, "themes/moving-site.yaml": text}), TODAY).refused
    return [one.line for one in found if one.file.endswith("moving-site.yaml")]


def test_a_picture_in_a_group_of_ones_own_is_found() -> None:
    """Groups are shown like titles."""
    (found,) = check("pack.yaml", "From our own trust", "From our 🏥")
    assert found.line == 9
    assert "there is a picture" in found.what


def check(path: str, was: str, became: str) -> tuple[Problem, ...]:
    """Return what is wrong with the example when one of its files says something else."""
    pack = TextPack.read(EXAMPLE, "mine")
    assert was in pack.files[path]
    found = check_draft([], TextPack("mine", {**pack.files, path: pack.files[path].replace(was, became, 1)}), TODAY)
    return (*found.refused, *found.advice)

"""A file as a form and back: comments, order and the look of what stays the same survive."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.editing.forms import clean_form, read_form, write_form
from knowledge.packs import OURS

FILE = Path("form.yaml")
TEXT = """\
# Kept by the winter cell.
id: winter
title: 'Winter: and flow'  # as people say
review_by: 2030-01-01
lessons:
  # The first one.
  - id: winter-a
    title: Walk the board
    quote: null
    experience: a matron
    tags: [beds, flow]  # of people
    nudges:
      - Join one board round.
      - text: Ask what they wait for.
        minutes: 10

  - id: winter-b
    title: Ask at two
"""
# Spaces are made one by forms, on purpose.
WORDS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30)


def test_what_is_not_changed_stays_to_the_byte() -> None:
    """Quotes, comments, dates and empty lines among it."""
    assert write_form(read_form(FILE, TEXT), TEXT) == TEXT


def test_a_change_touches_its_line_alone() -> None:
    """And an id finds its lesson when they change places; a comment at a list moves with its item."""
    data = read_form(FILE, TEXT)
    data["lessons"][0]["nudges"][1]["minutes"] = 15
    assert write_form(data, TEXT) == TEXT.replace("minutes: 10", "minutes: 15")
    data["owner"] = "yes"
    del data["lessons"][0]["experience"]
    text = write_form(data, TEXT)
    assert text.endswith("owner: yes\n")
    assert "# as people say" in text
    assert "experience" not in text
    assert read_form(FILE, text)["owner"] == "yes"


@pytest.mark.parametrize("path", sorted(OURS.glob("themes/*.yaml"))[::8], ids=lambda path: path.stem)
def test_our_own_files_come_back_with_the_same_data_and_comments(path: Path) -> None:
    """However their lines are wrapped."""
    text = path.read_text("utf-8")
    written = write_form(read_form(path, text), text)
    assert clean_form(read_form(path, written)) == clean_form(read_form(path, text))
    assert written.count("#") == text.count("#")


@given(st.dictionaries(st.from_regex("[a-z_]{1,8}", fullmatch=True), WORDS | st.lists(WORDS, max_size=3), max_size=5))
def test_whatever_is_typed_is_read_again_as_it_was(data: dict[str, object]) -> None:
    """Marks of YAML among it: nothing in a form can break its file."""
    wanted = clean_form(data)
    text = write_form(data)
    assert read_form(FILE, text) == wanted
    assert write_form(wanted, text) == text


def test_what_is_empty_is_left_out_but_for_a_quote() -> None:
    """So that the check says “missing”, and a lesson without a quote says so."""
    form = {
        "title": " ",
        "tags": ["", " beds  now "],
        "lessons": [{"quote": None, "title": "x", "nudges": [{"text": "Go"}]}],
    }
    assert clean_form(form) == {"tags": ["beds now"], "lessons": [{"quote": None, "title": "x", "nudges": ["Go"]}]}

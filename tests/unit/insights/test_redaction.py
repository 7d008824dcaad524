"""What might point at somebody never reaches the disk."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.insights.redaction import Redactor
from intents.model import MODEL_FOLDER, Model

GIVEN_NAMES = (Path(__file__).parent / "given_names.txt").read_text("utf-8").split()
OUR_MARKS = re.compile(r"\[(?:…|e-mail|link|postcode|phone number|NHS number|number)\]")

WORDS = [
    "my",
    "manager",
    "is",
    "not",
    "listening",
    "and",
    "will",
    "not",
    "talk",
    "to",
    "the",
    "team",
    "about",
    "change",
    "who",
    "do",
    "i",
    "ask",
    "in",
    "this",
    "trust",
    "ring",
    "on",
    "or",
    "write",
    "to",
    "patient",
    "has",
    "said",
    "that",
    "we",
    "may",
    "grant",
    "leave",
    "nhs",
    "ward",
    "consultants",
    "won",
    "t",
    "it",
]


@pytest.fixture
def redactor() -> Redactor:
    return Redactor(WORDS)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("my manager is not listening", "my manager is not listening"),
        ("my manager Priya Chaudhary is not listening", "my manager […] is not listening"),
        ("my manager priya is not listening", "my manager […] is not listening"),
        ("Mark will not talk to the team", "[…] will not talk to the team"),
        ("grace is not listening", "[…] is not listening"),
        ("ask Dr Okafor about change", "ask […] about change"),
        ("ask sister o'brien about change", "ask […] about change"),
        ("ring 07700 900123", "ring [phone number]"),
        ("ring me on +44 20 7946 0018", "ring […] on [phone number]"),
        ("write to p.chaudhary@nhs.net", "write to [e-mail]"),
        ("patient 943 476 5919 has said", "patient [NHS number] has said"),
        ("patient 9434765919 has said", "patient [NHS number] has said"),
        ("the team in LS1 4AP", "the team in [postcode]"),
        ("the team at https://intranet.example/people/9", "the team […] [link]"),
        ("12 patient 3/4/1961", "[number] patient [number]/[number]/[number]"),
        ("consultants won't talk", "consultants won't talk"),
        ("the NHS trust", "the NHS trust"),
        ("the Leeds trust", "the […] trust"),
    ],
)
def test_names_numbers_and_addresses_are_taken_out(redactor: Redactor, asked: str, kept: str):
    assert redactor.redact(asked) == kept


@pytest.mark.parametrize(
    "name", ["Oliver", "Amelia", "Muhammad", "Isla", "Noah", "Ava", "Priya", "Chen", "Kowalski", "Okafor", "Siobhán"]
)
def test_names_go_however_they_are_written(redactor: Redactor, name: str):
    for written in (name, name.lower(), name.upper(), f"{name}'s"):
        assert name.lower() not in redactor.redact(f"ask {written} about change").lower()


@pytest.fixture(scope="module")
def real() -> Redactor:
    return Redactor(Model.load(MODEL_FOLDER).memory.known_words)


def test_a_given_name_goes_even_where_our_own_phrases_mention_it(real: Redactor):
    for name in GIVEN_NAMES:
        for written in (name.title(), name.upper(), f"{name.title()}'s"):
            assert real.redact(f"{written} manager is not talking").startswith("[…] manager"), written


@pytest.mark.parametrize("name", ["kevin", "priya", "helen", "keith", "maureen", "kev", "ali", "pam's"])
def test_a_given_name_goes_in_small_letters_as_well(real: Redactor, name: str):
    assert real.redact(f"{name} will not talk") == "[…] will not talk"


@pytest.mark.parametrize("name", ["Brown", "Hill", "Price", "Turner", "White", "BROWN"])
def test_a_surname_that_is_a_word_goes_at_the_start_of_a_sentence(real: Redactor, name: str):
    assert real.redact(f"We tried. {name} will not talk to us, at any price") == (
        "We tried. […] will not talk to us, at any price"
    )


@pytest.mark.parametrize("written", ["Don't they listen?", "Let's talk", "What will the change cost? Won't it fail?"])
def test_a_short_form_is_no_name(real: Redactor, written: str):
    assert real.redact(written) == written


@given(st.text(max_size=300) | st.from_regex(r"\A(my manager )?\[[A-Za-z -]{1,30}\]\Z"))
@example("The manager [Jane Smith] will not talk")
def test_no_word_and_no_digit_survives_that_is_not_known(asked: str):
    left = OUR_MARKS.sub(" ", Redactor(WORDS).redact(asked))
    words = re.findall(r"\w+", left)
    assert all(word.lower() in WORDS or len(word) == 1 for word in words)
    assert not any(word.isdigit() for word in words)

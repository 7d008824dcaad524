"""What might point at somebody never reaches the disk."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.insights.redacting import Redactor

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


@given(st.text(max_size=300))
def test_no_word_and_no_digit_survives_that_is_not_known(asked: str):
    left = re.sub(r"\[[a-zA-Z… -]+\]", " ", Redactor(WORDS).redact(asked))
    words = re.findall(r"\w+", left)
    assert all(word.lower() in WORDS or len(word) == 1 for word in words)
    assert not any(word.isdigit() for word in words)

"""A long message is read whole: in windows that cover it, by what it asks, and not by how it opens or closes."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intents import long_messages, sentences
from tests.packaged import packaged_classifier

CLASSIFIER = packaged_classifier()
MESSAGES = [
    json.loads(line)["t"]
    for line in (Path(__file__).parents[3] / "benchmarks" / "lessons.jsonl").read_text("utf-8").splitlines()
]
OPENINGS = ["Hi, ", "Hello all. ", "Good morning everyone, ", "hey team - "]
VOICE_NOTE = (
    "so we had this meeting on tuesday and the consultants all turned up late and sat there with their arms folded and "
    "then one of them said this is just another management fad and the others sort of laughed and I had all my slides "
    "ready about the new discharge process and I just lost the room completely and my manager said well you know what "
    "they're like and I was thinking no I don't actually know because nobody has ever asked them anything they just "
    "get told and anyway we've got another one in two weeks and I need them on board because without them nothing on "
    "the ward changes"
)
ENDS = [
    "so what would you do",
    ". Any ideas?",
    ", can anyone help please?",
    ". What would you do in my shoes?",
    " and how do I deal with it",
    ". Sorry for the rant. Thoughts?",
]


def decide(text: str) -> tuple[str, str]:
    found = CLASSIFIER.classify(text)
    return found.decision, found.intents[0].id


@settings(max_examples=25)
@given(st.sampled_from(MESSAGES), st.sampled_from(OPENINGS))
def test_a_stop_capitals_and_a_greeting_never_change_the_decision(text: str, opening: str) -> None:
    """How somebody types says nothing of what they mean."""
    decided = decide(text)
    assert decide(text.rstrip(". ") + ".") == decided
    assert decide(text.upper()) == decided
    assert decide(text.lower()) == decided
    assert decide(opening + text) == decided


@pytest.mark.parametrize("text", ["the council has stopped coming to our partnership meetings", "who won the match"])
def test_nor_do_they_for_a_short_message(text: str) -> None:
    """One was asked back without a full stop and refused with one."""
    assert {decide(one) for one in (text, f"{text}.", text.upper(), f"Hi, {text}", f"Hello all. {text}.")} == {
        decide(text)
    }


@pytest.mark.parametrize("end", ENDS)
def test_what_closes_a_long_message_does_not_decide(end: str) -> None:
    """A voice note that ends on “so what would you do” is no request for help with the bot."""
    assert decide(f"{VOICE_NOTE} {end}") == decide(VOICE_NOTE)
    assert decide(VOICE_NOTE)[0] in ("answer", "clarify")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Quick question: our board never reads the papers that we send them", "our board never reads the papers that"),
        ("Sorry for the long message. Nobody on the ward believes that it will last", "Nobody on the ward believes"),
        ("I hope you are all well. The rota was changed and nobody asked the nurses", "The rota was changed"),
    ],
)
def test_what_opens_a_message_is_set_aside(text: str, left: str) -> None:
    """And what is left is what was said."""
    assert " ".join(sentences.remove_polite_ends([text])).startswith(left)


@given(st.lists(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=60), max_size=4))
def test_polite_ends_leave_words_or_everything(lines: list[str]) -> None:
    """Nothing that was said is lost for good manners."""
    given_lines = [line for line in lines if line.strip()]
    kept = sentences.remove_polite_ends(given_lines)
    assert kept == given_lines or sum(len(line.split()) for line in kept) >= 8


@given(st.lists(st.integers(1, 150), min_size=1, max_size=12))
def test_windows_cover_a_message_where_they_can(lengths: list[int]) -> None:
    """Every word of up to so many windows is read; of more, the first and the last window are."""
    said = [" ".join(f"w{i}x{j}" for j in range(length)) for i, length in enumerate(lengths)]
    windows = long_messages.list_windows(said)
    words = [word for window in windows for word in window.split()]
    assert len(windows) <= long_messages.MOST_WINDOWS
    assert max(len(window.split()) for window in windows) <= long_messages.WINDOW_WORDS
    everything = " ".join(said).split()
    assert (words[0], words[-1]) == (everything[0], everything[-1])
    if sum(lengths) <= long_messages.MOST_WINDOWS * long_messages.WINDOW_WORDS // 2:
        assert words == everything


def test_a_request_is_read_with_what_it_points_back_to() -> None:
    """“How do I get them to read it?” says nothing alone."""
    said = ["Our newsletter goes to nine hundred people.", "How do I get them to read it?"]
    assert [one.text for one in long_messages.weigh_texts(" ".join(said), said)] == [" ".join(said)]

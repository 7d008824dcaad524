import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.sentences import remove_courtesy, score_request, split_sentences
from tests.work import is_under


@pytest.mark.parametrize(
    ("lines", "sentences"),
    [
        (["Here is one. There is another! Is it three?"], ["Here is one.", "There is another!", "Is it three?"]),
        (["We tried e.g. huddles and Dr. Patel liked them."], ["We tried e.g. huddles and Dr. Patel liked them."]),
        (["first line is this", "second line is that"], ["first line is this", "second line is that"]),
        (["It failed badly. Again. What now?"], ["It failed badly. Again.", "What now?"]),
        (["version 2.5 of the plan cost 1.2m"], ["version 2.5 of the plan cost 1.2m"]),
        ([], []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(lines: list[str], sentences: list[str]) -> None:
    assert split_sentences(lines) == sentences


@given(st.lists(st.text(alphabet="ab .?!,\n'\"", min_size=1, max_size=80).map(str.strip).filter(bool), max_size=5))
def test_no_word_is_lost(lines: list[str]) -> None:
    assert " ".join(split_sentences(lines)).split() == " ".join(lines).split()


def test_the_sentence_that_asks_beats_courtesy() -> None:
    assert score_request("How do we get the surgeons on board?", 0.5) > score_request("Hope you are all well.", 0.0)
    assert score_request("Any advice?", 1.0) > score_request("Kind regards, Sam", 1.0)


@pytest.mark.parametrize(
    ("lines", "bare"),
    [
        (["our consultants cross their arms, thanks"], ["our consultants cross their arms"]),
        (["how do I get the GPs to join in? thank you in advance"], ["how do I get the GPs to join in?"]),
        (["Hi. Nobody listens."], ["Nobody listens."]),
        (["Dear colleagues,", "our sponsor has left.", "Kind regards, Joan"], ["our sponsor has left."]),
        (["Morning! anything on trust?"], ["anything on trust?"]),
        (["hi there"], []),
        (["thanks", "Priya"], ["thanks", "Priya"]),
        ([], []),
    ],
)
def test_a_greeting_and_thanks_around_a_message_are_left_out(lines: list[str], bare: list[str]) -> None:
    assert remove_courtesy(lines) == bare


@pytest.mark.parametrize(
    "line",
    ["how do we say thank you", "Morning meetings are a waste of time", "Evening clinics fail, and nobody says why"],
)
def test_what_only_looks_like_courtesy_stays(line: str) -> None:
    assert remove_courtesy([line]) == [line]


@given(st.lists(st.text(max_size=60), max_size=4))
def test_what_is_left_stands_in_the_message(lines: list[str]) -> None:
    assert "".join(" ".join(remove_courtesy(lines)).split()) in "".join(" ".join(lines).split())


@pytest.mark.parametrize("piece", [",", ", ", "thanks ", ", thanks", "hi all ", "x" * 9 + ")"])
def test_no_short_message_makes_the_search_for_courtesy_slow(piece: str) -> None:
    assert is_under(0.05, lambda: remove_courtesy([(piece * 450)[:450]]))

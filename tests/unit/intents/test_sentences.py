import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.sentences import asking, split


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
    assert split(lines) == sentences


@given(st.lists(st.text(alphabet="ab .?!,\n'\"", min_size=1, max_size=80).map(str.strip).filter(bool), max_size=5))
def test_no_word_is_lost(lines: list[str]) -> None:
    assert " ".join(split(lines)).split() == " ".join(lines).split()


def test_the_sentence_that_asks_beats_courtesy() -> None:
    assert asking("How do we get the surgeons on board?", 0.5) > asking("Hope you are all well.", 0.0)
    assert asking("Any advice?", 1.0) > asking("Kind regards, Sam", 1.0)

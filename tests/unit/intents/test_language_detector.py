import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from intents.language_detector import SparseMoves, load_detector
from intents.languages import load_content
from tests.attacks import full_disk

TEXTS = (
    "Nadie nos escucha en las reuniones y el jefe decide todo sin consultar",
    "Mae pawb wedi blino ar y newid",
    "हम थक चुके हैं और कोई सुनता नहीं",
    "会議では誰も私たちの話を聞いてくれません",
    "nobody listens to us in the meetings",
    "SHOUTED, with 3 numbers & signs…",
    "?",
    "",
)


@given(st.integers(1, 30), st.integers(1, 12), st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.02, 0.5, 1.0]))
@settings(max_examples=60, deadline=None)
def test_every_next_state_is_that_of_the_table(states: int, kinds: int, seed: int, spread: float) -> None:
    """Of any automaton, whether its rows are alike or not, and whether or not a state can be reached."""
    chance = np.random.default_rng(seed)
    usual = chance.integers(0, states, 256)
    other = chance.integers(0, states, (kinds, 256))
    table = np.where(chance.random((kinds, 256)) < spread, other, usual).astype(np.uint32)
    moves = SparseMoves(table, chance.integers(0, kinds, states))
    assert [moves[place] for place in range(table.size)] == table.ravel().tolist()


def test_the_detector_ranks_as_the_librarys_own_does() -> None:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    languages = {"en", *load_content()["detected"]}
    theirs = LanguageIdentifier.from_model_file(MODEL_FILE)
    theirs.set_languages(languages)
    ours = load_detector(languages)
    assert [ours.rank(text) for text in TEXTS] == [theirs.rank(text) for text in TEXTS]


def test_the_detector_is_read_on_a_full_disk() -> None:
    """Whether somebody is in danger is decided with it, and may be asked for the first time then."""
    with full_disk():
        detector = load_detector({"en", "fr"})
    assert detector.classify("nous ne savons plus comment continuer avec cette équipe")[0] == "fr"

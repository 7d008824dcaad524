import pytest

from intents.catalogue import Catalogue, Intent
from intents.names import Names

CATALOGUE = Catalogue.from_intents(
    [
        Intent("listening", "theme", "Listening", ("listen", "being heard")),
        Intent("learning", "theme", "Learning"),
        Intent("vision", "theme", "Vision and priorities", ("vision",)),
        Intent("quality-and-cost", "theme", "Quality and cost together"),
        Intent("tip", "conversation", "Tip", ("surprise me",)),
        Intent("wellbeing", "handover", "Wellbeing"),
        Intent("out-of-scope", "out-of-scope", "Out of scope"),
    ]
)


@pytest.fixture
def names() -> Names:
    return Names(CATALOGUE)


@pytest.mark.parametrize(
    "typed",
    [
        "listening",
        "Listening!",
        "LISTEN",
        "being heard",
        "tell me about listening",
        "anything on listening please",
        "/steps listening",
        "have you got something about listening?",
        "lisening",
        "listenign",
    ],
)
def test_a_name_goes_straight_through(names: Names, typed: str) -> None:
    assert names.find(typed) == "listening"


@pytest.mark.parametrize("typed", ["quality & cost together", "quality-and-cost", "Quality and Cost Togehter"])
def test_signs_and_ampersands_do_not_matter(names: Names, typed: str) -> None:
    assert names.find(typed) == "quality-and-cost"


@pytest.mark.parametrize(
    "typed",
    [
        "listening to staff is not going well",
        "mission",
        "list",
        "tips",
        "hearing",
        "",
        "?",
        "tell me about",
        "a" * 5_000,
    ],
)
def test_what_is_no_name_is_left_to_the_model(names: Names, typed: str) -> None:
    assert names.find(typed) is None


@pytest.mark.parametrize("typed", ["wellbeing", "out of scope"])
def test_only_listed_names_hand_over(names: Names, typed: str) -> None:
    assert names.find(typed) is None

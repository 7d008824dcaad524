"""What replies say in words."""

import pytest

from bot.message import RankedTheme


@pytest.mark.parametrize(
    ("confidence", "said"), [(1.0, "nearly certain"), (0.9951, "nearly certain"), (0.994, "99%"), (0.05, "5%")]
)
def test_nothing_is_said_to_be_a_hundred_per_cent_sure(confidence: float, said: str):
    assert RankedTheme("listening", "Listening", confidence).likelihood == said

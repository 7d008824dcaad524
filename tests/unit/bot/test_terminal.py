"""The terminal: what a reply looks like there, line by line."""

import io

import pytest
from rich.console import Console

from bot.message import Reply
from bot.platforms import terminal
from tests.cases import for_each
from tests.contract.replies import caring_replies, editors_replies, odd_replies, own_replies, supported_replies

REPLIES = odd_replies() | own_replies() | editors_replies() | caring_replies() | supported_replies()


def draw(reply: Reply, width: int) -> list[str]:
    """Return the lines that a terminal of so many columns shows."""
    out = io.StringIO()
    Console(file=out, width=width).print(terminal.render(reply))
    return out.getvalue().split("\n")


@pytest.mark.parametrize("width", [40, 60, 92])
@for_each([(name, {"name": name}) for name in REPLIES])
def test_no_line_ends_in_a_space(name, width):
    """What is copied out of a terminal, or kept in a file, has nothing at the ends of its lines."""
    assert [line for line in draw(REPLIES[name], width) if line.endswith(" ")] == []


@pytest.mark.parametrize("width", [40, 92])
def test_every_word_is_shown(width):
    """Nothing of an idea beside a choice is lost where its lines are broken."""
    reply = odd_replies()["clarify with gists"]

    shown = " ".join(" ".join(draw(reply, width)).split())

    assert [choice.gist for choice in reply.choices if " ".join(choice.gist.split()) not in shown] == []

"""Buttons come in one order on every platform, whichever room adds them."""

from itertools import permutations

import pytest

from bot.actions import Another, PickTheme, Rate, ShowThemes, TakeOn, Why
from bot.message import Choice, order_choices
from bot.platforms.slack.views.reply import render_reply
from bot.platforms.teams.cards.reply import render_card
from tests.contract.replies import lesson

OWN, NEXT = Choice(PickTheme("listening"), "Listening"), Choice(ShowThemes(), "See all themes")
CHOICES = (
    Choice(TakeOn("a"), "I’ll do this"),
    Choice(Another("a"), "Another"),
    Choice(Why("a"), "Why this?"),
)


@pytest.mark.parametrize("added", list(permutations(CHOICES)))
def test_in_whichever_order_buttons_are_added_they_are_shown_in_one(added):
    """What the order does not name comes after it, as it was given; “Share” is the last of a lesson's own."""
    ordered = order_choices((OWN, *added, NEXT))
    assert ordered == (*CHOICES, OWN, NEXT)

    shown = lesson(choices=order_choices((*added, Choice(Rate("a", helpful=True), "Helpful"))))
    (row,) = [block for block in render_reply(shown, share=True).blocks if block["type"] == "actions"]
    on_slack = [element["text"]["text"] for element in row["elements"]]
    on_teams = [
        action["title"] for action in render_card(shown, shareable=True)["actions"] if action.get("mode") is None
    ]
    assert on_slack == on_teams == ["I’ll do this", "Another", "Why this?", "Share"]

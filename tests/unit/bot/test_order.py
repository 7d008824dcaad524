"""Buttons come in one order on every platform, whichever room adds them."""

from itertools import permutations

import pytest

from bot.actions import Another, PickTheme, Rate, ShowCare, ShowThemes, TakeOn, Why
from bot.message import Choice, arrange_choices, order_choices
from bot.platforms.slack.views.actions import read_action
from bot.platforms.slack.views.reply import render_reply
from bot.platforms.teams.cards.reply import render_card
from tests.contract.replies import EVERY_BUTTON, NEXT_PARTS, depth, lesson

OWN, NEXT = Choice(PickTheme("listening"), "Listening"), Choice(ShowThemes(), "See all themes")
CHOICES = (
    Choice(ShowCare("strain", "wellbeing", "self"), "Who can help"),
    Choice(TakeOn("a"), "I’ll do this"),
    Choice(Another("a"), "Another"),
    Choice(Why("a"), "Why this?"),
)


@pytest.mark.parametrize("added", list(permutations(CHOICES)))
def test_in_whichever_order_buttons_are_added_they_are_shown_in_one(added):
    """What the order does not name comes after it, as it was given; “Share” is the last of a lesson's own."""
    ordered = order_choices((OWN, *added, NEXT))
    assert ordered == (*CHOICES[:3], OWN, CHOICES[3], NEXT)

    shown = lesson(choices=order_choices((*added, Choice(Rate("a", helpful=True), "Helpful"))))
    (row,) = [block for block in render_reply(shown, share=True).blocks if block["type"] == "actions"]
    on_slack = [element["text"]["text"] for element in row["elements"]]
    on_teams = [
        action["title"] for action in render_card(shown, shareable=True)["actions"] if action.get("mode") is None
    ]
    assert on_slack == on_teams == ["Who can help", "I’ll do this", "Another", "Why this?", "Share"]


@pytest.mark.parametrize("made", [lesson(choices=EVERY_BUTTON), depth(choices=NEXT_PARTS)], ids=["lesson", "depth"])
def test_five_buttons_are_shown_and_the_rest_stand_in_a_menu_apart_from_the_verdicts(made):
    """Slack's menu holds five at most and stands beside the buttons; Teams shows six at most."""
    arranged = arrange_choices(made.choices)
    wanted = [choice.label for choice in order_choices(made.choices) if not isinstance(choice.action, Rate)]
    assert [choice.label for choice in (*arranged.shown, *arranged.menu)] == wanted
    assert len(arranged.shown) == 5

    blocks = render_reply(made).blocks
    (row,) = [block for block in blocks if block["type"] == "actions"]
    *buttons, menu = row["elements"]
    assert [button["text"]["text"] for button in buttons] == wanted[:5]
    assert [option["text"]["text"] for option in menu["options"]] == wanted[5:]
    assert 1 <= len(menu["options"]) <= 5
    assert all(block["type"] == "context_actions" for block in blocks[blocks.index(row) + 1 :])

    on_teams = render_card(made)["actions"]
    shown = [action["title"] for action in on_teams if action.get("mode") is None]
    hidden = [action["title"] for action in on_teams if action.get("mode") == "secondary"]
    assert shown == wanted[:5]
    assert hidden == [*wanted[5:], *(choice.label for choice in arranged.verdicts)]


def test_what_is_chosen_from_the_menu_is_read_as_the_button_would_be():
    blocks = render_reply(lesson(choices=EVERY_BUTTON)).blocks
    (menu,) = [e for block in blocks for e in block.get("elements", []) if e.get("type") == "overflow"]
    read = [
        read_action({"type": "overflow", "action_id": menu["action_id"], "selected_option": {"value": one["value"]}})
        for one in menu["options"]
    ]
    assert [pressed.action for pressed in read if pressed] == [c.action for c in arrange_choices(EVERY_BUTTON).menu]

"""A telephone number on a card stays on one line, on both platforms and in the terminal; data is plain."""

import io
import json
import re

import pytest
from rich.console import Console

from bot.platforms import terminal
from bot.platforms.phone_numbers import NO_BREAK_SPACE, join_numbers, split_at_numbers
from bot.platforms.slack.views import reply as blocks
from bot.platforms.teams.cards import reply as cards
from tests.cases import for_each
from tests.contract.replies import caring_replies

REPLIES = caring_replies()
NUMBERS = ("116 123", "0808 808 8000", "0800 83 85 87", "0808 80 10 800", "020 3117 2520", "0300 7900 126", "112 999")
BROKEN = re.compile(r"\d{3} \d{2}")


def list_texts(drawn, keys=("text", "title")):
    """Give every text that is drawn."""
    if isinstance(drawn, list):
        return [text for one in drawn for text in list_texts(one, keys)]
    if not isinstance(drawn, dict):
        return []
    own = [value for key, value in drawn.items() if key in keys and isinstance(value, str)]
    return own + [text for value in drawn.values() for text in list_texts(value, keys)]


def list_bold(drawn):
    """Give every text that is drawn in bold."""
    if isinstance(drawn, list):
        return [text for one in drawn for text in list_bold(one)]
    if not isinstance(drawn, dict):
        return []
    bold = drawn.get("weight") == "bolder" or (isinstance(drawn.get("style"), dict) and drawn["style"].get("bold"))
    return ([drawn["text"]] if bold else []) + [text for value in drawn.values() for text in list_bold(value)]


@pytest.mark.parametrize("number", NUMBERS)
def test_each_kind_of_number_is_joined(number):
    """However its digits are grouped, a number in a sentence has no space at which a line may break."""
    joined = join_numbers(f"call {number}, at any hour")
    assert joined == f"call {number.replace(' ', NO_BREAK_SPACE)}, at any hour"


def test_an_hour_is_joined():
    """“11” at the end of a line and “pm” on the next is read twice."""
    assert join_numbers("from 7 pm to 11 pm", joint="_") == "from 7_pm to 11_pm"
    assert join_numbers("I am 7 amber", joint="_") == "I am 7 amber"


@pytest.mark.parametrize(
    "text",
    ["daily 09:00 10:00", "between 12 and 14 people", "press 2", "in 2019 14 wards", "call 112 or 999", "1.25 350"],
)
def test_what_is_no_telephone_number_stays_as_it_is(text):
    """Times, counts and short numbers break as before."""
    assert NO_BREAK_SPACE not in join_numbers(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("call 112 or 999 now", ("112", "999")),
        ("call Samaritans free on 116 123, at any hour", ("116 123",)),
        ("text SHOUT to 85258, at any hour", ("85258",)),
        ("call 111 and press 2, from 7 pm to 11 pm", ("111",)),
        ("call 111 or go to 111.wales.nhs.uk.", ("111",)),
        ("the Care Quality Commission on 03000 616161.", ("03000 616161",)),
        ("or to the HSE on 01 635 2202.", ("01 635 2202",)),
        ("on 01 December, and 02 12", ()),
        ("Our team has sat in room 12 since 2019", ()),
        ("by his.respondingtoconcerns@nhs.scot, at 09:00 or 10.30", ()),
    ],
)
def test_what_can_be_dialled_is_told_apart(text, numbers):
    """The pieces give the text again, and every second one is a number."""
    pieces = split_at_numbers(text)
    assert "".join(pieces) == text
    assert pieces[1::2] == numbers


@for_each([(name, {"name": name}) for name in REPLIES if name.startswith(("card", "support", "notice", "Polish"))])
def test_numbers_stand_out_on_both_platforms(name):
    """In bold in Slack's blocks and in Teams' cards, wherever a card, a line of support or a notice names one."""
    reply = REPLIES[name]
    posts = [post.how for post in reply.signposts] if hasattr(reply, "signposts") else []
    posts += reply.paragraphs if hasattr(reply, "paragraphs") else []
    numbers = {join_numbers(number) for said in (*reply.support, *posts) for number in split_at_numbers(said)[1::2]}
    for drawn in (blocks.render_reply(reply).blocks, cards.render_card(reply)["body"]):
        assert numbers <= set(list_bold(drawn))


@for_each([(name, {"name": name}) for name in REPLIES])
def test_no_card_breaks_a_number_on_either_platform(name):
    """In Slack's blocks and in Teams' cards no drawn text holds a number with a plain space in it."""
    reply = REPLIES[name]
    for drawn in (blocks.render_reply(reply).blocks, cards.render_card(reply)["body"]):
        assert [text for text in list_texts(drawn) if BROKEN.search(text)] == []


@pytest.mark.parametrize("width", [34, 40, 57, 80])
@pytest.mark.parametrize(
    "name", ["card wellbeing None self", "card raising-a-concern Wales other", "perhaps", "Polish notice"]
)
def test_no_terminal_breaks_a_number_and_its_spaces_are_plain(name, width):
    """At every width the numbers of a card stand whole on a line, and are copied with plain spaces."""
    out = io.StringIO()
    Console(file=out, width=width).print(terminal.render(REPLIES[name]))
    shown = out.getvalue()
    assert NO_BREAK_SPACE not in shown
    assert "\ue000" not in shown
    for number in re.findall(r"\d{3,5}(?: \d{2,5})+", json.dumps(json.loads(terminal.as_json(REPLIES[name])))):
        assert number in shown


def test_data_and_what_is_read_aloud_have_plain_spaces():
    """JSON, the text of a notification, and what a screen reader is given are as somebody would type them."""
    reply = REPLIES["card wellbeing None self"]
    card = cards.render_card(reply)
    for text in (terminal.as_json(reply), blocks.render_reply(reply).text, card["fallbackText"], card["speak"]):
        assert "116 123" in text
        assert NO_BREAK_SPACE not in text

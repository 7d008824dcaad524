"""Every card is valid, small enough, and says what the reply says, in words that nothing can turn into markup."""

import json
from itertools import product

import pytest

from bot.message import SATIRE_WARNING, TextReply, WhyReply
from bot.platforms.teams.cards import plain_text
from bot.platforms.teams.cards import reply as cards
from tests.cases import for_each
from tests.contract.replies import WILD, lesson, odd_replies, real_lessons

ODD = odd_replies()
LARGEST = 28 * 1024  # bytes; Microsoft's limit on a message to a conversation by a bot's card


for_each_reply = for_each([(name, {"reply": reply}) for name, reply in ODD.items()])


@for_each(
    [
        (f"{name}, shareable {shareable}, note {note!r}", {"reply": reply, "shareable": shareable, "note": note})
        for (name, reply), note, shareable in product(ODD.items(), ("", "Thank you. It is noted."), (False, True))
    ]
)
def test_a_card_is_valid_by_the_published_schema(card_schema, reply, shareable, note):
    card_schema.check(cards.render_card(reply, note=note, shareable=shareable))


def test_a_lesson_with_its_reason_is_valid_and_keeps_the_lesson(card_schema):
    why = ODD["why"]
    assert isinstance(why, WhyReply)

    made = cards.render_lesson_with_reason(lesson(), why, shareable=True)

    card_schema.check(made)
    assert lesson().nudge in said(made)
    assert why.lesson in said(made)
    assert "why" not in [action["data"]["action"] for action in made["actions"]]


def test_every_lesson_we_have_makes_a_card_well_under_the_limit_and_the_largest_are_valid(card_schema):
    made = [
        cards.render_card(reply, note="Thank you. I am glad it helped.", shareable=True)
        for reply in real_lessons().values()
    ]
    made.sort(key=lambda card: -len(json.dumps(card)))

    assert len(json.dumps(made[0])) < LARGEST / 2
    for card in made[:8]:
        card_schema.check(card)


@for_each_reply
def test_a_card_tells_everything_to_those_who_do_not_see_it(reply):
    made = cards.render_card(reply)

    for paragraph in plain_text.list_paragraphs(reply):
        assert paragraph in made["fallbackText"]
        assert paragraph in made["speak"]


def test_satire_is_marked_in_words_in_the_card_aloud_and_in_plain_text():
    made = cards.render_card(ODD["satire"])

    for words in (said(made), made["speak"], made["fallbackText"]):
        assert SATIRE_WARNING in words


def test_what_is_quoted_stays_word_for_word_whatever_marks_it_holds():
    wild = ODD["wild"]

    runs = [e["text"] for e in elements(cards.render_card(wild)) if e["type"] == "TextRun"]

    assert f"“{WILD}”" in runs
    assert WILD in runs


def test_a_heading_shows_marks_instead_of_obeying_them():
    headings = [e["text"] for e in elements(cards.render_card(ODD["wild"])) if e.get("style") == "heading"]

    assert r"\[d\]\(http://e\)" in headings[0]
    assert r"\*" in headings[0]


def test_an_address_cannot_break_out_of_its_link():
    links = [e["text"] for e in elements(cards.render_card(ODD["satire"])) if e.get("text", "").startswith("[")]

    assert links == ["[Read the original](https://example.org/a%28b%29)"]


@for_each_reply
def test_every_button_works_on_clients_without_execute_too(reply):
    for action in pressable(cards.render_card(reply, shareable=True)):
        assert action["type"] == "Action.Execute"
        assert action["verb"] == "steps"
        assert action["fallback"]["type"] == "Action.Submit"
        assert action["fallback"]["data"] == action["data"]
        assert action["fallback"]["title"] == action["title"]


def test_buttons_come_in_the_one_order_and_the_verdicts_after_them():
    titles = [action["title"] for action in cards.render_card(lesson(), shareable=True)["actions"]]

    assert titles == ["I’ll do this", "Another", "Why this?", "Share", "Helpful", "Not helpful"]


@for_each_reply
def test_no_more_buttons_stand_in_the_open_than_teams_shows(reply):
    open_ones = [a for a in cards.render_card(reply, shareable=True).get("actions", []) if a.get("mode") != "secondary"]

    assert len(open_ones) <= 6


@for_each_reply
def test_every_input_has_a_label_and_says_what_is_missing(reply):
    for field in (e for e in elements(cards.render_card(reply)) if e["type"].startswith("Input.")):
        assert field["label"]
        assert bool(field.get("errorMessage")) is field.get("isRequired", False)


@for_each_reply
def test_only_a_button_that_sends_the_inputs_waits_for_them_to_be_filled_in(reply):
    for action in pressable(cards.render_card(reply, shareable=True)):
        sends = action["data"]["action"] in ("daily-save",) or (
            action["data"]["action"] == "theme" and "value" not in action["data"]
        )
        assert (action.get("associatedInputs") != "none") is sends
        assert action["fallback"].get("associatedInputs") == action.get("associatedInputs")


@for_each_reply
def test_every_text_wraps_so_that_a_phone_shows_all_of_it(reply):
    for element in elements(cards.render_card(reply)):
        if element["type"] == "TextBlock":
            assert element["wrap"] is True


@for_each_reply
def test_no_colour_is_ours(reply):
    for element in elements(cards.render_card(reply)):
        assert not {"color", "isSubtle", "backgroundImage"} & set(element)


@for_each_reply
def test_without_its_colours_a_card_still_says_what_they_stand_for(reply):
    """In a high-contrast theme every box looks alike, so each says in words what it is."""
    boxes = [
        e for e in elements(cards.render_card(reply)["body"]) if e.get("style") in ("attention", "good", "warning")
    ]
    told = {SATIRE_WARNING, plain_text.STEP, "999", "111", "emergency number"}

    for one in boxes:
        assert any(words in said({"body": one}) for words in told)


@for_each_reply
def test_a_field_comes_before_the_button_that_sends_it_and_a_title_before_its_text(reply):
    """The order of the parts is the order in which a keyboard and a screen reader go through them."""
    body = cards.render_card(reply)["body"]
    sizes = [e.get("size") for e in elements(body) if e.get("style") == "heading"]

    assert "large" not in sizes[1:]
    assert not any(e["type"].startswith("Action.") and e["type"] != "Action.ToggleVisibility" for e in elements(body))


def test_a_card_to_insert_has_nothing_to_press(card_schema):
    made = cards.render_insertable_lesson(lesson())

    card_schema.check(made)
    assert "actions" not in made
    assert "You can type" not in made["fallbackText"]


@for_each_reply
def test_a_notification_is_one_short_line(reply):
    line = plain_text.render_summary(reply)

    assert 0 < len(line) <= 160


@pytest.mark.parametrize("name", ["clinical", "concern", "wellbeing"])
def test_a_handover_tells_nothing_on_a_locked_screen(name):
    line = plain_text.render_summary(ODD[name])

    for telling in ("health", "harm", "concern", "Samaritans", "danger"):
        assert telling not in line


def elements(part):
    if isinstance(part, dict):
        if "type" in part:
            yield part
        for value in part.values():
            yield from elements(value)
    elif isinstance(part, list):
        for value in part:
            yield from elements(value)


def pressable(card):
    """Give every button that sends something, also those of a card that is folded in."""
    for action in card.get("actions", []):
        yield from pressable(action["card"]) if action["type"] == "Action.ShowCard" else [action]


def said(card):
    return "\n".join(e["text"] for e in elements(card["body"]) if "text" in e)


def _shown(card):
    return [action for action in card["actions"] if action.get("mode") != "secondary"]


@for_each_reply
def test_a_card_shows_six_buttons_at_most_and_the_rest_behind_them(reply):
    for shareable in (False, True):
        actions = cards.render_card(reply, shareable=shareable).get("actions", [])
        modes = [action.get("mode", "primary") for action in actions]

        assert modes.count("primary") <= 6
        assert modes == sorted(modes), "what is shown comes before what is behind “…”"


@for_each(
    [
        (f"{below} below {kept}", {"kept": kept, "below": below})
        for kept, (below, reply) in product(("every button", "tip"), ODD.items())
        if isinstance(reply, WhyReply | TextReply)
    ]
)
def test_what_stands_below_a_lesson_adds_no_seventh_button(card_schema, kept, below):
    told = ODD[below]
    if isinstance(told, WhyReply):
        made = cards.render_lesson_with_reason(ODD[kept], told, shareable=True)
    else:
        made = cards.render_lesson_with_note(ODD[kept], told, noted=True, shareable=True)

    card_schema.check(made)
    assert len(_shown(made)) <= 6


def test_the_reason_shows_other_themes_and_hides_no_theme_among_the_verdicts():
    made = cards.render_lesson_with_reason(lesson(), ODD["why"], shareable=True)

    shown = [action["title"] for action in _shown(made)]
    assert shown[-len(ODD["why"].choices) :] == [choice.label for choice in ODD["why"].choices]


@for_each_reply
def test_a_step_to_take_on_and_a_tip_to_start_stand_out_and_nothing_else_does(reply):
    for action in cards.render_card(reply).get("actions", []):
        data = action.get("data", {})
        takes_on = data.get("action") == "promise" and ":" not in data["value"]  # with a colon it names a day
        leads = takes_on or data.get("action") == "daily-save"
        assert (action.get("style") == "positive") == leads


def test_the_list_of_themes_says_what_to_do_with_it():
    made = cards.render_card(ODD["themes"])

    assert next(one["placeholder"] for one in made["body"] if one["type"] == "Input.ChoiceSet") == "Choose a theme"

"""The message extension: search, and what would help with a message."""

import json

import pytest
from sqlalchemy import func, select

from bot.platforms.teams.cards import responses
from bot.store.tables import AnswerRow, TeamsConversationRow, TeamsPostRow


def query(text, **more):
    return {"commandId": "find", "parameters": [{"name": "query", "value": text}], "queryOptions": {"skip": 0}} | more


def on_message(content):
    body = {"contentType": "html", "content": content}
    return {"commandId": "help-here", "commandContext": "message", "messagePayload": {"id": "1", "body": body}}


async def test_a_search_lists_lessons_to_insert(jane, microsoft, card_schema):
    status, answer = await jane.invoke("composeExtension/query", query("nobody listens"))

    found = answer["composeExtension"]
    assert (status, found["type"], found["attachmentLayout"]) == (200, "result", "list")
    assert 3 <= len(found["attachments"]) <= 8
    for attachment in found["attachments"]:
        card_schema.check(attachment["content"])
        assert "actions" not in attachment["content"]
        assert attachment["preview"]["content"]["title"]
    assert microsoft.calls == 0


async def test_a_theme_by_name_is_found(jane):
    _, answer = await jane.invoke("composeExtension/query", query("governance"))

    assert answer["composeExtension"]["attachments"][0]["preview"]["content"]["subtitle"].startswith("Governance")


@pytest.mark.parametrize(
    "value",
    [
        {"parameters": [{"name": "initialRun", "value": "true"}]},
        {"parameters": "x"},
        {"parameters": [None, {"name": "query", "value": 3}]},
        None,
    ],
)
async def test_nothing_typed_yet_shows_a_few_lessons(jane, value):
    _, answer = await jane.invoke("composeExtension/query", value)

    assert len(answer["composeExtension"]["attachments"]) == 8


@pytest.mark.parametrize(
    ("typed", "theme"),
    [
        ("lis", "Listening"),
        ("Listen", "Listening"),
        ("plain lang", "Plain"),
        ("health ineq", "Health inequalities"),
        ("govern", "Governance"),
        ("vision", "Vision"),
        ("buy", "Staff buy-in"),
        ("staff-buy", "Staff buy-in"),
        ("inequal", "Health inequalities"),
    ],
)
async def test_a_theme_is_found_while_it_is_still_being_typed(jane, typed, theme):
    _, answer = await jane.invoke("composeExtension/query", query(f"{typed} "))

    first = answer["composeExtension"]["attachments"][0]["preview"]["content"]
    assert first["subtitle"].startswith(theme)


async def test_a_lesson_is_found_by_a_part_of_its_title(jane, knowledge):
    lesson = knowledge.themes["governance"].lessons[0]

    _, answer = await jane.invoke("composeExtension/query", query(" ".join(lesson.title.split()[:4])[:-1]))

    assert lesson.title in [one["preview"]["content"]["title"] for one in answer["composeExtension"]["attachments"]]


@pytest.mark.parametrize("typed", ["l", "li", " ? ", "a!", "é"])
async def test_under_three_letters_one_is_asked_to_go_on(jane, typed, bot):
    _, answer = await jane.invoke("composeExtension/query", query(typed))

    assert answer["composeExtension"] == {"type": "message", "text": responses.KEEP_TYPING}
    assert bot.classifier.asked == []


@pytest.mark.parametrize("text", ["nobody listens", "lis", "", "li"])
async def test_there_is_no_second_page(jane, text):
    _, answer = await jane.invoke("composeExtension/query", query(text, queryOptions={"skip": 8, "count": 25}))

    assert answer["composeExtension"]["attachments"] == []


@pytest.mark.parametrize("options", [None, 3, {}, {"skip": "8"}, {"skip": None}, {"skip": -1}])
async def test_odd_pages_are_the_first(jane, options):
    _, answer = await jane.invoke("composeExtension/query", query("governance", queryOptions=options))

    assert answer["composeExtension"]["attachments"]


@pytest.mark.parametrize("content", ["", "<img src=x>", "football", "an overdose", "nobody listens", "governance"])
async def test_no_button_in_the_dialog_is_dead(jane, content):
    """A card in a dialog can only submit the dialog; nothing there listens to anything else."""
    _, answer = await jane.invoke("composeExtension/fetchTask", on_message(content))

    card = json.dumps(answer["task"]["value"]["card"])
    assert "Action.Execute" not in card
    assert "Action.ShowCard" not in card


async def test_what_is_out_of_scope_is_told_so(jane):
    _, answer = await jane.invoke("composeExtension/query", query("football"))

    assert answer["composeExtension"] == {"type": "message", "text": responses.NOTHING_FOUND}


async def test_a_search_that_needs_people_is_handed_over(jane):
    _, answer = await jane.invoke("composeExtension/query", query("I cannot go on"))

    assert answer["composeExtension"]["type"] == "message"
    assert "116 123" in answer["composeExtension"]["text"]


async def test_searching_leaves_no_trace(jane, bot):
    await jane.invoke("composeExtension/query", query("nobody listens"))
    await jane.invoke("composeExtension/fetchTask", on_message("<p>nobody listens</p>"))

    async with bot.engine.connect() as connection:
        for table in (AnswerRow, TeamsConversationRow, TeamsPostRow):
            assert (await connection.execute(select(func.count()).select_from(table))).scalar() == 0


async def test_what_would_help_with_a_message_is_shown_to_the_asker_alone(jane, microsoft, card_schema):
    _, answer = await jane.invoke("composeExtension/fetchTask", on_message("<p>staff say nobody <b>listens</b></p>"))

    task = answer["task"]
    assert task["type"] == "continue"
    assert task["value"]["title"] == responses.HERE
    card_schema.check(task["value"]["card"]["content"])
    assert microsoft.calls == 0


async def test_the_lesson_that_was_shown_can_be_put_into_a_message(jane):
    asked = on_message("<p>staff say nobody listens</p>")
    _, dialog = await jane.invoke("composeExtension/fetchTask", asked)
    _, answer = await jane.invoke("composeExtension/submitAction", asked | {"data": {}})

    inserted = answer["composeExtension"]["attachments"]
    assert len(inserted) == 1
    assert inserted[0]["content"]["body"] == dialog["task"]["value"]["card"]["content"]["body"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "could not find any words"),
        ("<img src=x>", "could not find any words"),
        ("football", responses.NOTHING_FOUND),
        ("an overdose", "999"),
    ],
)
async def test_a_message_without_a_lesson_gets_a_kind_word(jane, content, says, card_schema):
    _, answer = await jane.invoke("composeExtension/fetchTask", on_message(content))

    card_schema.check(answer["task"]["value"]["card"]["content"])
    assert says in json.dumps(answer, ensure_ascii=False)


@pytest.mark.parametrize("value", [None, 3, {}, {"messagePayload": 3}, {"messagePayload": {"body": "x"}}])
@pytest.mark.parametrize("name", ["composeExtension/fetchTask", "composeExtension/submitAction"])
async def test_odd_payloads_do_no_harm(jane, name, value):
    assert (await jane.invoke(name, value))[0] == 200

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

"""The JSON interface of the page, over HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.app import App
from bot.message import Place
from tests.integration.simulator.conftest import API, SESSION, Client


async def say(client: Client, text: str, session: str = SESSION) -> dict[str, Any]:
    response = await client.post(API + "say", json={"session": session, "text": text})
    assert response.status == 200, await response.text()
    return await response.json()


async def test_an_answer_comes_as_data_and_in_both_looks(client: Client):
    said = await say(client, "listening")
    assert said["reply"]["kind"] == "theme"
    assert said["reply"]["quote"]["attribution"]
    assert said["slack"]["blocks"][0] == {
        "type": "header",
        "text": {"type": "plain_text", "text": said["reply"]["title"], "emoji": False},
    }
    assert said["teams"]["type"] == "AdaptiveCard"


def titled(part: Any, title: str) -> Iterator[dict[str, Any]]:
    """Find every action with this title, wherever it stands in a card."""
    if isinstance(part, dict):
        if part.get("title") == title:
            yield part
        part = list(part.values())
    if isinstance(part, list):
        for piece in part:
            yield from titled(piece, title)


async def test_a_button_of_each_look_is_read_as_that_platform_reads_it(client: Client):
    said = await say(client, "listening")
    buttons = next(b for b in said["slack"]["blocks"] if b["type"] == "actions")["elements"]
    button = next(b for b in buttons if b["text"]["text"] == "Another")
    data = next(action["data"] for action in titled(said["teams"], "Another"))
    for look, pressed in (("slack", button), ("teams", data)):
        response = await client.post(API + "press", json={"session": SESSION, "look": look, "pressed": pressed})
        assert (await response.json())["reply"]["theme"] == "listening"


async def test_the_form_of_the_daily_tip_works_as_in_teams(client: Client):
    form = await say(client, "daily")
    start = next(action["data"] for action in titled(form["teams"], "Start"))
    filled = start | {"at": "08:30", "days": "mon,wed", "themes": "", "nation": "off", "pause": ""}
    response = await client.post(API + "press", json={"session": SESSION, "look": "teams", "pressed": filled})
    said = await response.json()
    assert said["reply"]["daily"]["weekdays"] == [0, 2]
    assert "on Mondays and Wednesdays at 08:30" in said["teams"]["speak"]


async def test_sessions_are_places_of_their_own(client: Client, app: App):
    first = await say(client, "listening")
    await say(client, "listening", "session-two")
    assert len(await app.answers.seen(Place("simulator", "", SESSION))) == 1
    pressed = {"action": "why", "value": first["reply"]["answer"]}
    response = await client.post(API + "press", json={"session": "session-two", "look": "teams", "pressed": pressed})
    assert (await response.json())["reply"]["kind"] == "text"  # another place's answer is not told


async def test_why_shows_the_lesson_that_was_given_and_records_nothing(client: Client, app: App):
    text = "our consultants just cross their arms in every workshop"
    said = await say(client, text)
    before = await app.answers.seen(Place("simulator", "", SESSION))
    response = await client.post(
        API + "why", json={"session": SESSION, "text": text, "answer": said["reply"]["answer"]}
    )
    why = await response.json()
    assert why["lessons"]["chosen"]["title"] == said["reply"]["title"]
    assert len(why["intents"]) == 5
    assert why["lessons"]["runners_up"]
    assert await app.answers.seen(Place("simulator", "", SESSION)) == before


async def test_the_knowledge_is_all_there(client: Client, app: App):
    listed = await (await client.get(API + "knowledge")).json()
    themes = [theme for group in listed["groups"] for theme in group["themes"]]
    assert {theme["id"] for theme in themes} == set(app.knowledge().themes)
    one = await (await client.get(API + "knowledge/listening")).json()
    assert len(one["lessons"]) == next(theme["lessons"] for theme in themes if theme["id"] == "listening")


@pytest.mark.parametrize(
    ("path", "body", "sentence"),
    [
        ("say", {"session": SESSION}, "The field “text” is missing."),
        ("say", {"session": "x", "text": "hello"}, "The field “session” cannot be used"),
        ("say", {"session": SESSION, "text": "a" * 50_001}, "The field “text” cannot be used"),
        ("say", {"session": SESSION, "text": "a", "more": 1}, "There is no field “more”."),
        ("say", ["hello"], "The request is not a JSON object."),
        ("press", {"session": SESSION, "look": "irc", "pressed": {}}, "The field “look” is one of slack, teams."),
        ("press", {"session": SESSION, "look": "teams", "pressed": {"action": "rm"}}, "none of the buttons"),
        ("calendar", {"zone": "Mars/Olympus"}, "there is no such time zone"),
        ("calendar", {"weekdays": []}, "The field “weekdays” cannot be used"),
        ("calendar", {"themes": ["juggling"]}, "There is no theme called “juggling”."),
    ],
)
async def test_what_cannot_be_used_is_said_in_one_sentence(client: Client, path: str, body: Any, sentence: str):
    response = await client.post(API + path, json=body)
    said = (await response.json())["error"]
    assert response.status in (400, 422)
    assert sentence in said
    assert said.count(". ") == 0
    assert said.endswith(".")


async def test_what_is_not_json_is_refused(client: Client):
    assert (await client.post(API + "say", data="text=hello")).status == 415
    broken = await client.post(API + "say", data=b"{", headers={"Content-Type": "application/json"})
    assert broken.status == 400


async def test_a_theme_that_there_is_not_is_not_found(client: Client):
    assert (await client.get(API + "knowledge/juggling")).status == 404
    assert (await client.get(API + "insights?weeks=0")).status == 422

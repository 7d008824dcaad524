"""The whole of it once, with the real model and the real composition root."""

import json

from bot.app import App, build_app
from bot.platforms.teams.service import TeamsService
from bot.platforms.teams.transport.credentials import Credentials, build_secret_source
from bot.settings import Settings
from tests.integration.teams.conftest import serve_teams
from tests.integration.teams.people import TeamsPerson
from tests.integration.teams.standin import APP_ID, SECRET, TENANT, Rerouted

QUESTION = "our consultants just cross their arms in every workshop, what do I do?"


async def test_a_question_in_a_channel_is_answered_and_talked_over(microsoft, key, sqlite_url):
    settings = Settings(
        database_url=sqlite_url,
        teams_app_id=APP_ID,
        teams_app_secret=SECRET,
        teams_tenant_id=TENANT,
        teams_service_urls=(microsoft.origin,),
        teams_openid_url=f"{microsoft.origin}/openid",
    )
    async with build_app(settings) as app, serve_teams(teams := _teams(settings, app, microsoft.origin)) as url:
        microsoft.under_way.append(teams.queue.finish)
        person = TeamsPerson(url, microsoft, key, "channel")

        assert (await person.write("staff buy-in"))[0] == 200
        first = microsoft.posted[0].card
        another = await person.press(first, "another")
        why = await person.press(first, "why")
        await person.press(another["value"], "share")
        await person.write("Sorry to ask here, our rota is a mess. I want to kill myself. Who does the rota?")
        _, found = await person.invoke(
            "composeExtension/query", {"commandId": "find", "parameters": [{"name": "query", "value": QUESTION}]}
        )

    assert first["speak"].startswith("Staff buy-in")
    assert "Why this?" in json.dumps(why["value"])
    assert microsoft.posted[1].card["body"][0]["inlines"][0]["text"] == "Shared by Jane Doe from Small Steps."
    assert microsoft.posted[1].card["body"][2] == another["value"]["body"][1]
    assert found["composeExtension"]["attachments"]
    cards = [one for one in microsoft.posted[2:] if "attachments" in one.body]
    assert ["116 123" in json.dumps(one.card) for one in cards] == [True, True]
    assert sorted(one.targeted for one in cards) == [False, True], "alone among the others, and in the own chat"
    assert all(one.targeted or one.body["conversation"]["id"].startswith("a:") for one in cards)


def _teams(settings: Settings, app: App, origin: str) -> TeamsService:
    credentials = Credentials(build_secret_source(APP_ID, SECRET, TENANT, Rerouted(origin)))
    return TeamsService(settings, app.engine, app.conversation, credentials)

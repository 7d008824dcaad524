"""Installation, membership and removal."""

import json

import aiohttp
import pytest

from bot.message import Place
from bot.platforms.teams.package import about_page
from bot.platforms.teams.transport.http import PATH
from bot.store.answers import Answers
from bot.store.teams import TeamsConversations
from tests.integration.teams.people import CHANNEL, CHAT, JANE, TeamsPerson
from tests.integration.teams.standin import BOT, TENANT

PLACES = {
    "personal": Place("teams", TENANT, f"a:{JANE}", private=True),
    "groupChat": Place("teams", TENANT, CHAT),
    "channel": Place("teams", TENANT, CHANNEL),
}


@pytest.fixture(params=["jane", "in_chat", "in_channel"])
def person(request):
    return request.getfixturevalue(request.param)


def installed(person, action="add"):
    return person.activity(type="installationUpdate", action=action)


def members(person, added=(), removed=(), **data):
    activity = person.activity(type="conversationUpdate")
    activity["channelData"] |= data
    listed = {"membersAdded": [{"id": who} for who in added], "membersRemoved": [{"id": who} for who in removed]}
    return activity | {name: who for name, who in listed.items() if who}


async def test_a_new_place_is_welcomed_once_though_teams_tells_twice(person, microsoft):
    assert (await person.send(installed(person)))[0] == 200
    assert (await person.send(members(person, added=[BOT])))[0] == 200
    assert (await person.send(installed(person)))[0] == 200

    assert len(microsoft.posted) == 1
    assert "Hello." in json.dumps(microsoft.posted[0].card)


async def test_each_scope_is_told_how_to_speak_to_the_bot_there(jane, in_chat, in_channel, microsoft):
    for person in (jane, in_chat, in_channel):
        await person.send(installed(person))

    alone, chat, channel = (posted.card["speak"] for posted in microsoft.posted)
    assert "Only you read this chat" in alone
    assert "Mention me" in chat
    assert "in any channel of this team" in channel


async def test_where_questions_are_kept_hello_and_the_page_say_so(start, microsoft, key):
    bot = await start(keep_questions_days=30)
    await TeamsPerson(bot.url, microsoft, key).send(installed(TeamsPerson(bot.url, microsoft, key)))
    async with aiohttp.ClientSession() as session, session.get(bot.url.replace(PATH, about_page.PATH)) as answer:
        page = await answer.text()

    for told in (microsoft.posted[0].card["speak"], page):
        assert "is kept for 30 days" in told
        assert "do not keep what you type" not in told


async def test_people_who_join_are_not_greeted(in_channel, microsoft):
    await in_channel.send(members(in_channel, added=["29:new", "29:newer"]))

    assert microsoft.calls == 0


@pytest.mark.parametrize("how", ["uninstalled", "removed"])
async def test_what_was_removed_is_forgotten_and_welcomed_again_when_it_comes_back(person, microsoft, bot, how):
    conversations = TeamsConversations(bot.engine)
    await person.send(installed(person))
    assert await conversations.get(PLACES[person.scope]) is not None

    await person.send(installed(person, "remove") if how == "uninstalled" else members(person, removed=[BOT]))

    assert await conversations.get(PLACES[person.scope]) is None
    await person.send(installed(person))
    assert len(microsoft.posted) == 2


async def test_what_a_removed_place_has_seen_is_forgotten_and_other_places_keep_theirs(person, in_chat, jane, bot):
    answers = Answers(bot.engine)
    for somebody in (person, in_chat, jane):
        await somebody.write("listening")

    await person.send(installed(person, "remove"))

    kept = [scope for scope, place in PLACES.items() if await answers.seen(place)]
    assert person.scope not in kept
    assert kept == [scope for scope in ("personal", "groupChat") if scope != person.scope]


async def test_every_channel_goes_with_its_team(in_channel, bot):
    elsewhere = {"id": "19:elsewhere@thread.tacv2;messageid=1", "conversationType": "channel", "tenantId": TENANT}
    await in_channel.write("listening")
    await in_channel.write("listening", conversation=elsewhere)

    await in_channel.send(members(in_channel, removed=[BOT]))

    for place in (PLACES["channel"], Place("teams", TENANT, "19:elsewhere@thread.tacv2")):
        assert await TeamsConversations(bot.engine).get(place) is None
        assert await Answers(bot.engine).seen(place) == []


@pytest.mark.parametrize("event", ["teamDeleted", "channelDeleted"])
async def test_a_team_or_channel_that_goes_is_forgotten(in_channel, bot, event):
    await in_channel.write("listening")

    await in_channel.send(members(in_channel, eventType=event))

    assert await TeamsConversations(bot.engine).get(PLACES["channel"]) is None


@pytest.mark.parametrize("action", ["add-upgrade", "remove-upgrade", None, "nonsense"])
async def test_an_upgrade_is_silent(person, microsoft, action):
    assert (await person.send(installed(person, action)))[0] == 200
    assert microsoft.calls == 0


@pytest.mark.parametrize(
    "event", ["channelCreated", "channelRenamed", "channelRestored", "teamRenamed", "teamArchived", "teamUnarchived"]
)
async def test_other_news_of_a_team_is_taken_quietly_and_nothing_is_forgotten(in_channel, microsoft, bot, event):
    await in_channel.write("listening")

    assert (await in_channel.send(members(in_channel, eventType=event)))[0] == 200

    assert len(microsoft.posted) == 1
    assert await Answers(bot.engine).seen(PLACES["channel"])


async def test_somebody_who_leaves_takes_nothing_along(in_channel, bot):
    await in_channel.write("listening")

    await in_channel.send(members(in_channel, removed=[JANE, "29:john"]))

    assert await Answers(bot.engine).seen(PLACES["channel"])


@pytest.mark.parametrize("wild", [None, 3, [None], [{"id": 3}], "x"])
async def test_odd_memberships_do_no_harm(person, microsoft, wild):
    assert (await person.send(person.activity(type="conversationUpdate", membersAdded=wild, membersRemoved=wild)))[
        0
    ] == 200
    assert microsoft.calls == 0

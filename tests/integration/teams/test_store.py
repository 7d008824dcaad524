"""What Teams needs remembered, on the real databases."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.message import Place
from bot.store.answers import Answers
from bot.store.tables import TeamsConversationRow
from bot.store.teams import TeamsConversation, TeamsConversations, TeamsEvents, TeamsPosts

CHANNEL = Place("teams", "tenant", "19:channel")
CHAT = Place("teams", "tenant", "a:jane", private=True)


def known(place: Place, url: str = "https://one/", **changed: str) -> TeamsConversation:
    scope = "personal" if place.private else "channel"
    values = {"team": "", "person": ""} | changed
    return TeamsConversation(place, scope, values["team"], values["person"], {"serviceUrl": url, "odd": "é\U0001f600"})


@pytest.fixture
def conversations(engine):
    return TeamsConversations(engine)


async def test_a_conversation_is_kept_and_refreshed(conversations):
    await conversations.keep(known(CHANNEL, team="19:team"))
    await conversations.keep(known(CHANNEL, "https://two/", team="19:team"))

    found = await conversations.get(CHANNEL)
    assert found == known(CHANNEL, "https://two/", team="19:team")
    assert await conversations.list_team_channels("tenant", "19:team") == [CHANNEL]
    assert await conversations.list_team_channels("other", "19:team") == []


async def test_many_at_once_keep_one(conversations):
    await asyncio.gather(*(conversations.keep(known(CHANNEL, f"https://{number}/")) for number in range(8)))

    assert await conversations.get(CHANNEL) is not None


async def test_what_has_not_changed_is_not_written_again_within_the_hour(conversations, engine):
    await conversations.keep(known(CHANNEL))
    first = await conversations.get(CHANNEL)
    await conversations.keep(known(CHANNEL))
    assert (await conversations.get(CHANNEL)).seen == first.seen

    async with engine.begin() as connection:
        await connection.execute(update(TeamsConversationRow).values(seen=first.seen - timedelta(hours=2)))
    await conversations.keep(known(CHANNEL))
    assert (await conversations.get(CHANNEL)).seen >= first.seen


async def test_a_closed_place_opens_when_somebody_speaks(conversations):
    await conversations.keep(known(CHANNEL))
    await conversations.close(CHANNEL, "BotNotInConversationRoster" * 5)
    assert (await conversations.get(CHANNEL)).closed.startswith("BotNotIn")

    await conversations.keep(known(CHANNEL))
    assert (await conversations.get(CHANNEL)).closed is None


async def test_the_welcome_is_claimed_once(conversations):
    await conversations.keep(known(CHAT, person="29:jane"))

    claims = await asyncio.gather(*(conversations.claim_welcome(CHAT) for _ in range(6)))

    assert sorted(claims) == [False] * 5 + [True]


async def test_a_person_is_found_in_their_own_tenant_alone(conversations):
    await conversations.keep(known(CHAT, person="29:jane"))

    assert (await conversations.find_chat("tenant", "29:jane")).place == CHAT
    assert await conversations.find_chat("other", "29:jane") is None


async def test_an_event_is_taken_on_once_and_can_be_given_back(engine):
    arrivals = TeamsEvents(engine)

    claims = await asyncio.gather(*(arrivals.claim("event") for _ in range(8)))
    assert sorted(claims) == [False] * 7 + [True]

    await arrivals.release("event")
    assert await arrivals.claim("event")
    assert await arrivals.delete_older(timedelta(days=1)) == 0
    assert await arrivals.delete_older(timedelta(seconds=-5)) == 1
    assert await arrivals.claim("event")


async def test_a_message_is_known_by_its_answer_until_the_answer_goes(engine):
    answers, posts = Answers(engine), TeamsPosts(engine)
    await answers.record("answer-1", CHANNEL, "lesson", "listening", "a/1")
    await posts.record(CHANNEL, "message", "answer-1")
    await posts.record(CHANNEL, "message", "answer-1")
    await posts.record(CHANNEL, "other", "no-such-answer")

    assert await posts.answer(CHANNEL, "message") == "answer-1"
    assert await posts.answer(CHAT, "message") is None
    assert await posts.answer(CHANNEL, "other") is None

    await answers.forget_place(CHANNEL)
    assert await posts.answer(CHANNEL, "message") is None

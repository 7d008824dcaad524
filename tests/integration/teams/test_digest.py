"""The monthly digest in Teams, through the front door: typed, in free words, posted once, and gone with the bot."""

import json

import pytest

from bot.message import Place
from bot.store.digests import Digests
from tests.digests import fill_month_before, let_be_due, wait_for_end
from tests.integration.delivery.test_tip_posters import delivering
from tests.integration.teams.people import CHANNEL, CHAT
from tests.integration.teams.standin import TENANT, Fault

PLACES = {"channel": Place("teams", TENANT, CHANNEL), "groupChat": Place("teams", TENANT, CHAT)}


@pytest.fixture(params=["in_channel", "in_chat"])
def person(request):
    return request.getfixturevalue(request.param)


def said(posted):
    return json.dumps(posted.body, ensure_ascii=False)


async def test_a_channel_or_chat_asks_in_its_own_words_and_gets_its_counts(
    person, microsoft, bot, sqlite_url, card_schema
):
    """A sentence is asked about and a yes sets it up; the counts stand there in a card that Teams takes."""
    place = PLACES[person.scope]
    await person.write("please send us a digest every month")
    assert "Shall I post a digest here" in said(microsoft.posted[-1])
    await person.press(microsoft.posted[-1].card, "daily-confirm")
    assert any("I will post a digest here" in said(one) for one in microsoft.posted)
    await fill_month_before(bot.engine, place)
    digest = await let_be_due(bot.engine, place)
    microsoft.posted.clear()
    async with delivering(sqlite_url, bot.engine, {"teams": bot.teams.poster}):
        assert (await wait_for_end(bot.engine, digest)).reason is None
    (post,) = microsoft.posted
    assert post.body["conversation"]["id"] == place.channel
    assert "31 small steps taken on, 19 done." in said(post)
    assert "Asked most: Listening (7 times)." in said(post)
    card_schema.check(post.card)


async def test_what_may_have_arrived_is_not_posted_again(in_channel, microsoft, bot, sqlite_url):
    """Teams cannot be asked whether it arrived: the digest says so when it is asked for, and ends by a word."""
    place = PLACES["channel"]
    await in_channel.write("digest on")
    await fill_month_before(bot.engine, place)
    digest = await let_be_due(bot.engine, place)
    microsoft.posted.clear()
    microsoft.faults.append(Fault(502))
    async with delivering(sqlite_url, bot.engine, {"teams": bot.teams.poster}):
        await wait_for_end(bot.engine, digest)
    assert microsoft.posted == []
    await in_channel.write("digest")
    assert "The last one did not surely come: the platform cannot be asked" in said(microsoft.posted[-1])
    await in_channel.write("digest off")
    assert "no more monthly digests" in said(microsoft.posted[-1])
    assert (await Digests(bot.engine).at(place)).state == "off"
    await in_channel.send(in_channel.activity(type="installationUpdate", action="remove"))
    assert await Digests(bot.engine).at(place) is None

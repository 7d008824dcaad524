"""Small steps that people take on: asked for on the lesson's card, and shown to nobody else."""

import json

import pytest

from bot.platforms.teams.cards.plain_text import STEP
from bot.store.promises import Promises
from tests.integration.teams.people import CHANNEL, JANE, TeamsPerson
from tests.integration.teams.standin import TENANT, Fault


def said(card):
    return json.dumps(card, ensure_ascii=False)


def titles(card):
    return [action["title"] for action in card["actions"]]


async def pressed(person, card, label):
    found = next(action for action in card["actions"] if action["title"] == label)
    return (await person.execute(found["data"]))["value"]


async def lesson(person, microsoft):
    await person.write("nobody listens to us")
    return microsoft.posted.pop().card


async def of_jane(bot):
    return await Promises(bot.engine).of("teams", TENANT, JANE)


@pytest.fixture(params=["jane", "in_chat", "in_channel"])
def person(request):
    return request.getfixturevalue(request.param)


async def test_taking_a_step_on_asks_when_and_keeps_the_lesson_in_sight(person, microsoft, bot, card_schema):
    card = await lesson(person, microsoft)

    asked = await pressed(person, card, "I’ll do this")
    card_schema.check(asked)
    assert "When …, I will …" in said(asked)
    assert titles(asked)[0] == "This week"
    assert titles(asked)[-2:] == ["Do not ask me", "Withdraw it"]
    planned = await pressed(person, asked, "This week")

    card_schema.check(planned)
    assert "I will ask you once, on" in said(planned)
    for shown in (asked, planned):
        assert STEP in said(shown)
    assert (await of_jane(bot))[0].check_at is not None
    assert microsoft.posted == []


async def test_one_press_withdraws_it_and_the_lesson_can_be_pressed_again(jane, microsoft, bot):
    card = await lesson(jane, microsoft)
    asked = await pressed(jane, card, "I’ll do this")

    withdrawn = await pressed(jane, asked, "Withdraw it")

    assert "It is withdrawn" in said(withdrawn)
    assert "I’ll do this" in titles(withdrawn)
    assert await of_jane(bot) == []


async def test_after_a_promise_the_lesson_can_still_be_asked_about(person, microsoft):
    asked = await pressed(person, await lesson(person, microsoft), "I’ll do this")

    planned = await pressed(person, asked, "This week")

    assert {"Another", "Why this?", "Withdraw it"} <= set(titles(planned))
    assert "I’ll do this" not in titles(planned)
    assert "I will ask you once" in said(planned)
    assert STEP in said(await pressed(person, planned, "Another"))


async def test_a_client_without_execute_takes_a_step_on_by_messages(jane, microsoft, bot):
    card = await lesson(jane, microsoft)
    for label in ("I’ll do this", "Do not ask me"):
        found = next(action for action in card["actions"] if action["title"] == label)
        await jane.send(jane.activity(text=None, value=found["fallback"]["data"]))
        card = microsoft.posted.pop().card

    assert "I will not ask" in card["speak"]
    assert len(await of_jane(bot)) == 1


@pytest.mark.parametrize("typed", ["promises", "my promises", "Promises."])
async def test_ones_own_promises_are_listed_with_done_and_withdraw(jane, microsoft, typed):
    card = await lesson(jane, microsoft)
    await pressed(jane, card, "I’ll do this")

    await jane.write(typed)

    listed = microsoft.posted[0].card
    assert "(open, taken on" in listed["speak"]
    assert titles(listed) == ["I have done the newest", "Withdraw the newest"]
    assert "1 small step has been taken here this month" in said(await pressed(jane, listed, "I have done the newest"))
    await jane.write(typed)
    assert "(done, taken on" in microsoft.posted[1].card["speak"]
    assert titles(microsoft.posted[1].card) == ["Withdraw the newest"]
    assert "I have deleted it" in said(await pressed(jane, microsoft.posted[1].card, "Withdraw the newest"))


async def test_promises_asked_for_in_a_channel_are_shown_in_ones_own_chat_alone(in_channel, microsoft):
    card = await lesson(in_channel, microsoft)
    await pressed(in_channel, card, "I’ll do this")

    await in_channel.write("promises")

    opened, alone, told = microsoft.posted
    assert opened.body["members"][0]["id"] == JANE
    assert alone.body["conversation"]["id"] == f"a:opened-{JANE}"
    assert "(open, taken on" in alone.card["speak"]
    assert told.body["conversation"]["id"].startswith(CHANNEL)
    assert told.card["speak"] == "That is between the two of us. I have written to you in our own chat."


async def test_promises_are_not_shown_in_a_channel_because_the_chat_is_closed(in_channel, microsoft):
    card = await lesson(in_channel, microsoft)
    await pressed(in_channel, card, "I’ll do this")
    microsoft.faults.append(Fault(403, body={"error": {"code": "ForbiddenOperationException"}}))

    await in_channel.write("promises")

    assert [posted.body["conversation"]["id"].partition(";")[0] for posted in microsoft.posted] == [CHANNEL]
    assert "please ask me in our own chat" in microsoft.posted[0].card["speak"]


async def test_a_tip_that_is_only_tried_is_shown_to_the_asker_alone(in_channel, microsoft):
    await in_channel.write("daily test")

    _, tried, told = microsoft.posted
    assert STEP in said(tried.card)
    assert "channelData" not in tried.body, "what is not recorded cannot be rated"
    assert STEP not in said(told.card)


async def test_a_place_reads_how_many_steps_were_taken_and_nobodys_name(in_channel, microsoft):
    await in_channel.write("steps")

    assert microsoft.posted[0].card["speak"] == "No small steps have been taken here yet this month."


async def test_a_promise_is_its_makers_alone(in_channel, microsoft, bot, key):
    card = await lesson(in_channel, microsoft)
    asked = await pressed(in_channel, card, "I’ll do this")
    john = TeamsPerson(bot.url, microsoft, key, "channel", "29:john")

    assert "I no longer have that promise" in said(await pressed(john, asked, "Withdraw it"))
    assert len(await of_jane(bot)) == 1


async def test_a_name_is_kept_only_after_the_press_that_says_so(in_channel, microsoft, bot):
    for typed in ("daily 9:00", "daily progress on"):
        await in_channel.write(typed)
    microsoft.posted.clear()
    asked = await pressed(in_channel, await lesson(in_channel, microsoft), "I’ll do this")
    withdraw = next(action["data"] for action in asked["actions"] if action["title"] == "Withdraw it")
    done = (await in_channel.execute({**withdraw, "action": "done"}))["value"]
    assert (await of_jane(bot))[0].named is None

    shown = await pressed(in_channel, done, "Say that it was me")
    (promise,) = await of_jane(bot)
    assert promise.named
    assert promise.named in said(shown)
    await pressed(in_channel, shown, "Take my name away")
    assert (await of_jane(bot))[0].named is None

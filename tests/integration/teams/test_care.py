"""Whoever is in danger gets the numbers, alone and at once, whatever else is broken, full or away."""

import asyncio
import json

import pytest
from sqlalchemy import func, select

from bot.platforms.teams.handlers.care import CareCards
from bot.store.tables import AnswerRow
from tests.integration.teams.people import CHANNEL, JANE, TeamsPerson
from tests.integration.teams.standin import Fault
from tests.integration.teams.test_acknowledging import locked

DISTRESS = "I cannot go on"
OWN_CHAT = f"a:opened-{JANE}"
REFUSED = Fault(403, body={"error": {"code": "BotNotInConversationRoster"}})


@pytest.fixture(params=["in_chat", "in_channel"])
def among_others(request):
    return request.getfixturevalue(request.param)


def cards(microsoft):
    return [one for one in microsoft.posted if "attachments" in one.body]


def said(posted):
    return json.dumps(posted.card, ensure_ascii=False)


def where(posted):
    return posted.body["conversation"]["id"].partition(";")[0]


async def count(bot):
    async with bot.engine.connect() as connection:
        query = select(func.count()).select_from(AnswerRow).where(AnswerRow.kind == "handover")
        return (await connection.execute(query)).scalar()


async def test_among_others_the_card_goes_to_the_writer_twice_and_to_nobody_else(among_others, microsoft, bot):
    await among_others.write(DISTRESS)

    own, targeted = sorted(cards(microsoft), key=lambda one: one.targeted)
    assert (where(own), own.targeted) == (OWN_CHAT, False)
    assert where(targeted) == among_others.conversation["id"].partition(";")[0]
    assert targeted.body["recipient"] == {"id": JANE, "isTargeted": True}
    assert "116 123" in said(own)
    assert own.card == targeted.card
    assert await count(bot) == 1


async def test_where_one_cannot_be_answered_among_others_the_card_is_in_the_own_chat_alone(start, microsoft, key):
    bot = await start(teams_private_answers=False)
    await TeamsPerson(bot.url, microsoft, key, "channel").write(DISTRESS)

    (card,) = cards(microsoft)
    assert where(card) == OWN_CHAT


async def test_one_way_is_enough(among_others, microsoft):
    microsoft.create_fault = REFUSED

    await among_others.write(DISTRESS)

    (card,) = cards(microsoft)
    assert card.targeted


async def test_only_when_every_private_way_was_refused_is_anything_public_and_then_nothing_of_the_writer(
    among_others, microsoft
):
    microsoft.create_fault = microsoft.targeted_fault = REFUSED

    await among_others.write(DISTRESS)

    (card,) = cards(microsoft)
    assert not card.targeted
    assert "116 123" in said(card)
    assert "recipient" not in card.body or "isTargeted" not in card.body["recipient"]
    for word in ("you wrote", "sorry", "kept", "It was about work"):
        assert word not in said(card)


@pytest.mark.parametrize("person", ["jane", "in_chat", "in_channel"])
async def test_a_locked_database_does_not_stand_in_the_way(request, person, microsoft, sqlite_url, bot):
    somebody = request.getfixturevalue(person)
    with locked(sqlite_url):
        await somebody.send(somebody.activity(text=DISTRESS), settle=False)
        async with asyncio.timeout(5):
            await microsoft.reached(lambda: len(cards(microsoft)) == (1 if person == "jane" else 2))

    await microsoft.settle()
    assert await count(bot) == 1


async def test_a_card_is_given_where_the_database_is_broken(start, microsoft, key, caplog):
    bot = await start(patience=1.0)
    jane = TeamsPerson(bot.url, microsoft, key)
    async with bot.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE teams_arrivals RENAME TO away")

    await jane.write(DISTRESS)

    (card,) = cards(microsoft)
    assert "116 123" in said(card)
    assert "could not be counted" in caplog.text
    assert DISTRESS not in caplog.text


async def test_a_full_queue_does_not_stand_in_the_way(start, microsoft, key):
    bot = await start(teams_most_at_once=1)
    free = asyncio.Event()
    microsoft.faults.append(Fault(201, body={"id": "late"}, until=free))
    slow = TeamsPerson(bot.url, microsoft, key, who="29:slow")
    await slow.send(slow.activity(text="nobody listens"), settle=False)
    await microsoft.reached(lambda: microsoft.calls == 1)
    for number in range(30):
        other = TeamsPerson(bot.url, microsoft, key, who=f"29:{number}")
        await other.send(other.activity(text="nobody listens"), settle=False)
    jane = TeamsPerson(bot.url, microsoft, key)

    await jane.send(jane.activity(text=DISTRESS), settle=False)

    async with asyncio.timeout(10):
        await microsoft.reached(lambda: any("116 123" in said(one) for one in cards(microsoft)))
    free.set()
    await microsoft.settle()
    assert await count(bot) == 1


async def test_a_server_that_ends_does_not_stand_in_the_way(start, microsoft, key, monkeypatch):
    """Whoever could not be read before the end is read quickly, and gets the card and no excuse."""
    bot = await start()
    waiting = asyncio.Event()
    decide = CareCards.decide

    async def decide_slowly(cards, incoming, *, quickly=False):
        if not quickly:
            await waiting.wait()
        return await decide(cards, incoming, quickly=quickly)

    monkeypatch.setattr(CareCards, "decide", decide_slowly)
    jane = TeamsPerson(bot.url, microsoft, key)
    await jane.send(jane.activity(text=DISTRESS), settle=False)

    await bot.teams.queue.finish(0.1)

    (card,) = cards(microsoft)
    assert "116 123" in said(card)
    assert len(microsoft.posted) == 1


async def test_two_replicas_may_give_two_cards_and_count_one(start, microsoft, key):
    one, two = await start(), await start()
    activity = TeamsPerson(one.url, microsoft, key).activity(text=DISTRESS)

    await asyncio.gather(*(TeamsPerson(bot.url, microsoft, key).send(activity) for bot in (one, two, one, two)))

    assert 1 <= len(cards(microsoft)) <= 2
    assert await count(one) == 1


async def test_a_repeated_message_gets_one_card(jane, microsoft, bot):
    activity = jane.activity(text=DISTRESS)
    await asyncio.gather(*(jane.send(activity) for _ in range(3)))

    assert len(cards(microsoft)) == 1
    assert await count(bot) == 1


async def test_a_connector_that_stumbles_is_tried_again_until_the_card_is_there(jane, microsoft):
    microsoft.faults.extend([Fault(429, {"Retry-After": "0"})] * 5)

    await jane.write(DISTRESS)

    assert len(cards(microsoft)) == 1


async def test_what_somebody_else_wrote_is_answered_to_whoever_pressed_as_to_somebody_who_helps(in_channel, microsoft):
    chosen = {"commandId": "help-here", "messagePayload": {"id": "1", "body": {"content": f"<p>{DISTRESS}</p>"}}}

    _, answer = await in_channel.invoke("composeExtension/fetchTask", chosen)

    shown = json.dumps(answer, ensure_ascii=False)
    assert "116 123" in shown
    assert "the person" in shown or "them" in shown
    assert microsoft.calls == 0


async def test_a_question_asked_of_the_bot_alone_is_answered_to_the_asker_alone(among_others, microsoft):
    recipient = among_others.activity()["recipient"] | {"isTargeted": True}

    for text in ("nobody listens to us", "help", "please crash", DISTRESS):
        await among_others.write(text, recipient=recipient)

    assert len(cards(microsoft)) == 5
    assert all(one.targeted or where(one) == OWN_CHAT for one in cards(microsoft))


async def test_a_private_question_is_never_answered_in_public_though_private_answers_are_refused(
    among_others, microsoft
):
    microsoft.targeted_fault = REFUSED
    recipient = among_others.activity()["recipient"] | {"isTargeted": True}

    await among_others.write("nobody listens to us", recipient=recipient)

    (card,) = cards(microsoft)
    assert where(card) == OWN_CHAT


async def test_an_error_among_others_is_told_to_the_asker_alone(in_channel, microsoft):
    await in_channel.write("please crash")

    (card,) = cards(microsoft)
    assert card.targeted
    assert "Something went wrong on my side" in said(card)


async def test_where_an_error_cannot_be_told_to_one_it_is_told_to_all(in_channel, microsoft):
    microsoft.targeted_fault = REFUSED

    await in_channel.write("please crash")

    (card,) = cards(microsoft)
    assert (card.targeted, where(card)) == (False, CHANNEL)


async def test_a_retry_keeps_the_answer_private(in_channel, microsoft):
    microsoft.faults.extend([Fault(401), Fault(429, {"Retry-After": "0"}), Fault(502)])

    await in_channel.write("please crash")

    (card,) = cards(microsoft)
    assert card.targeted

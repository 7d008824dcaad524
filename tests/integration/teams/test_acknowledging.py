"""An activity is acknowledged as soon as it is verified; what the answer needs is waited for afterwards."""

import asyncio
import json
import sqlite3
import time
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from bot.message import Place, TextReply
from bot.platforms.teams.cards import responses
from bot.platforms.teams.cards.plain_text import STEP
from bot.platforms.teams.transport import press_turns, turns
from bot.store.tables import FeedbackRow
from bot.store.teams import TeamsPosts
from tests.integration.teams.people import JANE, TeamsPerson
from tests.integration.teams.standin import TENANT, Fault

AT_ONCE = 3.0  # seconds; far less than the ten for which SQLite waits for a lock
TOO_LATE = responses.too_late().paragraphs[0]


@contextmanager
def locked(sqlite_url: str):
    """Hold the database as another process might."""
    holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        holder.execute("ROLLBACK")
        holder.close()


def said(card):
    return json.dumps(card, ensure_ascii=False)


def pressed(person, card, action):
    data = next(one["data"] for one in card["actions"] if one["data"]["action"] == action)
    return person.activity(type="invoke", name="adaptiveCard/action", value={"action": {"data": data}})


async def timed(sending):
    started = time.perf_counter()
    answer = await sending
    return answer, time.perf_counter() - started


async def test_a_locked_database_delays_the_answer_and_not_the_acknowledgement(jane, microsoft, sqlite_url):
    activity = jane.activity(text="nobody listens")
    with locked(sqlite_url):
        (status, _), took = await timed(jane.send(activity, settle=False))
        again, _ = await jane.send(activity, settle=False)
        assert (status, again, microsoft.posted) == (200, 200, [])
        assert took < AT_ONCE

    await microsoft.settle()
    (posted,) = microsoft.posted
    assert STEP in said(posted.card)


async def test_without_the_database_one_sentence_is_said_in_the_end(start, microsoft, key, sqlite_url, caplog):
    bot = await start(patience=0.5)
    jane = TeamsPerson(bot.url, microsoft, key)
    with locked(sqlite_url):
        await jane.write("nobody listens to my secret words")
        (posted,) = microsoft.posted
        assert TOO_LATE in said(posted.card)
    await microsoft.settle()

    assert len(microsoft.posted) == 1
    assert "given up" in caplog.text
    assert "secret words" not in caplog.text


@pytest.mark.parametrize("kind", ["installationUpdate", "conversationUpdate"])
async def test_news_that_could_not_be_taken_in_is_not_answered_with_an_excuse(start, microsoft, key, sqlite_url, kind):
    bot = await start(patience=0.5)
    jane = TeamsPerson(bot.url, microsoft, key)
    with locked(sqlite_url):
        assert (await jane.send(jane.activity(type=kind, action="add")))[0] == 200

    assert microsoft.posted == []


async def test_a_press_is_answered_in_time_without_the_database(jane, microsoft, sqlite_url):
    await jane.write("nobody listens")
    card = microsoft.posted[0].card

    with locked(sqlite_url):
        (status, answer), took = await timed(jane.send(pressed(jane, card, "another"), settle=False))

    assert took < 5
    assert (status, answer["value"]) == (200, responses.NOT_NOW)
    await microsoft.settle()
    assert STEP in said(await jane.press(card, "another"))


async def test_a_press_is_answered_in_time_while_the_connector_is_slow(in_channel, microsoft):
    await in_channel.write("nobody listens")
    refreshed = (await in_channel.press(microsoft.posted[0].card, "another"))["value"]
    free = asyncio.Event()
    microsoft.faults.append(Fault(201, body={"id": "late"}, until=free))

    (status, answer), took = await timed(in_channel.send(pressed(in_channel, refreshed, "share"), settle=False))

    free.set()
    assert took < 5
    assert (status, answer["value"]) == (200, responses.NOT_NOW)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("composeExtension/query", {"parameters": [{"name": "query", "value": "nobody listens"}]}),
        ("composeExtension/fetchTask", {"messagePayload": {"body": {"content": "nobody listens"}}}),
    ],
)
async def test_a_search_needs_no_database(jane, sqlite_url, name, value):
    with locked(sqlite_url):
        (status, answer), took = await timed(jane.invoke(name, value))

    assert (status, took < AT_ONCE) == (200, True)
    assert STEP in said(answer)


async def test_thumbs_are_taken_at_once_and_kept_when_the_database_is_back(jane, microsoft, bot, sqlite_url):
    await jane.write("nobody listens")
    answered = next(one["data"]["value"] for one in microsoft.posted[0].card["actions"] if one["title"] == "Another")
    await TeamsPosts(bot.engine).record(Place("teams", TENANT, f"a:{JANE}", private=True), "posted-1", answered)
    rated = jane.activity(
        type="invoke",
        name="message/submitAction",
        replyToId="posted-1",
        value={"actionName": "feedback", "actionValue": {"reaction": "like"}},
    )
    with locked(sqlite_url):
        (status, answer), took = await timed(jane.send(rated, settle=False))

    assert (status, answer, took < AT_ONCE) == (200, {}, True)
    await microsoft.settle()
    async with bot.engine.connect() as connection:
        assert (await connection.execute(select(FeedbackRow.helpful))).scalars().all() == [True]


async def test_with_too_many_answers_under_way_the_next_writer_is_told_so(start, microsoft, key):
    bot = await start(teams_most_at_once=2)
    free = asyncio.Event()
    microsoft.faults.extend(Fault(201, body={"id": "late"}, until=free) for _ in range(2))
    for number in range(3):
        person = TeamsPerson(bot.url, microsoft, key, who=f"29:{number}")
        assert (await person.send(person.activity(text="nobody listens"), settle=False))[0] == 200
        await microsoft.reached(lambda most=number: microsoft.calls == most + 1)

    await microsoft.reached(lambda: microsoft.posted)
    assert "A lot of people are asking me" in said(microsoft.posted[0].card)
    free.set()
    await microsoft.settle()


async def test_two_hundred_at_once_are_all_acknowledged_and_all_answered(bot, microsoft, key):
    people = [TeamsPerson(bot.url, microsoft, key, who=f"29:{number}") for number in range(200)]

    asked = await asyncio.gather(*(one.send(one.activity(text="nobody listens"), settle=False) for one in people))
    await microsoft.settle()

    assert {status for status, _ in asked} == {200}
    assert len({posted.body["conversation"]["id"] for posted in microsoft.posted}) == 200
    assert all(STEP in said(posted.card) for posted in microsoft.posted)


async def test_nobody_goes_without_a_word_because_many_ask_at_once(start, microsoft, key):
    bot = await start(teams_most_at_once=1)
    people = [TeamsPerson(bot.url, microsoft, key, who=f"29:{number}") for number in range(60)]

    await asyncio.gather(*(one.send(one.activity(text="nobody listens"), settle=False) for one in people))
    await microsoft.settle()

    assert len({posted.body["conversation"]["id"] for posted in microsoft.posted}) == 60


async def test_two_replicas_answer_once_though_the_database_was_locked(start, microsoft, key, sqlite_url):
    people = [TeamsPerson((await start()).url, microsoft, key) for _ in range(2)]
    activity = people[0].activity(text="nobody listens")
    with locked(sqlite_url):
        for person in (*people, *people):
            assert (await person.send(activity, settle=False))[0] == 200

    await microsoft.settle()
    assert len(microsoft.posted) == 1


async def test_what_is_acknowledged_is_answered_before_the_server_ends(start, microsoft, key):
    """A restart loses no answer that is under way."""
    bot = await start()
    free = asyncio.Event()
    microsoft.faults.append(Fault(429, {"Retry-After": "1"}))
    jane = TeamsPerson(bot.url, microsoft, key)
    await jane.send(jane.activity(text="nobody listens"), settle=False)

    await bot.teams.queue.finish(10)

    free.set()
    assert len(microsoft.posted) == 1


async def test_whoever_is_not_answered_before_the_server_ends_is_told_so_once(
    start, microsoft, key, sqlite_url, caplog
):
    """A stop that cannot wait any longer leaves nobody in silence, and answers nobody twice."""
    bot = await start()
    people = [TeamsPerson(bot.url, microsoft, key, who=f"29:{number}") for number in range(3)]
    with locked(sqlite_url):
        for person in people:
            await person.send(person.activity(text="nobody listens to my secret words"), settle=False)
        await people[0].send(people[0].activity(type="conversationUpdate", action="add"), settle=False)
        await bot.teams.queue.finish(0.1)
    await microsoft.settle()

    assert len({posted.body["conversation"]["id"] for posted in microsoft.posted}) == len(microsoft.posted) == 3
    assert all(TOO_LATE in said(posted.card) for posted in microsoft.posted)
    assert "4 answers were not done" in caplog.text
    assert "secret words" not in caplog.text


async def test_an_answer_that_was_begun_before_the_server_ends_is_followed_by_no_excuse(start, microsoft, key):
    """What may have arrived is not taken back by a sentence that there is no answer."""
    bot = await start()
    free = asyncio.Event()
    microsoft.faults.append(Fault(201, body={"id": "late"}, until=free))
    jane = TeamsPerson(bot.url, microsoft, key)
    await jane.send(jane.activity(text="nobody listens"), settle=False)
    await microsoft.reached(lambda: microsoft.calls == 1)

    await bot.teams.queue.finish(0.1)

    free.set()
    assert (microsoft.calls, microsoft.posted) == (1, [])


async def test_an_answer_that_waits_to_be_sent_again_is_sent_before_the_server_ends(start, microsoft, key):
    """Teams asked to wait, so nothing was posted: whoever waits for the answer gets it, and once."""
    bot = await start()
    microsoft.faults.append(Fault(429, {"Retry-After": "60"}))
    jane = TeamsPerson(bot.url, microsoft, key)
    await jane.send(jane.activity(text="nobody listens"), settle=False)
    await microsoft.reached(lambda: not microsoft.faults)

    await bot.teams.queue.finish(0.1)

    (posted,) = microsoft.posted
    assert STEP in said(posted.card)


async def test_an_answer_that_may_have_arrived_is_not_sent_again_before_the_server_ends(start, microsoft, key):
    """After an attempt without an answer and one that was put off."""
    bot = await start()
    microsoft.faults.extend([Fault(502), *[Fault(429, {"Retry-After": "60"})] * 9])
    jane = TeamsPerson(bot.url, microsoft, key)
    await jane.send(jane.activity(text="nobody listens"), settle=False)
    await microsoft.reached(lambda: microsoft.calls == 2)

    await bot.teams.queue.finish(0.1)

    assert (microsoft.calls, microsoft.posted) == (2, [])


async def test_of_a_crowd_of_presses_the_first_are_worked_on_first(jane, bot, monkeypatch):
    """All at once, none would be answered in time; a search, which needs no database, waits for none of them."""
    at_once, most, free = 0, 0, asyncio.Event()

    async def answer(_press):
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await free.wait()
        at_once -= 1
        return TextReply("notice", ("Pressed.",))

    bot.conversation.answer_press = answer
    monkeypatch.setattr(turns, "_LONGEST_PRESS", 120.0)  # this is about who waits for whom, on however slow a machine
    value = {"action": {"type": "Action.Execute", "verb": "steps", "data": {"action": "themes"}}}
    crowd = [jane.activity(type="invoke", name="adaptiveCard/action", value=value) for _ in range(40)]
    pressing = [asyncio.ensure_future(jane.send(one, settle=False)) for one in crowd]
    while at_once < 8:
        await asyncio.sleep(0.01)
    query = {"commandId": "find", "parameters": [{"name": "query", "value": "governance"}]}
    searched = jane.activity(type="invoke", name="composeExtension/query", value=query)
    (_, found), took = await timed(jane.send(searched, settle=False))
    free.set()
    answers = await asyncio.gather(*pressing)

    assert found["composeExtension"]["attachments"]
    assert took < AT_ONCE
    assert most == 8
    assert all("Pressed." in said(body) for _, body in answers)


async def test_whoever_could_not_be_answered_in_time_is_asked_at_once_to_press_again(
    start, microsoft, key, monkeypatch: pytest.MonkeyPatch
):
    """By the pace of the presses before; those who wait are answered when their turn comes."""
    monkeypatch.setattr(press_turns, "_FIRST_PACE", 10.0)
    monkeypatch.setattr(turns, "_LONGEST_PRESS", 120.0)  # of which ninety may be waited: by nine presses
    bot, free = await start(), asyncio.Event()
    jane = TeamsPerson(bot.url, microsoft, key)

    async def answer(_press):
        await free.wait()
        return TextReply("notice", ("Pressed.",))

    bot.conversation.answer_press = answer
    value = {"action": {"type": "Action.Execute", "verb": "steps", "data": {"action": "themes"}}}
    crowd = [jane.activity(type="invoke", name="adaptiveCard/action", value=value) for _ in range(30)]
    left = {asyncio.ensure_future(jane.send(one, settle=False)) for one in crowd}
    told = []
    while len(left) > 18:
        done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
        told += [one.result()[1]["value"] for one in done]
    free.set()

    assert told == [responses.NOT_NOW] * 12
    assert all("Pressed." in said(body) for _, body in await asyncio.gather(*left))


async def test_a_press_that_could_not_be_begun_in_time_is_told_so_and_can_be_pressed_again(jane, microsoft, sqlite_url):
    await jane.write("nobody listens")
    card = microsoft.posted[0].card

    with locked(sqlite_url):
        crowd = [jane.send(pressed(jane, card, "another"), settle=False) for _ in range(12)]
        answers, took = await timed(asyncio.gather(*crowd))

    assert took < 6
    assert [body["value"] for _, body in answers] == [responses.NOT_NOW] * 12
    await microsoft.settle()
    assert (await jane.press(card, "another"))["value"]["type"] == "AdaptiveCard"

"""Changes that share a transaction hold or fail each for itself: on both databases, for tips and for reminders."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import utc_now
from bot.message import Place
from bot.store import answers
from bot.store.answers import Answers
from bot.store.deliveries import Deliveries, ScheduledTip
from bot.store.promises import Promise, Promises
from bot.store.subscriptions import Subscriptions
from bot.subscriptions.calendar import decide
from tests.integration.delivery.harness import promise, subscribe


async def take_all(engine: AsyncEngine, url: str, count: int) -> tuple[Deliveries, list[ScheduledTip]]:
    await subscribe(url, count)
    deliveries, now, taken = Deliveries(engine), utc_now(), []
    await deliveries.take_due(now, count, lambda one: decide(one, now), lambda _connection, tips: taken.extend(tips))
    return deliveries, taken


def count_commits(engine: AsyncEngine) -> list[object]:
    commits: list[object] = []
    event.listen(engine.sync_engine, "commit", commits.append)
    return commits


async def intend_each(deliveries: Deliveries, tips: Sequence[ScheduledTip]) -> list[bool]:
    found = await asyncio.gather(
        *(deliveries.intend(tip.delivery, f"a{number}", "theme", "nudge") for number, tip in enumerate(tips))
    )
    return [one is not None for one in found]


async def test_twenty_five_intents_and_as_many_ends_are_two_transactions(engine, database_url):
    deliveries, tips = await take_all(engine, database_url, 25)
    commits = count_commits(engine)

    assert all(await intend_each(deliveries, tips))
    begun = [await deliveries.load(tip.delivery.subscription, tip.delivery.day) for tip in tips]
    before = len(commits)
    assert all(await asyncio.gather(*(deliveries.finish(tip, "posted", None) for tip in begun if tip)))
    assert len(commits) - before == 1
    assert await deliveries.counts(utc_now() - timedelta(days=1)) == {"posted": 25}
    async with engine.connect() as connection:
        seen = (await connection.exec_driver_sql("SELECT count(*) FROM answers")).scalar_one()
    assert seen == 25


async def test_one_fenced_row_in_a_group_of_25_stops_nobody_else(engine, database_url):
    """Another worker put one of them off meanwhile: the others of its group are begun, and only once."""
    deliveries, tips = await take_all(engine, database_url, 25)
    assert await deliveries.defer(tips[7].delivery, utc_now())

    held = await intend_each(deliveries, tips)
    assert held == [number != 7 for number in range(25)]
    for number, tip in enumerate(tips):
        found = await deliveries.load(tip.delivery.subscription, tip.delivery.day)
        assert found is not None
        assert (found.delivery.attempt, found.delivery.state) == ((0, "due") if number == 7 else (1, "posting"))


async def test_of_two_who_begin_the_same_post_in_one_group_one_wins(engine, database_url):
    deliveries, [tip] = await take_all(engine, database_url, 1)

    assert sorted(await intend_each(deliveries, [tip, tip])) == [False, True]


@pytest.mark.parametrize("fenced", [False, True])
async def test_an_intent_is_taken_back_by_whoever_committed_it_alone(engine, database_url, fenced):
    """Also where another worker waits to look for its post: then that one's turn finds it not begun."""
    deliveries, [tip] = await take_all(engine, database_url, 1)
    known, at = tip.delivery, utc_now()
    begun = await deliveries.intend(known, "a", "theme", "nudge", at)
    assert begun is not None
    assert await deliveries.intend(known, "a", "theme", "nudge", at) is None
    if fenced:
        assert await deliveries.defer(begun, utc_now())

    assert not await deliveries.take_back(known, at + timedelta(microseconds=1))
    assert not await deliveries.take_back(begun, at)
    assert await deliveries.take_back(known, at)
    assert not await deliveries.take_back(known, at)
    found = await deliveries.load(known.subscription, known.day)
    assert found is not None
    assert (found.delivery.state, found.delivery.attempt, found.delivery.turn) == ("due", 1, int(fenced))


async def test_a_refusal_and_the_end_of_the_subscription_are_one_transaction(engine, database_url):
    """A process that dies in between would leave a tip that stopped, and its owner without a word."""
    deliveries, tips = await take_all(engine, database_url, 2)
    await intend_each(deliveries, tips)
    begun = [await deliveries.load(tip.delivery.subscription, tip.delivery.day) for tip in tips]
    assert await deliveries.defer(begun[1].delivery, utc_now())
    commits = count_commits(engine)

    assert await deliveries.finish(begun[0], "refused", "the channel is archived")
    assert len(commits) == 1
    assert not await deliveries.finish(begun[1], "refused", "the channel is archived")
    kept = {one.id: (one.state, one.reason) for one in await Subscriptions(engine).all()}
    assert kept == {
        begun[0].subscription.id: ("refused", "the channel is archived"),
        begun[1].subscription.id: ("on", None),
    }


async def test_a_fenced_end_records_nothing_that_the_place_has_seen(engine, database_url):
    deliveries, tips = await take_all(engine, database_url, 3)
    await intend_each(deliveries, tips)
    begun = [await deliveries.load(tip.delivery.subscription, tip.delivery.day) for tip in tips]
    assert await deliveries.defer(begun[1].delivery, utc_now())

    ends = await asyncio.gather(*(deliveries.finish(tip, "posted", None) for tip in begun))
    assert ends == [True, False, True]
    async with engine.connect() as connection:
        seen = set((await connection.exec_driver_sql("SELECT id FROM answers")).scalars())
    assert seen == {"a0", "a2"}


async def test_what_is_loaded_together_is_told_apart(engine, database_url):
    deliveries, tips = await take_all(engine, database_url, 3)
    day = tips[0].delivery.day
    asked = [("s0000002", day), ("s0000000", day - timedelta(days=1)), ("nobody", day), ("s0000000", day)]

    found = await asyncio.gather(*(deliveries.load(*one) for one in asked))
    assert [one and one.delivery.subscription for one in found] == ["s0000002", None, None, "s0000000"]


@pytest.mark.parametrize("fenced", [0, 1])
async def test_a_reminder_lives_as_a_tip_does(engine, database_url, fenced):
    await promise(database_url)
    promises, queued = Promises(engine), []
    first = await promises.get("p1")
    assert first is not None
    await promises.add(replace(first, id="p2"))

    def enqueue(_connection: object, them: Sequence[Promise]) -> None:
        queued.extend(them)

    assert await promises.take_due(utc_now(), 9, enqueue) == 2
    known = await asyncio.gather(*(promises.get(one.id) for one in queued))
    assert await promises.defer(known[fenced], utc_now())
    begun = await asyncio.gather(*(promises.intend(one) for one in known))
    assert [one is not None for one in begun] == [number != fenced for number in range(2)]
    mine = begun[1 - fenced]
    assert await promises.still_mine(mine)
    assert await promises.not_posted(mine, "not this time")
    assert not await promises.still_mine(mine)
    again = await promises.intend(mine)
    assert await promises.finish(again, "sent", None)
    assert not await promises.finish(again, "sent", None)


async def test_what_was_put_off_is_taken_once_with_its_next_turn(engine, database_url):
    deliveries, tips = await take_all(engine, database_url, 30)
    assert all(await asyncio.gather(*(deliveries.defer(tip.delivery, utc_now()) for tip in tips)))
    taken: list[ScheduledTip] = []
    for _ in range(2):
        await deliveries.take_deferred(utc_now(), 100, lambda _connection, them: taken.extend(them))

    assert sorted(tip.delivery.subscription for tip in taken) == [f"s{number:07}" for number in range(30)]
    assert {tip.delivery.turn for tip in taken} == {1}
    assert [tip.subscription.place.team for tip in taken] == sorted(tip.subscription.place.team for tip in taken)
    assert await deliveries.days("s0000000", date(2000, 1, 1)) == {taken[0].delivery.day}


async def test_what_places_have_seen_is_asked_together_and_told_apart(engine, database_url, monkeypatch):
    """The newest of each place alone where it has seen very many, in the order in which they were shown."""
    places = [Place("slack", "T1", channel) for channel in ("C1", "C2", "C3")]
    monkeypatch.setattr(answers, "_SEEN_BY_PLACE", _limited_to(3))
    kept = Answers(engine)
    for number in range(5):
        for place in places[: 1 if number == 4 else 2]:
            await kept.record(f"{place.channel}-{number}", place, "tip", "theme", f"n/{number}")

    found = await asyncio.gather(*(kept.seen(place) for place in (*places, places[0])))
    assert found == [["n/2", "n/3", "n/4"], ["n/1", "n/2", "n/3"], [], ["n/2", "n/3", "n/4"]]
    assert await kept.seen(places[1]) == ["n/0", "n/1", "n/2", "n/3"]


def _limited_to(most: int):
    counted = answers._COUNTED
    query = select(counted.c.place, counted.c.nudge)
    return query.where(counted.c.back <= most).order_by(counted.c.back.desc())

"""What is pending: kept for a thread or a person, for a day at most, seen by every replica, gone when it should be."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.message import Place
from bot.store.answers import Answers
from bot.store.database import open_engine
from bot.store.pending import Pending, PendingStore
from bot.store.readers import Reader, Readers
from bot.store.tables import PendingRow

CHANNEL = Place("slack", "T1", "C1", thread="1.0")
QUESTION = Pending("question", "id-1", options=(("listening", 0.41), ("vision", 0.3)))
LESSON = Pending("lesson", "id-2", "how")
PROMISE = Pending("promise", "p-1")


async def count_rows(engine) -> int:
    async with engine.connect() as connection:
        return (await connection.execute(select(func.count()).select_from(PendingRow))).scalar_one()


async def test_a_question_back_is_the_threads_and_a_promise_its_persons(engine):
    store = PendingStore(engine)
    await store.put(CHANNEL, "U1", QUESTION)
    await store.put(CHANNEL, "U1", PROMISE)

    asker, other = await store.find(CHANNEL, "U1"), await store.find(CHANNEL, "U2")
    assert (asker.shared, asker.own) == (QUESTION, PROMISE)
    assert (other.shared, other.own) == (QUESTION, None)


async def test_the_newest_takes_the_place_of_what_was_pending_and_threads_are_apart(engine):
    store = PendingStore(engine)
    await store.put(CHANNEL, "U1", QUESTION)
    await store.put(CHANNEL, "U2", LESSON)
    await store.put(Place("slack", "T1", "C1", thread="2.0"), "U1", QUESTION)

    assert (await store.find(CHANNEL, "U1")).shared == LESSON
    assert (await store.find(Place("slack", "T1", "C1", thread="2.0"), "U3")).shared == QUESTION
    assert (await store.find(Place("slack", "T1", "C1"), "U1")).shared is None
    assert (await store.find(Place("slack", "T2", "C1", thread="1.0"), "U1")).shared is None


async def test_another_replica_goes_on_from_it(engine, database_url):
    await PendingStore(engine).put(CHANNEL, "U1", Pending("confirmation", command={"what": "off"}))
    replica = open_engine(database_url)
    found = await PendingStore(replica).find(CHANNEL, "U1")
    await replica.dispose()
    assert found.own is not None
    assert found.own.command == {"what": "off"}


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("question", timedelta(hours=24)),
        ("lesson", timedelta(hours=24)),
        ("promise", timedelta(hours=24)),
        ("reader", timedelta(hours=24)),
        ("confirmation", timedelta(minutes=30)),
    ],
)
async def test_nothing_is_pending_for_longer_than_promised_and_retention_deletes_it(engine, kind, kept):
    store, margin = PendingStore(engine), timedelta(minutes=1)
    here, now = CHANNEL, datetime.now(UTC)
    await store.put(here, "U1", Pending(kind, "a", at=now - kept + margin))
    found = await store.find(here, "U1")
    assert found.shared or found.own or found.reader
    assert await store.delete_expired() == 0

    await store.put(here, "U1", Pending(kind, "a", at=now - kept - margin))
    assert await store.find(here, "U1") == await store.find(here, "U9")
    assert await store.delete_expired() == 1
    assert await count_rows(engine) == 0


async def test_what_was_turned_down_is_the_threads_and_stays_beside_what_comes_next(engine):
    store = PendingStore(engine)
    await store.put(CHANNEL, "U1", QUESTION)
    await store.put(CHANNEL, "U1", Pending("declined", options=(("listening", 0.0), ("listening-doors", 0.0))))
    await store.put(CHANNEL, "U2", LESSON)

    found = await store.find(CHANNEL, "U2")
    assert (found.shared, found.own) == (LESSON, None)
    assert found.declined == {"listening", "listening-doors"}
    assert not (await store.find(Place("slack", "T1", "C1", thread="2.0"), "U2")).declined


@pytest.mark.parametrize(("thread", "kept"), [("1.0", timedelta(hours=24)), ("", timedelta(minutes=30))])
async def test_what_was_turned_down_is_kept_for_a_day_in_a_thread_and_for_half_an_hour_elsewhere(engine, thread, kept):
    store, here = PendingStore(engine), Place("slack", "T1", "C1", thread=thread)
    for left, declined in ((timedelta(minutes=1), {"vision"}), (timedelta(minutes=-1), set())):
        at = datetime.now(UTC) - kept + left
        await store.put(here, "U1", Pending("declined", options=(("vision", 0.0),), at=at))
        assert (await store.find(here, "U1")).declined == declined
    assert await store.delete_expired() == 1


async def test_what_is_dropped_is_pending_no_longer(engine):
    store = PendingStore(engine)
    await store.put(CHANNEL, "U1", QUESTION)
    await store.put(CHANNEL, "U1", PROMISE)
    await store.drop(CHANNEL, "U1")
    assert (await store.find(CHANNEL, "U1")).own is None
    assert (await store.find(CHANNEL, "U1")).shared == QUESTION
    await store.drop(CHANNEL, "")
    assert await count_rows(engine) == 0


async def test_where_a_place_or_a_workspace_is_forgotten_nothing_stays_pending(engine):
    store, answers = PendingStore(engine), Answers(engine)
    await store.put(CHANNEL, "U1", QUESTION)
    await answers.forget_place(CHANNEL)
    assert await count_rows(engine) == 0

    await store.put(CHANNEL, "U1", QUESTION)
    await Readers(engine).save("slack", "T1", "U1", Reader("trainee", None))
    await answers.forget_team("slack", "T1")
    assert await count_rows(engine) == 0
    assert not await Readers(engine).find("slack", "T1", "U1")


async def test_who_somebody_is_is_remembered_changed_and_forgotten(engine):
    readers = Readers(engine)
    await readers.save("slack", "T1", "U1", Reader("councillor", 10))
    await readers.save("slack", "T1", "U1", Reader("councillor", None))
    assert await readers.find("slack", "T1", "U1") == Reader("councillor", None)
    assert not await readers.find("slack", "T2", "U1")
    assert await readers.forget("slack", "T1", "U1")
    assert not await readers.forget("slack", "T1", "U1")

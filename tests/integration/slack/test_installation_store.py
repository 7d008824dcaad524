"""What Slack needs remembered, on both databases: each key holds against many at once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.database import migrate, open_engine
from bot.store.slack import SlackEvents, SlackInstallations, SlackOffers, SlackStates, SlackThreads, Thread

NONE = timedelta(0)


@pytest.fixture(params=["sqlite", "postgresql"])
async def engines(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[list[AsyncEngine]]:
    """Open two engines on one database, as two replicas do."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'bot.sqlite'}"
    else:
        url = request.getfixturevalue("postgres_server")
    engines = [open_engine(url), open_engine(url)]
    await migrate(engines[0])
    yield engines
    for engine in engines:
        await engine.dispose()


async def test_an_event_is_taken_on_by_one(engines: list[AsyncEngine]):
    stores = [SlackEvents(engine) for engine in engines] * 10
    taken = await asyncio.gather(*(store.claim("T1", "Ev1", "message") for store in stores))

    assert taken.count(True) == 1
    assert await stores[0].claim("T1", "Ev1", "app_mention")
    assert await stores[0].claim("T2", "Ev1", "message")
    await stores[0].delete_older(NONE)
    assert await stores[1].claim("T1", "Ev1", "message")


async def test_what_is_claimed_for_a_while_is_taken_over_by_one_after_it(engines: list[AsyncEngine]):
    """Whoever dies over it does not keep the others out for ever."""
    stores = [SlackEvents(engine) for engine in engines] * 5
    claim = ("T9", "digest", "renewal")
    first = await asyncio.gather(*(store.claim_for(timedelta(minutes=1), *claim) for store in stores))
    await asyncio.sleep(1.1)
    lapsed = await asyncio.gather(*(store.claim_for(timedelta(seconds=1), *claim) for store in stores[:2]))

    assert first.count(True) == 1
    assert lapsed.count(True) == 1
    assert not await stores[0].claim_for(timedelta(minutes=1), *claim)


async def test_a_state_is_used_up_by_one(engines: list[AsyncEngine]):
    stores = [SlackStates(engine) for engine in engines] * 5
    await stores[0].keep("state", timedelta(minutes=1))
    await stores[0].keep("late", -timedelta(minutes=1))

    used = await asyncio.gather(*(store.use_up("state") for store in stores))

    assert used.count(True) == 1
    assert not await stores[0].use_up("late")
    assert not await stores[0].use_up("unheard of")
    await stores[0].delete_expired()


async def test_threads_know_who_spoke(engines: list[AsyncEngine]):
    threads = [SlackThreads(engine) for engine in engines]
    thread = Thread("T1", "C1", "1.0")
    await asyncio.gather(*(store.join(thread, person) for store in threads for person in ("U1", "U2")))

    assert await threads[0].people(thread) == {"U1", "U2"}
    assert await threads[0].people(Thread("T2", "C1", "1.0")) == frozenset()
    await threads[0].forget_team("T2")
    await threads[0].delete_older(timedelta(days=1))
    assert await threads[1].people(thread) == {"U1", "U2"}
    await threads[0].forget_team("T1")
    assert await threads[1].people(thread) == frozenset()


async def test_offers_are_found_by_the_answer(engines: list[AsyncEngine]):
    offers = SlackOffers(engines[0])
    await offers.offer("answer", Thread("T1", "C1", "1.0"))

    assert await SlackOffers(engines[1]).find("answer") == Thread("T1", "C1", "1.0")
    assert await offers.find("another") is None
    await offers.forget_team("T1")
    assert await offers.find("answer") is None


async def test_a_later_installation_replaces_the_earlier(engines: list[AsyncEngine]):
    rows, now = SlackInstallations(engines[0]), datetime.now(UTC)
    await rows.put("", "T1", "first", now)
    await asyncio.gather(*(SlackInstallations(engine).put("", "T1", "second" * 500, now) for engine in engines))

    assert await rows.get("", "T1") == "second" * 500
    assert await rows.get("E1", "T1") is None
    await rows.remove("", "T1")
    assert await rows.all() == []

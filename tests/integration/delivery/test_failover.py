"""Who is alive, who is taken over from, and by whom: on both databases."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from psycopg import AsyncConnection, OperationalError
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from bot.delivery.failover import Failover, Heartbeat
from bot.store import database
from bot.store.database import get_session_name, migrate, open_engine
from bot.store.replicas import Replicas
from bot.store.tables import ReplicaRow

AT_ONCE = Heartbeat(interval=0.0, timeout=0.0)
PATIENT = Heartbeat(interval=0.0, timeout=3600.0)


@dataclass
class RememberingEngine:
    """An engine that only remembers."""

    replica: str
    taken: list[str] = field(default_factory=list)
    unregistered: set[str] = field(default_factory=set)

    async def take_over(self, replica: str) -> int:
        self.taken.append(replica)
        return 1

    async def list_working_replicas(self) -> set[str]:
        return self.unregistered


async def beat_and_look(failover: Failover) -> None:
    await failover.send_heartbeat()
    await failover.take_over_silent()


@pytest.fixture
async def two_engines(postgres_url):
    engines = open_engine(postgres_url), open_engine(postgres_url)
    await migrate(engines[0])
    yield engines
    for engine in engines:
        await engine.dispose()


@pytest.fixture
async def replicas(database_url) -> AsyncIterator[Replicas]:
    engine = open_engine(database_url)
    await migrate(engine)
    yield Replicas(engine)
    await engine.dispose()


async def test_the_work_of_a_silent_replica_is_taken_over_by_only_one_of_the_others(replicas):
    await replicas.record_heartbeat("dead")
    one, other = RememberingEngine("one"), RememberingEngine("other")
    await beat_and_look(Failover(replicas, one, AT_ONCE))
    await beat_and_look(Failover(replicas, other, PATIENT))

    assert one.taken == ["dead"]
    assert other.taken == []
    assert await replicas.list_ids() == {"one", "other"}


async def test_a_living_replica_is_left_alone(replicas):
    await replicas.record_heartbeat("alive")
    engine = RememberingEngine("me")
    failover = Failover(replicas, engine, PATIENT)
    for _ in range(3):
        await beat_and_look(failover)

    assert engine.taken == []
    assert await replicas.list_ids() == {"alive", "me"}


async def test_whatever_breaks_a_replica_goes_on_to_live_and_to_look_after_the_others(replicas):
    class Slips(RememberingEngine):
        async def list_working_replicas(self) -> set[str]:
            self.taken.append("asked")
            raise ValueError("a slip")

    engine = Slips("me")
    living = asyncio.create_task(Failover(replicas, engine, Heartbeat(interval=0.01, timeout=3600.0)).run())
    while len(engine.taken) < 2 and not living.done():
        await asyncio.sleep(0.01)
    living.cancel()
    with suppress(asyncio.CancelledError):
        await living
    assert len(engine.taken) >= 2


async def test_who_stops_cleanly_is_taken_over_from_at_once(replicas):
    await replicas.record_heartbeat("gone")
    await Failover(replicas, RememberingEngine("gone"), PATIENT).release()
    engine = RememberingEngine("me")
    await beat_and_look(Failover(replicas, engine, PATIENT))

    assert engine.taken == ["gone"]


async def test_work_of_a_replica_that_is_on_no_list_is_found(replicas):
    """A replica that died while taking over, or a hung one that woke up and died before its next heartbeat."""
    engine = RememberingEngine("me", unregistered={"stray", "me"})
    await beat_and_look(Failover(replicas, engine, PATIENT))

    assert await replicas.list_ids() == {"stray", "me"}


async def test_a_replica_that_hangs_in_the_middle_of_its_heartbeat_is_taken_over_from(postgres_url, monkeypatch):
    """Its open transaction holds its row: the server ends it, or the others would wait for as long as it hangs."""
    monkeypatch.setattr(database, "_IDLE", 1.0)
    engine = open_engine(postgres_url)
    await migrate(engine)
    try:
        await Replicas(engine).record_heartbeat("hung")
        async with engine.connect() as hung:
            await hung.execute(update(ReplicaRow).where(ReplicaRow.id == "hung").values(id="hung"))
            work = RememberingEngine("living")
            await asyncio.wait_for(beat_and_look(Failover(Replicas(engine), work, AT_ONCE)), 15)

            assert work.taken == ["hung"]
            with pytest.raises(DBAPIError):
                await hung.commit()
    finally:
        await engine.dispose()


async def test_a_replica_that_hangs_between_the_statements_of_a_pipeline_holds_nobody_up(two_engines):
    """The server takes its transaction for active, and so never ends it by itself: whoever takes over does."""
    hanging, living = two_engines
    replicas, hung = Replicas(living), get_session_name(hanging)
    await replicas.record_heartbeat(hung)
    async with living.begin() as connection:
        await connection.execute(text("CREATE TABLE held AS SELECT 1 AS row"))
    async with hanging.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert isinstance(raw, AsyncConnection)
        with suppress(OperationalError):
            async with raw.pipeline():
                await raw.execute("UPDATE held SET row = 2")
                raw.pgconn.send_flush_request()
                raw.pgconn.flush()  # and no more is sent, as by a process that hangs
                await asyncio.sleep(0.5)
                await beat_and_look(Failover(replicas, RememberingEngine("me"), AT_ONCE))
                async with asyncio.timeout(15), living.begin() as other:
                    await other.execute(text("UPDATE held SET row = 3"))
        assert raw.broken
        await connection.invalidate()

"""Who is alive, who is taken over from, and by whom: on both databases."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from bot.delivery.failover import Adoption, Pace
from bot.store.database import migrate, open_engine
from bot.store.replicas import Replicas

AT_ONCE = Pace(beat=0.0, silence=0.0)
PATIENT = Pace(beat=0.0, silence=3600.0)


@dataclass
class Work:
    """An engine that only remembers."""

    replica: str
    taken: list[str] = field(default_factory=list)
    strays: set[str] = field(default_factory=set)

    async def take_over(self, replica: str) -> int:
        self.taken.append(replica)
        return 1

    async def working(self) -> set[str]:
        return self.strays


async def once(adoption: Adoption) -> None:
    await adoption.beat()
    await adoption.look()


@pytest.fixture
async def replicas(database_url) -> AsyncIterator[Replicas]:
    engine = open_engine(database_url)
    await migrate(engine)
    yield Replicas(engine)
    await engine.dispose()


async def test_the_work_of_a_silent_replica_is_taken_over_by_only_one_of_the_others(replicas):
    await replicas.beat("dead")
    one, other = Work("one"), Work("other")
    await once(Adoption(replicas, one, AT_ONCE))
    await once(Adoption(replicas, other, PATIENT))

    assert one.taken == ["dead"]
    assert other.taken == []
    assert await replicas.listed() == {"one", "other"}


async def test_a_living_replica_is_left_alone(replicas):
    await replicas.beat("alive")
    work = Work("me")
    adoption = Adoption(replicas, work, PATIENT)
    for _ in range(3):
        await once(adoption)

    assert work.taken == []
    assert await replicas.listed() == {"alive", "me"}


async def test_whatever_breaks_a_replica_goes_on_to_live_and_to_look_after_the_others(replicas):
    class Slips(Work):
        async def working(self) -> set[str]:
            self.taken.append("asked")
            raise ValueError("a slip")

    work = Slips("me")
    living = asyncio.create_task(Adoption(replicas, work, Pace(beat=0.01, silence=3600.0)).run())
    while len(work.taken) < 2 and not living.done():
        await asyncio.sleep(0.01)
    living.cancel()
    with suppress(asyncio.CancelledError):
        await living
    assert len(work.taken) >= 2


async def test_who_stops_cleanly_is_taken_over_from_at_once(replicas):
    await replicas.beat("gone")
    await Adoption(replicas, Work("gone"), PATIENT).leave()
    work = Work("me")
    await once(Adoption(replicas, work, PATIENT))

    assert work.taken == ["gone"]


async def test_work_of_a_replica_that_is_on_no_list_is_found(replicas):
    """An adopter that died halfway, or a hung replica that woke up and died before it could report."""
    work = Work("me", strays={"stray", "me"})
    await once(Adoption(replicas, work, PATIENT))

    assert await replicas.listed() == {"stray", "me"}

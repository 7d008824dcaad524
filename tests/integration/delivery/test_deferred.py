"""Who has to wait lets others go first, and what breaks on the way is taken up again: on both databases."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest
from sqlalchemy import event, make_url
from sqlalchemy.exc import ProgrammingError

from bot.clock import utc_now
from bot.conversation.tips import TipChooser
from bot.delivery.engine import EngineLimits
from bot.delivery.failover import Heartbeat
from bot.delivery.poster import Postable, PostRefusedError
from bot.delivery.service import TipsService
from bot.delivery.worker import WorkerTimings
from bot.message import Place
from bot.platforms.abilities import ABILITIES
from bot.store.answers import Answers
from bot.store.database import migrate, open_engine
from bot.store.deliveries import Deliveries
from bot.store.promises import Promises
from bot.store.replicas import Replicas
from bot.store.retry import retry_until_available
from bot.subscriptions.calendar import decide
from tests.integration.delivery.harness import PATIENCE, promise, subscribe
from tests.packaged import packaged_pack

KNOWLEDGE = packaged_pack()
WAITS = WorkerTimings(post=PATIENCE, settle=0.1, again=0.5, held=0.1)


class RefusingPlatform:
    """Takes posts, but not from workspaces that it refuses for now."""

    def __init__(self, *refusing: str, permanent: bool = False) -> None:
        self.refusing = set(refusing)
        self.permanent = permanent
        self.refused: Counter[str] = Counter()
        self.posts: Counter[str] = Counter()

    async def post(self, place: Place, reply: Postable, key: str) -> None:
        if place.team in self.refusing:
            self.refused[key] += 1
            raise PostRefusedError("the token cannot be read", permanent=self.permanent)
        self.posts[key] += 1

    async def find(self, place: Place, key: str, *, since: object) -> bool:
        return key in self.posts


async def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, f"not within {PATIENCE} s"
        await asyncio.sleep(0.05)


@asynccontextmanager
async def delivering(
    url: str, platform: RefusingPlatform, database, tips=None, waits=WAITS, now=utc_now
) -> AsyncIterator[None]:
    service = TipsService(
        url,
        database,
        tips or TipChooser(lambda: KNOWLEDGE, Answers(database)),
        platform,
        ABILITIES,
        EngineLimits(4, 2, 6000),
        waits,
        Heartbeat(0.5, 1.5),
        now=now,
        every=0.3,
    )
    async with service.running():
        yield


async def test_workspaces_that_refuse_for_hours_do_not_hold_up_the_others(engine, database_url):
    """Two of them would fill every place in the queue, if what they refuse kept its place while it waits."""
    await subscribe(database_url, 30, teams=3)
    await promise(database_url)  # in the first workspace
    platform = RefusingPlatform("T000", "T001")
    async with delivering(database_url, platform, engine):
        await until(lambda: len(platform.posts) == 10 and max(platform.refused.values(), default=0) >= 2)
        assert not [key for key in platform.posts if key in platform.refused]
        platform.refusing.clear()
        await until(lambda: len(platform.posts) == 31)
    assert set(platform.posts.values()) == {1}
    assert "promise-p1" in platform.posts


async def test_of_a_turn_that_is_over_and_the_next_one_only_the_next_goes_on(engine, database_url):
    """A worker that hung is taken over from, and both go on: who changes the record first is the only one."""
    await subscribe(database_url, 1)
    deliveries, now = Deliveries(engine), utc_now()
    await deliveries.take_due(now, 1, lambda one: decide(one, now), lambda _connection, _one: None)
    (day,) = await deliveries.days("s0000000", date(2000, 1, 1))
    found = await deliveries.load("s0000000", day)
    assert found is not None
    known = found.delivery

    assert await deliveries.defer(known, now)
    assert not await deliveries.defer(known, now)
    assert await deliveries.intend(known, "a", "t", "n") is None
    again = replace(known, turn=1)
    assert await deliveries.intend(again, "a", "t", "n") is not None
    assert not await deliveries.defer(again, now)


async def test_of_a_reminder_that_is_put_off_only_the_next_turn_goes_on(engine, database_url):
    await promise(database_url)
    promises, queued = Promises(engine), []
    await promises.take_due(utc_now(), 1, lambda _connection, _one: None)
    known = await promises.get("p1")
    assert known is not None

    assert await promises.defer(known, utc_now())
    assert await promises.intend(known) is None
    assert await promises.take_deferred(utc_now(), 9, lambda _connection, them: queued.extend(them)) == 1
    assert await promises.take_deferred(utc_now(), 9, lambda _connection, them: queued.extend(them)) == 0
    assert [one.turn for one in queued] == [1]
    assert await promises.intend(queued[0]) is not None
    assert not await promises.defer(queued[0], utc_now())


class Stumbling(TipChooser):
    """Tips that cannot be chosen at first."""

    stumbles = 2

    async def prepare_planned(self, *arguments, **options):
        self.stumbles -= 1
        if self.stumbles >= 0:
            raise RuntimeError("a slip in our own code")
        return await super().prepare_planned(*arguments, **options)


async def test_a_tip_on_whose_way_something_breaks_is_taken_up_again(engine, database_url):
    await subscribe(database_url, 2, teams=1)
    platform = RefusingPlatform()
    async with delivering(database_url, platform, engine, Stumbling(lambda: KNOWLEDGE, Answers(engine))):
        await until(lambda: len(platform.posts) == 2)
    assert set(platform.posts.values()) == {1}


@pytest.mark.parametrize("statement", ["SELECT subscriptions.", "UPDATE deliveries", "INSERT INTO answers"])
async def test_a_query_that_fails_for_no_reason_that_passes_loses_nothing(engine, database_url, statement):
    await subscribe(database_url, 1)
    failed: list[str] = []

    def fail(_connection, _cursor, asked: str, *_rest) -> None:
        if asked.startswith(statement) and not failed:
            failed.append(asked)
            raise ProgrammingError(asked, {}, Exception("a column is missing"))

    event.listen(engine.sync_engine, "before_cursor_execute", fail)
    platform = RefusingPlatform()
    async with delivering(database_url, platform, engine):
        await until(lambda: len(platform.posts) == 1)
        async with asyncio.timeout(PATIENCE):
            while await _open(engine):
                await asyncio.sleep(0.1)
    assert failed
    assert set(platform.posts.values()) == {1}


async def test_a_sweep_in_which_something_breaks_is_not_the_last(engine, database_url):
    await subscribe(database_url, 1)
    failed: list[str] = []

    def fail(_connection, _cursor, asked: str, *_rest) -> None:
        if "subscriptions.next_due <=" in asked and not failed:
            failed.append(asked)
            raise ValueError("a row that cannot be read")

    event.listen(engine.sync_engine, "before_cursor_execute", fail)
    platform = RefusingPlatform()
    async with delivering(database_url, platform, engine):
        await until(lambda: len(platform.posts) == 1)
    assert failed


async def _open(engine) -> bool:
    async with engine.connect() as connection:
        states = await connection.exec_driver_sql("SELECT state FROM deliveries")
        return set(states.scalars()) != {"posted"}


async def test_a_clock_that_jumps_ahead_makes_no_tip_on_its_way_too_late(engine, database_url):
    await subscribe(database_url, 2, teams=1)
    platform, ahead = RefusingPlatform("T000"), timedelta(0)
    waits = replace(WAITS, again=0.1, held=PATIENCE)  # it keeps its place, and is tried again while in doubt
    async with delivering(database_url, platform, engine, waits=waits, now=lambda: utc_now() + ahead):
        await until(lambda: len(platform.refused) == 2)
        ahead, before = timedelta(days=1), max(platform.refused.values())
        await until(lambda: max(platform.refused.values()) >= before + 3)
        platform.refusing.clear()
        await until(lambda: len(platform.posts) == 2)
    assert set(platform.posts.values()) == {1}


async def test_a_database_that_only_reads_while_another_takes_over_is_waited_for(postgres_url, postgres_server, caplog):
    """After a failover the old connections lead to a server that takes no writes any more."""
    name = make_url(postgres_url).database

    def only_read(switch: str) -> None:
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {switch}')

    engine = open_engine(postgres_url)
    await migrate(engine)
    await engine.dispose()
    only_read("on")
    beat = asyncio.create_task(retry_until_available(lambda: Replicas(engine).record_heartbeat("me")))
    await until(lambda: "not available" in caplog.text or beat.done())
    only_read("off")
    async with asyncio.timeout(PATIENCE):
        await beat
    assert await Replicas(engine).list_ids() == {"me"}
    await engine.dispose()

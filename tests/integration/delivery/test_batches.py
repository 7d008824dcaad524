"""Batches keep every promise of a tip by itself: kills, hangs, limits and storms in the middle of one."""

import asyncio
import signal
import time
from dataclasses import replace
from datetime import date

import pytest

from bot.conversation.tips import TipChooser
from bot.delivery.batches import Batch, QueuedTask
from bot.delivery.engine import Engine, EngineLimits
from bot.delivery.poster import Postable, RetryLaterError
from bot.message import Place
from bot.store.answers import Answers
from bot.store.database import migrate, open_engine
from tests.integration.delivery.harness import PATIENCE, World, promise, subscribe, world
from tests.integration.delivery.test_deferred import KNOWLEDGE, WAITS, RefusingPlatform, delivering, until
from tests.integration.delivery.test_engine import no_loss_and_nothing_twice

AT_ONCE = 8


def wait_until_begun(made: World, count: int) -> None:
    """Wait until so many posts are committed as begun; the platform holds each."""
    deadline = time.monotonic() + PATIENCE
    while (begun := made.states()["posting"]) < count:
        assert time.monotonic() < deadline, f"{begun} are begun and not {count}"
        time.sleep(0.05)


@pytest.mark.parametrize("blind", [0, 1], ids=["can be asked", "cannot be asked"])
async def test_a_kill_between_the_group_commit_and_the_post(database_url, blind):
    """Only what held a slot is in doubt: looked for where that is possible, flagged where it is not, never doubled."""
    await subscribe(database_url, 60, teams=2)
    with world(database_url, most=0, blind=blind) as made:
        replica = made.replica(at_once=AT_ONCE, post=PATIENCE)
        wait_until_begun(made, AT_ONCE)
        replica.kill()
        assert made.states() == {"posting": AT_ONCE, "due": 60 - AT_ONCE}
        assert made.posts() == {}
        made.take()
        made.replica(at_once=AT_ONCE)

        states = made.settle(60)
        assert states["unknown"] == (AT_ONCE if blind else 0)
        assert states["posted"] == 60 - states["unknown"]
        posts = made.posts()
        assert states["posted"] <= len(posts) <= 60  # of those in doubt some may have arrived after the kill
        assert all(len(times) == 1 for times in posts.values())


async def test_a_replica_that_hangs_in_the_middle_of_a_batch_posts_nothing_again_when_it_wakes(postgres_url):
    await subscribe(postgres_url, 50, teams=2)
    with world(postgres_url, takes=0.1, most=15) as made:
        hung = made.replica(at_once=AT_ONCE, beat=0.5, silence=1.5, settle=2.0)
        made.wait_for_posts(15)
        hung.send_signal(signal.SIGSTOP)
        made.take()
        made.replica(at_once=AT_ONCE, beat=0.5, silence=1.5, settle=2.0)
        made.wait_for_posts(40)
        hung.send_signal(signal.SIGCONT)

        assert made.settle(50)["posted"] == 50
        time.sleep(2.5)  # the hung one has time to post again, if it would
        no_loss_and_nothing_twice(made, 50)


async def test_the_limits_of_a_workspace_hold_for_tips_and_promises_over_two_replicas(postgres_url):
    await subscribe(postgres_url, 60, teams=2)
    await promise(postgres_url, *(f"p{number}" for number in range(20)), teams=2)
    with world(postgres_url, takes=0.2) as made:
        for _ in range(2):
            made.replica(at_once=6, workspace_at_once=2)
        made.settle(60)
        made.wait_for_posts(80)

        peaks = made.peaks()
        assert peaks["all"] <= 2 * 2 * 2
        assert max(peaks["T000"], peaks["T001"]) <= 2 * 2
        no_loss_and_nothing_twice(made, 80)


async def test_a_workspace_gets_no_more_in_a_minute_than_its_limit_from_two_replicas(postgres_url):
    """The engine counts batches, and so a batch is smaller where few may come in a minute."""
    await subscribe(postgres_url, 60, teams=2)
    await promise(postgres_url, "p1", "p2", teams=2)
    with world(postgres_url) as made:
        for _ in range(2):
            made.replica(per_minute=20, every=5.0)
        made.wait_for_posts(40)
        time.sleep(8)

        first = [times[0] for key, times in made.posts().items() if key.startswith("tip-")]
        assert len(made.posts()) == 40
        assert max(first) - min(first) < 60
        assert made.states()["due"] >= 60 - 40


async def test_a_batch_from_before_the_limit_was_lowered_is_divided_anew(database_url):
    """Nothing of it is lost, nothing runs twice, and no part is larger than the new limit lets a batch be."""
    ours = open_engine(database_url)
    await migrate(ours)
    tasks = tuple(QueuedTask("tip", f"s{number}", date(2026, 11, 30)) for number in range(25))
    parts: list[Batch] = []

    async def run_batch(part: Batch) -> None:
        parts.append(part)

    async def put_off(_task: QueuedTask) -> bool:
        return True

    lowered = EngineLimits(workspace_per_minute=80)
    async with Engine(database_url, run_batch, put_off, lowered, "test").open() as queue:
        async with ours.begin() as connection:
            await connection.run_sync(queue.enqueue, Batch("slack:T000", tasks))
        await until(lambda: sum(len(part.tasks) for part in parts) >= len(tasks))
    await ours.dispose()

    assert [len(part.tasks) for part in parts] == [10, 10, 5]
    assert tuple(task for part in parts for task in part.tasks) == tasks
    assert {part.workspace for part in parts} == {"slack:T000"}


class BusyPlatform(RefusingPlatform):
    """Asks one workspace to wait, as a storm of 429 does."""

    async def post(self, place: Place, reply: Postable, key: str) -> None:
        if place.team in self.refusing:
            self.refused[key] += 1
            raise RetryLaterError(1.0)
        await super().post(place, reply, key)


async def test_a_storm_of_429_in_one_workspace_leaves_the_other_its_flow(engine, database_url):
    await subscribe(database_url, 120, teams=2)
    platform = BusyPlatform("T000")
    async with delivering(database_url, platform, engine):
        await until(lambda: len(platform.posts) == 60)
        assert not [key for key in platform.posts if key in platform.refused]
        assert max(platform.refused.values()) <= 10
        platform.refusing.clear()
        await until(lambda: len(platform.posts) == 120)
    assert set(platform.posts.values()) == {1}


class Missing(TipChooser):
    """Knows no tip for one place."""

    async def prepare_planned(self, place, planned):
        if place.channel == "C0000003":
            raise LookupError("no tip for this place")
        return await super().prepare_planned(place, planned)


async def test_an_error_of_one_task_ends_none_of_its_batch(engine, database_url):
    await subscribe(database_url, 25, teams=1)
    platform = RefusingPlatform()
    async with delivering(database_url, platform, engine, Missing(lambda: KNOWLEDGE, Answers(engine))):
        await until(lambda: len(platform.posts) == 24)
    assert set(platform.posts.values()) == {1}


class ForgetfulPlatform(RefusingPlatform):
    """Gives no answer for one post, and takes its time over looking for it."""

    async def post(self, place: Place, reply: Postable, key: str) -> None:
        await super().post(place, reply, key)
        if place.channel == "C0000003":
            raise TimeoutError


async def test_one_uncertain_post_holds_its_batch_no_longer_than_itself(engine, database_url):
    """It leaves its batch to be looked for later; the batch is at an end for the engine."""
    await subscribe(database_url, 25, teams=1)
    platform = ForgetfulPlatform()
    async with delivering(database_url, platform, engine, waits=replace(WAITS, settle=0.3)):
        await until(lambda: len(platform.posts) == 25)
        async with asyncio.timeout(PATIENCE):
            while await _count(engine, "SELECT count(*) FROM deliveries WHERE state = 'posted'") < 25:
                await asyncio.sleep(0.1)
    assert set(platform.posts.values()) == {1}
    assert await _count(engine, "SELECT max(turn) FROM deliveries") == 1


async def _count(engine, query: str) -> int:
    async with engine.connect() as connection:
        return (await connection.exec_driver_sql(query)).scalar_one()

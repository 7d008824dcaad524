"""Batches lose no task, slots keep both limits, and the alarm rings for what was put off."""

import asyncio
import time
from collections import Counter
from contextlib import suppress
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.alarm import Alarm
from bot.delivery.batches import QueuedTask, divide_into_batches, name_workspace
from bot.delivery.engine import EngineLimits
from bot.delivery.slots import Slots
from bot.message import Place

TASKS = st.one_of(
    st.builds(
        QueuedTask, st.just("tip"), st.text(min_size=1, max_size=16), st.dates(), st.integers(0, 9), st.integers(0, 9)
    ),
    st.builds(QueuedTask, st.just("check"), st.text(min_size=1), turn=st.integers(0, 9), settled=st.integers(0, 9)),
)
PLACES = st.builds(Place, st.sampled_from(["slack", "teams"]), st.sampled_from(["T1", "T2", "T3"]), st.just("C1"))


@given(st.lists(st.tuples(PLACES, TASKS)), st.integers(1, 25))
def test_every_task_is_in_one_batch_of_its_workspace_and_no_batch_is_too_large(tasks, size):
    batches = list(divide_into_batches(tasks, size))

    assert all(1 <= len(batch.tasks) <= size for batch in batches)
    found = Counter((batch.workspace, task) for batch in batches for task in batch.tasks)
    assert found == Counter((name_workspace(place), task) for place, task in tasks)
    fewest = sum(-(-count // size) for count in Counter(name_workspace(place) for place, _ in tasks).values())
    assert len(batches) == fewest


@given(TASKS)
def test_a_task_comes_back_from_the_queue_as_it_was(task):
    assert QueuedTask.read(task.write()) == task


@given(st.integers(1, 10_000))
def test_the_batches_of_a_minute_hold_no_more_than_its_limit_and_a_few_at_least(per_minute):
    limits = EngineLimits(workspace_per_minute=per_minute)

    assert limits.batch_size * limits.batches_per_minute <= per_minute
    assert limits.batches_per_minute >= min(8, per_minute)
    assert 1 <= limits.batch_size <= 25


class Busy:
    """Counts who holds a slot."""

    def __init__(self, slots: Slots) -> None:
        self.slots = slots
        self.now: Counter[str] = Counter()
        self.peaks: Counter[str] = Counter()
        self.order: list[str] = []

    async def work(self, workspace: str, seconds: float = 0.005) -> None:
        async with self.slots.hold(workspace):
            self.order.append(workspace)
            self.now[workspace] += 1
            self.peaks[workspace] = max(self.peaks[workspace], self.now[workspace])
            self.peaks["all"] = max(self.peaks["all"], self.now.total())
            try:
                await asyncio.sleep(seconds)
            finally:
                self.now[workspace] -= 1


async def test_both_limits_are_kept_and_used_up():
    busy = Busy(Slots(5, 2))
    await asyncio.gather(*(busy.work(f"w{number % 4}") for number in range(60)))

    assert busy.peaks == {"w0": 2, "w1": 2, "w2": 2, "w3": 2, "all": 5}


async def test_a_workspace_that_is_slow_holds_up_no_other():
    busy = Busy(Slots(3, 2))
    slow = [asyncio.create_task(busy.work("slow", 0.2)) for _ in range(10)]
    await asyncio.sleep(0.01)
    async with asyncio.timeout(0.15):
        await asyncio.gather(*(busy.work("quick") for _ in range(5)))
    assert busy.order.count("slow") == 2
    await asyncio.gather(*slow)


async def test_who_gives_up_waiting_takes_no_slot_with_them():
    busy = Busy(Slots(1, 1))
    tasks = [asyncio.create_task(busy.work("w", 0.02)) for _ in range(6)]
    await asyncio.sleep(0.005)
    for number in (0, 2, 3):  # one that holds a slot, two that wait
        tasks[number].cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task
    assert busy.peaks["all"] == 1
    async with asyncio.timeout(60):  # else it would wait for ever
        await Busy(busy.slots).work("w")


async def test_the_alarm_rings_when_what_was_put_off_is_due_and_else_waits_to_the_end():
    alarm = Alarm(soonest=0.0)
    begun = time.monotonic()
    assert not await alarm.wait(0.05)
    waiting = asyncio.create_task(alarm.wait(5.0))
    await asyncio.sleep(0.01)
    alarm.set(0.3)
    alarm.set(0.05)
    assert await waiting
    assert time.monotonic() - begun < 0.3
    assert await alarm.wait(5.0)  # the later one rings as well
    assert not await alarm.wait(0.0)


async def test_the_alarm_does_not_ring_again_too_soon():
    alarm = Alarm(soonest=0.2)
    alarm.set(0.0)
    assert await alarm.wait(1.0)
    alarm.set(0.0)
    begun = time.monotonic()
    assert await alarm.wait(1.0)
    assert time.monotonic() - begun > 0.15


def test_a_tip_of_a_queue_names_its_date():
    task = QueuedTask("tip", "s1", date(2026, 11, 30))

    assert task.write() == ["tip", "s1", "2026-11-30", 0, 0]

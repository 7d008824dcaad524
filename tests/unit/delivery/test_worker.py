"""The worker: each answer a platform can give leads to one post, or to a record that says why not."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.poster import Posters, PostRefusedError, PostUncertainError, RetryLaterError
from bot.delivery.worker import PendingPost, Shutdown, Worker, WorkerTimings
from bot.message import Place, TextReply
from bot.platforms.abilities import ABILITIES

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HERE = Place("slack", "T1", "C1")
QUICK = WorkerTimings(post=0.2, settle=0.0, again=0.0)


@dataclass
class Script:
    """A platform that answers as written down, and remembers."""

    answers: list
    finds: list = field(default_factory=list)
    posts: int = 0
    looks: int = 0

    async def post(self, place, reply, key):
        answer = self.answers[self.posts]
        self.posts += 1
        if isinstance(answer, float):
            await asyncio.sleep(answer)
        elif isinstance(answer, Exception):
            raise answer

    async def find(self, place, key, *, since):
        answer = self.finds[self.looks]
        self.looks += 1
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Record:
    """A task kept in memory."""

    due_at: datetime = NOW
    state: str = "due"
    attempt: int = 0
    reason: str | None = None
    intends: bool = True
    mine: bool = True
    slow: float = 0.0
    slips: list = field(default_factory=list)
    again_at: datetime | None = None

    async def load(self):
        if self.slips:
            raise self.slips.pop()
        if self.state not in ("due", "posting"):
            return None
        return PendingPost(HERE, "key", self.due_at, self.state == "posting", self.attempt)

    async def intend(self):
        if not self.intends:
            self.state = "posted"  # by the other worker
            return None
        self.state, self.attempt = "posting", self.attempt + 1
        await asyncio.sleep(self.slow)
        return TextReply("tip", ("words",))

    async def still_mine(self):
        if not self.mine:
            self.state = "posted"
        return self.mine

    async def not_posted(self, reason):
        self.state, self.reason = "due", reason

    async def defer(self, until):
        if self.slips:
            raise self.slips.pop()
        self.again_at = until

    async def finish(self, end, reason):
        self.state, self.reason = end, reason
        return True


async def run_task(script, record=None, now=NOW, timings=QUICK):
    record = record or Record()
    await Worker(script, lambda: now, Shutdown(), timings).run_task(record)
    return record


OK = object()


@pytest.mark.parametrize(
    ("answers", "finds", "end", "posts"),
    [
        ([OK], [], "posted", 1),
        ([RetryLaterError(0.01), OK], [], "posted", 2),
        ([PostRefusedError("busy", permanent=False), OK], [], "posted", 2),
        ([PostRefusedError("archived", permanent=True)], [], "refused", 1),
        ([PostUncertainError()], [True], "posted", 1),
        ([PostUncertainError(), OK], [False], "posted", 2),
        ([PostUncertainError()], [None], "unknown", 1),
        ([ValueError("a slip in the poster")], [True], "posted", 1),
        ([1.0], [True], "posted", 1),
        (
            [PostUncertainError()],
            [PostUncertainError(), RetryLaterError(0.0), PostRefusedError("busy", permanent=False), True],
            "posted",
            1,
        ),
        ([PostUncertainError()], [PostRefusedError("token revoked", permanent=True)], "unknown", 1),
        ([PostUncertainError(), PostUncertainError(), OK], [False, False], "posted", 3),
    ],
)
async def test_every_answer_leads_to_one_post_or_to_a_reason(answers, finds, end, posts):
    script = Script(answers, finds)

    record = await run_task(script)

    assert record.state == end
    assert script.posts == posts
    assert script.looks == len(finds)


async def test_a_post_begun_by_a_dead_worker_is_looked_for_before_it_is_made_again():
    script = Script([OK], [True])

    record = await run_task(script, Record(state="posting", attempt=1))

    assert (record.state, script.posts, script.looks) == ("posted", 0, 1)


@pytest.mark.parametrize(
    ("state", "finds", "end"),
    [
        ("due", [], "missed"),
        ("posting", [PostUncertainError()], "unknown"),
        ("posting", [True], "posted"),
        ("posting", [False], "missed"),
    ],
)
async def test_nothing_is_tried_for_ever(state, finds, end):
    script = Script([], finds)

    record = await run_task(script, Record(state=state), now=NOW + timedelta(hours=3, seconds=1))

    assert (record.state, script.posts) == (end, 0)


@pytest.mark.parametrize(
    ("state", "finds", "end"), [("due", [], "posted"), ("posting", [PostUncertainError(), True], "posted")]
)
async def test_nothing_is_too_late_while_the_clock_is_not_to_be_believed(state, finds, end):
    record = Record(state=state, due_at=NOW - timedelta(days=1))
    await Worker(Script([OK], finds), lambda: None, Shutdown(), QUICK).run_task(record)

    assert record.state == end


async def test_who_loses_the_race_posts_nothing():
    script = Script([])

    await run_task(script, Record(intends=False))

    assert script.posts == 0


async def test_who_was_stopped_between_commit_and_post_asks_first():
    script = Script([])

    await run_task(script, Record(slow=0.05, mine=False), timings=WorkerTimings(stale=0.01))

    assert script.posts == 0


async def test_a_wait_ends_when_the_process_stops_and_the_work_is_left():
    shutdown = Shutdown()
    record = Record()
    worker = Worker(Script([RetryLaterError(60)]), lambda: NOW, shutdown, replace(QUICK, held=100.0))
    task = asyncio.create_task(worker.run_task(record))
    await asyncio.sleep(0.05)
    shutdown.begin()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert record.state == "due"


@pytest.mark.parametrize(
    ("answers", "finds", "state"),
    [
        ([PostRefusedError("busy", permanent=False)], [], "due"),
        ([RetryLaterError(60)], [], "due"),
        ([PostUncertainError()], [RetryLaterError(60)], "posting"),
        ([PostUncertainError()], [PostRefusedError("busy", permanent=False)], "posting"),
        ([PostUncertainError()], [PostUncertainError()], "posting"),
    ],
)
async def test_what_has_to_wait_for_long_gives_its_place_to_others(answers, finds, state):
    script = Script(answers, finds)

    record = await run_task(script, timings=replace(QUICK, again=60.0, held=1.0))

    assert record.state == state
    assert timedelta(seconds=60) <= record.again_at - NOW <= timedelta(seconds=66)
    assert (script.posts, script.looks) == (len(answers), len(finds))


async def test_a_platform_that_asks_to_wait_for_ever_is_asked_once_more_when_it_is_too_late():
    record = await run_task(Script([RetryLaterError(10**9)]))

    assert record.again_at is not None
    assert timedelta(hours=3) < record.again_at - NOW < timedelta(hours=4)


@pytest.mark.parametrize("slips", [1, 2, 5])
async def test_whatever_breaks_on_the_way_the_work_goes_on(slips):
    """The first slip is met on the way, the second when it is put off for that: then it waits where it is."""
    slow = replace(QUICK, again=0.01, held=0.0)
    record, script = Record(slips=[ValueError("a slip")] * slips), Script([OK])
    while record.state == "due":
        await run_task(script, record, timings=slow)

    assert (record.state, script.posts) == ("posted", 1)


async def test_a_post_in_flight_is_waited_for():
    record = Record()
    worker = Worker(Script([0.1]), lambda: NOW, Shutdown(), QUICK)
    task = asyncio.create_task(worker.run_task(record))
    await asyncio.sleep(0.02)
    await worker.wait_until_idle(1.0)

    assert record.state == "posted"
    await task


async def test_each_recorded_outcome_is_counted_once_with_its_platform():
    counted = []
    for answers, finds in (([OK], []), ([PostUncertainError()], [None]), ([PostUncertainError(), OK], [False])):
        worker = Worker(Script(answers, finds), lambda: NOW, Shutdown(), QUICK, lambda *counts: counted.append(counts))
        await worker.run_task(Record())

    assert counted == [("slack", "posted"), ("slack", "unknown"), ("slack", "posted")]


async def test_a_platform_that_is_switched_off_is_asked_again_later():
    with pytest.raises(PostRefusedError, match="switched off") as caught:
        await Posters({}, ABILITIES).post(HERE, TextReply("tip", ()), "key")
    assert not caught.value.permanent

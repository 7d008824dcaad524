"""The courier: each answer a platform can give leads to one post, or to a record that says why not."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.poster import Posters, Refused, RetryLater, Unknown
from bot.delivery.worker import Courier, Job, Stopping, Waits
from bot.message import Place, TextReply

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HERE = Place("slack", "T1", "C1")
QUICK = Waits(post=0.2, settle=0.0, again=0.0)


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

    async def find(self, place, key):
        answer = self.finds[self.looks]
        self.looks += 1
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Record:
    """An errand kept in memory."""

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
        return Job(HERE, "key", self.due_at, self.state == "posting", self.attempt)

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

    async def put_off(self, until):
        if self.slips:
            raise self.slips.pop()
        self.again_at = until

    async def finish(self, end, reason):
        self.state, self.reason = end, reason
        return True


async def carry(script, record=None, now=NOW, waits=QUICK):
    record = record or Record()
    await Courier(script, lambda: now, Stopping(), waits).carry(record)
    return record


OK = object()


@pytest.mark.parametrize(
    ("answers", "finds", "end", "posts"),
    [
        ([OK], [], "posted", 1),
        ([RetryLater(0.01), OK], [], "posted", 2),
        ([Refused("busy", permanent=False), OK], [], "posted", 2),
        ([Refused("archived", permanent=True)], [], "refused", 1),
        ([Unknown()], [True], "posted", 1),
        ([Unknown(), OK], [False], "posted", 2),
        ([Unknown()], [None], "unknown", 1),
        ([ValueError("a slip in the poster")], [True], "posted", 1),
        ([1.0], [True], "posted", 1),
        ([Unknown()], [Unknown(), RetryLater(0.0), Refused("busy", permanent=False), True], "posted", 1),
        ([Unknown()], [Refused("token revoked", permanent=True)], "unknown", 1),
        ([Unknown(), Unknown(), OK], [False, False], "posted", 3),
    ],
)
async def test_every_answer_leads_to_one_post_or_to_a_reason(answers, finds, end, posts):
    script = Script(answers, finds)

    record = await carry(script)

    assert record.state == end
    assert script.posts == posts
    assert script.looks == len(finds)


async def test_a_post_begun_by_a_dead_worker_is_looked_for_before_it_is_made_again():
    script = Script([OK], [True])

    record = await carry(script, Record(state="posting", attempt=1))

    assert (record.state, script.posts, script.looks) == ("posted", 0, 1)


@pytest.mark.parametrize(
    ("state", "finds", "end"),
    [
        ("due", [], "missed"),
        ("posting", [Unknown()], "unknown"),
        ("posting", [True], "posted"),
        ("posting", [False], "missed"),
    ],
)
async def test_nothing_is_tried_for_ever(state, finds, end):
    script = Script([], finds)

    record = await carry(script, Record(state=state), now=NOW + timedelta(hours=3, seconds=1))

    assert (record.state, script.posts) == (end, 0)


@pytest.mark.parametrize(("state", "finds", "end"), [("due", [], "posted"), ("posting", [Unknown(), True], "posted")])
async def test_nothing_is_too_late_while_the_clock_is_not_to_be_believed(state, finds, end):
    record = Record(state=state, due_at=NOW - timedelta(days=1))
    await Courier(Script([OK], finds), lambda: None, Stopping(), QUICK).carry(record)

    assert record.state == end


async def test_who_loses_the_race_posts_nothing():
    script = Script([])

    await carry(script, Record(intends=False))

    assert script.posts == 0


async def test_who_was_stopped_between_commit_and_post_asks_first():
    script = Script([])

    await carry(script, Record(slow=0.05, mine=False), waits=Waits(stale=0.01))

    assert script.posts == 0


async def test_a_wait_ends_when_the_process_stops_and_the_work_is_left():
    stopping = Stopping()
    record = Record()
    courier = Courier(Script([RetryLater(60)]), lambda: NOW, stopping, replace(QUICK, held=100.0))
    task = asyncio.create_task(courier.carry(record))
    await asyncio.sleep(0.05)
    stopping.now()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert record.state == "due"


@pytest.mark.parametrize(
    ("answers", "finds", "state"),
    [
        ([Refused("busy", permanent=False)], [], "due"),
        ([RetryLater(60)], [], "due"),
        ([Unknown()], [RetryLater(60)], "posting"),
        ([Unknown()], [Refused("busy", permanent=False)], "posting"),
        ([Unknown()], [Unknown()], "posting"),
    ],
)
async def test_what_has_to_wait_for_long_gives_its_place_to_others(answers, finds, state):
    script = Script(answers, finds)

    record = await carry(script, waits=replace(QUICK, again=60.0, held=1.0))

    assert record.state == state
    assert timedelta(seconds=60) <= record.again_at - NOW <= timedelta(seconds=66)
    assert (script.posts, script.looks) == (len(answers), len(finds))


async def test_a_platform_that_asks_to_wait_for_ever_is_asked_once_more_when_it_is_too_late():
    record = await carry(Script([RetryLater(10**9)]))

    assert record.again_at is not None
    assert timedelta(hours=3) < record.again_at - NOW < timedelta(hours=4)


@pytest.mark.parametrize("slips", [1, 2, 5])
async def test_whatever_breaks_on_the_way_the_work_goes_on(slips):
    """The first slip is met on the way, the second when it is put off for that: then it waits where it is."""
    slow = replace(QUICK, again=0.01, held=0.0)
    record, script = Record(slips=[ValueError("a slip")] * slips), Script([OK])
    while record.state == "due":
        await carry(script, record, waits=slow)

    assert (record.state, script.posts) == ("posted", 1)


async def test_a_post_in_flight_is_waited_for():
    record = Record()
    courier = Courier(Script([0.1]), lambda: NOW, Stopping(), QUICK)
    task = asyncio.create_task(courier.carry(record))
    await asyncio.sleep(0.02)
    await courier.idle(1.0)

    assert record.state == "posted"
    await task


async def test_a_platform_that_is_switched_off_is_asked_again_later():
    with pytest.raises(Refused, match="switched off") as caught:
        await Posters({}).post(HERE, TextReply("tip", ()), "key")
    assert not caught.value.permanent

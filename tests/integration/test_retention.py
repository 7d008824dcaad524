"""What has a keeping time goes when it is over, whichever parts of the bot are on."""

import asyncio
import logging
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli import serve
from bot.message import Place
from bot.retention import PROMISES_KEPT, Retention
from bot.settings import Settings
from bot.store.answers import Answers
from bot.store.promises import Promise, Promises
from bot.store.questions import Question, Questions
from bot.store.subscriptions import Subscription, Subscriptions
from bot.store.tables import AnswerRow, DeliveryRow, FeedbackRow, PromiseRow, QuestionRow, TeamsArrivalRow

HERE = Place("slack", "T1", "C1")
NOW = datetime.now(UTC)
KEPT = (AnswerRow, FeedbackRow, PromiseRow, DeliveryRow, QuestionRow, TeamsArrivalRow)


async def keep_one_of_each(engine: AsyncEngine, name: str, answered: datetime, due: datetime, made: datetime) -> None:
    answers = Answers(engine)
    await answers.record(name, HERE, "lesson", "listening", "a/1")
    await answers.rate(name, "U1", helpful=True)
    await Promises(engine).add(Promise(name, HERE, "U1", "a/1", "Europe/London", made))
    async with engine.begin() as connection:
        await connection.execute(update(AnswerRow).where(AnswerRow.id == name).values(at=answered))
        row = {"subscription": "tip", "day": due.date(), "due_at": due, "state": "posted", "attempt": 1}
        await connection.execute(insert(DeliveryRow), {**row, "changed_at": due})


async def counted(engine: AsyncEngine) -> dict[str, int]:
    async with engine.connect() as connection:
        return {
            table.__tablename__: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in KEPT
        }


async def test_what_is_old_goes_when_the_bot_serves_with_no_tips_and_no_platform(engine, database_url):
    settings = Settings(
        database_url=database_url,
        daily_tips=False,
        port=0,
        simulator="off",
        keep_answers_days=30,
        keep_deliveries_days=40,
    )
    await Subscriptions(engine).save(
        Subscription("tip", HERE, "U1", time(9), "Europe/London", frozenset({0}), (), "", "off")
    )
    day = timedelta(days=1)
    await keep_one_of_each(engine, "old", NOW - 31 * day, NOW - 41 * day, NOW - PROMISES_KEPT - day)
    await keep_one_of_each(engine, "new", NOW - 29 * day, NOW - 39 * day, NOW - PROMISES_KEPT + day)
    await Questions(engine).keep(Question(date(2020, 1, 1), "a question", "clarify"))
    async with engine.begin() as connection:
        await connection.execute(insert(TeamsArrivalRow), {"event": "old", "at": NOW - 2 * day})

    bot = asyncio.create_task(serve._serve(settings))
    try:
        async with asyncio.timeout(120):
            while (await counted(engine))["teams_arrivals"]:  # the last to go
                assert not bot.done()
                await asyncio.sleep(0.1)
    finally:
        bot.cancel()
        await asyncio.gather(bot, return_exceptions=True)

    left = {"answers": 1, "feedback": 1, "promises": 1, "deliveries": 1}
    assert await counted(engine) == {**left, "questions": 0, "teams_arrivals": 0}
    assert await Answers(engine).get("new", HERE) is not None
    assert await Promises(engine).get("new") is not None


async def test_what_cannot_be_deleted_now_keeps_nothing_else_and_is_tried_again(caplog):
    tried: list[str] = []
    both = asyncio.Event()

    async def fail() -> None:
        tried.append("first")
        raise OperationalError("DELETE", {}, Exception("database is locked"))

    async def work() -> None:
        tried.append("second")
        if len(tried) >= 4:
            both.set()

    with caplog.at_level(logging.WARNING):
        async with Retention({"promises": fail, "answers": work}, every=0.01).running():
            await asyncio.wait_for(both.wait(), 60)

    assert tried[:4] == ["first", "second"] * 2
    assert "Old promises could not be deleted yet: OperationalError" in caplog.text


async def test_nothing_is_deleted_while_the_clock_is_not_to_be_believed():
    times = iter([None, NOW])
    deleted: list[str] = []

    async def forget() -> None:
        deleted.append("promises")

    retention = Retention({"promises": forget}, now=lambda: next(times))
    await retention.delete_expired()
    assert deleted == []
    await retention.delete_expired()
    assert deleted == ["promises"]


async def test_a_query_under_way_is_finished_before_the_bot_stops():
    begun, ended = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        begun.set()
        await asyncio.sleep(0.05)
        ended.set()

    async with Retention({"answers": slow}).running():
        await begun.wait()
    assert ended.is_set()

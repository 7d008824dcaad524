"""What several tests of the monthly digest need: a month with something to count, and a digest that is due."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from bot.message import Place
from bot.store.answers import Answers, create_id
from bot.store.digests import Digest, Digests
from bot.store.promises import Promise, Promises
from bot.store.tables import AnswerRow, DigestRow


async def fill_month_before(database, place: Place) -> None:
    """Let a place have taken on 31 small steps, done 19, and asked often about one theme, in the month before."""
    middle = datetime.now(UTC).replace(day=1) - timedelta(days=14)
    promises, answers = Promises(database), Answers(database)
    for number in range(31):
        one = Promise(create_id(), place, f"U{number % 9}", "n", "Europe/London", middle)
        await promises.add(one)
        if number < 19:
            await promises.settle(one, "done", datetime.now(UTC))
    for theme, times in (("listening", 7), ("leadership", 4)):
        for _ in range(times):
            await answers.record(create_id(), place, "lesson", theme, "n")
    async with database.begin() as connection:
        await connection.execute(update(AnswerRow).values(at=middle))
    await promises.add(Promise(create_id(), place, "U1", "n", "Europe/London", datetime.now(UTC)))  # of this month


async def let_be_due(database, place: Place) -> str:
    found = await Digests(database).at(place)
    async with database.begin() as connection:
        due = datetime.now(UTC) - timedelta(seconds=1)
        await connection.execute(update(DigestRow).where(DigestRow.id == found.id).values(due_at=due))
    return found.id


async def wait_for_end(database, digest: str, within: float = 60.0) -> Digest:
    """Wait until a digest that was due is at an end."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        found = await Digests(database).get(digest)
        if found.state == "refused" or (found.state == "due" and found.due_at > datetime.now(UTC)):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"it came to no end: {found}")

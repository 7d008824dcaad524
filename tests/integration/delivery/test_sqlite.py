"""Whatever SQLite a Python was built with, the delivery engine starts on it and records the right times."""

import asyncio
import time
from datetime import date

import pytest
from sqlalchemy import text

from bot.delivery.batches import Batch, QueuedTask
from bot.delivery.engine import Engine, EngineLimits
from bot.store.database import migrate, open_engine

NOW = "unixepoch('subsec') * 1000"  # as DBOS asks for milliseconds on Python 3.12 and later


@pytest.mark.parametrize("asked", [f"SELECT {NOW}", "INSERT INTO written DEFAULT VALUES RETURNING at"])
async def test_the_time_in_milliseconds_is_known_to_every_sqlite(tmp_path, asked):
    engine = open_engine(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    async with engine.begin() as connection:
        await connection.execute(text(f"CREATE TABLE written (at INTEGER NOT NULL DEFAULT ({NOW}))"))
        found = (await connection.execute(text(asked))).scalar_one()
    await engine.dispose()

    assert found == pytest.approx(time.time() * 1000, abs=10_000)


async def test_what_is_enqueued_in_our_transaction_is_run_and_has_its_times(tmp_path):
    url = f"sqlite:///{tmp_path / 'bot.sqlite'}"
    ours = open_engine(url)
    await migrate(ours)
    ran: asyncio.Future[Batch] = asyncio.get_running_loop().create_future()
    tasks = (QueuedTask("tip", "subscription", date(2026, 11, 30)), QueuedTask("check", "promise", turn=2, settled=1))
    batch = Batch("workspace", tasks)

    async def run_batch(found: Batch) -> None:
        ran.set_result(found)

    async def put_off(_task: QueuedTask) -> bool:
        return True

    async with Engine(url, run_batch, put_off, EngineLimits(), "test").open() as queue:
        async with ours.begin() as connection:
            await connection.run_sync(queue.enqueue, batch)
        async with asyncio.timeout(60):
            assert await ran == batch
    async with ours.connect() as connection:
        written = (await connection.execute(text("SELECT created_at, updated_at FROM workflow_status"))).one()
        started = (await connection.execute(text("SELECT version_timestamp FROM application_versions"))).scalar_one()
    await ours.dispose()

    for at in (*written, started):
        assert at == pytest.approx(time.time() * 1000, abs=60_000)

"""A connection to SQLite ends, however it is ended; each statement brings its rows, alone or in a transaction."""

import asyncio
from collections.abc import AsyncIterator, Iterable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store import sqlite
from bot.store.database import open_engine, with_autocommit


async def test_a_connection_that_is_stopped_while_it_closes_is_closed(tmp_path):
    connection = await sqlite.open_connection(str(tmp_path / "some.sqlite"))
    closing = asyncio.create_task(connection.close())
    await asyncio.sleep(0)  # it waits for its thread
    connection.stop()

    await asyncio.wait_for(closing, 30)


async def test_a_connection_that_was_stopped_may_be_stopped_and_closed_again(tmp_path):
    connection = await sqlite.open_connection(str(tmp_path / "some.sqlite"))
    stopped = connection.stop()
    assert stopped is not None
    await asyncio.wait_for(stopped, 30)

    assert connection.stop() is None
    await asyncio.wait_for(connection.close(), 30)


@pytest.fixture
async def engine(sqlite_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(sqlite_url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE counted (number INTEGER PRIMARY KEY)"))
    yield engine
    await engine.dispose()


async def count(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return (await connection.execute(text("SELECT count(*) FROM counted"))).scalar_one()


async def insert(connection: AsyncConnection, numbers: Iterable[int]) -> None:
    await connection.execute(text("INSERT INTO counted VALUES (:number)"), [{"number": one} for one in numbers])


@pytest.mark.parametrize("many", [0, 1, 63, 64, 65, 200])
async def test_all_rows_are_fetched_however_many_come_with_the_statement(engine, many):
    async with engine.begin() as connection:
        await insert(connection, range(many + 1))
        found = (
            await connection.execute(text("SELECT number FROM counted WHERE number < :many"), {"many": many})
        ).all()
        streamed = [row async for row in await connection.stream(text("SELECT number FROM counted"))]

    assert [number for (number,) in found] == list(range(many))
    assert [number for (number,) in streamed] == list(range(many + 1))


async def test_a_statement_that_is_alone_is_kept_at_once_and_a_transaction_is_kept_whole(engine):
    async with with_autocommit(engine).connect() as alone:
        await insert(alone, [1])
        assert await count(engine) == 1  # seen by another connection before this one is given back

    async with engine.connect() as connection:  # the same connection, in the other mode
        transaction = await connection.begin()
        await insert(connection, [2])
        await transaction.rollback()
    assert await count(engine) == 1


async def test_a_refused_statement_that_is_alone_leaves_no_lock_behind(engine):
    async with with_autocommit(engine).connect() as alone:
        with pytest.raises(IntegrityError):
            await insert(alone, [1, 2, 1])
        async with engine.begin() as other:  # would wait ten seconds for a lock that was left behind, and fail
            await insert(other, [3])

    assert await count(engine) == 1


async def test_an_inserted_row_comes_back_where_each_statement_is_alone(engine):
    async with with_autocommit(engine).connect() as alone:
        added = await alone.execute(text("INSERT INTO counted VALUES (7) RETURNING number"))
        assert added.scalar_one() == 7

    assert await count(engine) == 1

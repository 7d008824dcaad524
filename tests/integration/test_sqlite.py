"""A connection to SQLite ends, however it is ended."""

import asyncio

from bot.store import sqlite


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

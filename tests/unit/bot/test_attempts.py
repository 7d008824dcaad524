"""Retries by stamina: what passes, how long is waited, and that stamina itself says and counts nothing."""

import asyncio
import time

import prometheus_client
import pytest
from sqlalchemy.exc import OperationalError, ProgrammingError

from bot.attempts import iterate_attempts
from bot.platforms.teams.api import errors as teams
from bot.store.retry import retry_until_available


class Failing:
    """Work that fails as told, then returns how many attempts it took."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.attempts = 0

    async def __call__(self) -> int:
        self.attempts += 1
        if self.errors:
            raise self.errors.pop(0)
        return self.attempts


def away() -> OperationalError:
    return OperationalError("INSERT INTO questions", {"text": "what somebody typed"}, Exception("the server is away"))


async def test_the_database_is_waited_for_with_one_line_for_each_failure_and_no_word_of_a_statement(caplog):
    """stamina's own hooks would add a second line with the error, and a counter in the registry of the process."""
    assert await retry_until_available(Failing(away(), away())) == 3

    assert [record.getMessage() for record in caplog.records] == [
        "The database is not available (the server is away); trying again in 0.1 s.",
        "The database is not available (the server is away); trying again in 0.2 s.",
    ]
    assert "typed" not in caplog.text
    assert not [metric for metric in prometheus_client.REGISTRY.collect() if "stamina" in metric.name]


async def test_a_wrong_query_passes_at_once():
    work = Failing(ProgrammingError("SELECT", {}, Exception("no such column")))
    with pytest.raises(ProgrammingError):
        await retry_until_available(work)
    assert work.attempts == 1


async def test_waiting_for_the_database_can_be_cancelled():
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.15):
            await retry_until_available(Failing(*(away() for _ in range(1000))))


async def test_teams_is_given_the_time_that_it_asks_for_and_no_more_than_there_is():
    started = time.monotonic()
    assert await teams.send_with_retries(Failing(teams.DeliveryError(429, "slowly", 0.3))) == 2
    assert 0.3 <= time.monotonic() - started < 4

    too_long = Failing(teams.DeliveryError(429, "slowly", 3.0))
    with pytest.raises(teams.DeliveryError):
        await teams.send_with_retries(too_long, longest=2.0)
    assert too_long.attempts == 1, "it is not waited for first and given up afterwards"


async def test_teams_is_tried_three_times_and_never_again_where_a_message_might_be_posted_twice():
    away = Failing(*(teams.DeliveryError(429, "slowly", 0.0) for _ in range(9)))
    with pytest.raises(teams.DeliveryError):
        await teams.send_with_retries(away)
    assert away.attempts == 3

    unsure = Failing(teams.DeliveryError(502, "bad gateway"))
    with pytest.raises(teams.DeliveryError):
        await teams.send_with_retries(unsure, on=("later",))
    assert unsure.attempts == 1


async def test_a_cancellation_passes_whatever_is_tried_again():
    """A server that stops cancels what waits for an answer; no hook can keep it from that."""
    began = asyncio.Event()

    async def work() -> None:
        async for attempt in iterate_attempts(lambda _error: True):
            with attempt:
                began.set()
                await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await began.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 60)  # else it would wait for ever

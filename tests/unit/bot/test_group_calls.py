"""What is asked while the database is busy is asked in one call, and nobody suffers from another one's error."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import OperationalError

from bot.store.group_calls import GroupCalls


class Ledger:
    """A call that remembers what it was asked, and takes a moment."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []

    async def answer(self, asked: Sequence[int]) -> list[int]:
        self.calls.append(list(asked))
        await asyncio.sleep(0.01)
        if -13 in asked:
            raise ValueError("-13 cannot be answered")
        if 99 in asked:
            raise OperationalError("SELECT", {}, Exception("the server is away"))
        return [number * 10 for number in asked]


async def ask_each(group: GroupCalls[int, int], numbers: Sequence[int]) -> list[int | BaseException]:
    return await asyncio.gather(*(group.ask(number) for number in numbers), return_exceptions=True)


async def test_one_alone_is_asked_at_once_and_a_crowd_shares_a_call():
    ledger = Ledger()
    group = GroupCalls(ledger.answer)

    assert await group.ask(1) == 10
    assert await ask_each(group, range(2, 30)) == [number * 10 for number in range(2, 30)]
    assert ledger.calls == [[1], list(range(2, 30))]


async def test_what_is_asked_during_a_call_goes_into_the_next_one():
    ledger = Ledger()
    group = GroupCalls(ledger.answer)
    first = asyncio.create_task(group.ask(1))
    await asyncio.sleep(0.001)
    later = [asyncio.create_task(group.ask(number)) for number in (2, 3)]

    assert await asyncio.gather(first, *later) == [10, 20, 30]
    assert ledger.calls == [[1], [2, 3]]


async def test_no_call_is_larger_than_the_largest():
    ledger = Ledger()

    assert await ask_each(GroupCalls(ledger.answer, largest=3), range(7)) == [number * 10 for number in range(7)]
    assert [len(call) for call in ledger.calls] == [3, 3, 1]


async def test_an_error_of_one_is_no_error_of_its_neighbours():
    ledger = Ledger()
    found = await ask_each(GroupCalls(ledger.answer), [1, -13, 2])

    assert (found[0], found[2]) == (10, 20)
    assert isinstance(found[1], ValueError)
    assert ledger.calls == [[1, -13, 2], [1], [-13], [2]]


async def test_a_server_that_is_away_is_asked_once_and_not_once_for_each():
    ledger = Ledger()
    found = await ask_each(GroupCalls(ledger.answer), [1, 99, 2])

    assert all(isinstance(one, OperationalError) for one in found)
    assert len(ledger.calls) == 1


async def test_who_gives_up_waiting_is_left_out_and_the_others_get_their_answer():
    ledger = Ledger()
    group = GroupCalls(ledger.answer)
    first, gone, last = (asyncio.create_task(group.ask(number)) for number in (1, 2, 3))
    await asyncio.sleep(0)
    gone.cancel()

    assert await asyncio.gather(first, last) == [10, 30]
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert ledger.calls == [[1, 3]]
    assert await group.ask(4) == 40

"""One call on the database for all that is asked while the last one runs."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.store.retry import is_passing

Asked = TypeVar("Asked")
Found = TypeVar("Found")


class GroupCalls(Generic[Asked, Found]):
    """Answers what is asked one at a time with few calls: what is asked during a call goes into the next.

    Nothing waits for a timer, so that a single question is answered at once and a crowd shares a transaction.

    Parameters
    ----------
    call
        Returns one finding for each thing asked, in the same order. After an error that will not pass by itself it is
        called again with each thing alone, so that one of them cannot spoil the others.
    largest
        Most that is asked in one call.
    """

    def __init__(self, call: Callable[[Sequence[Asked]], Awaitable[Sequence[Found]]], largest: int = 100) -> None:
        self._call = call
        self._largest = largest
        self._waiting: list[tuple[Asked, asyncio.Future[Found]]] = []
        self._runner: asyncio.Task[None] | None = None

    async def ask(self, what: Asked) -> Found:
        """Return the finding for one thing; raises what the call raised."""
        future: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        self._waiting.append((what, future))
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        while self._waiting:
            # Whoever was cancelled while waiting is not asked for: nobody would act on the finding.
            taken = [one for one in self._waiting[: self._largest] if not one[1].done()]
            del self._waiting[: self._largest]
            try:
                if taken:
                    await self._answer(taken)
            finally:
                for _, future in taken:
                    future.cancel()  # this task was cancelled; no effect on a future that has its finding

    async def _answer(self, taken: Sequence[tuple[Asked, "asyncio.Future[Found]"]]) -> None:
        try:
            found = await self._call([what for what, _ in taken])
        except Exception as error:  # noqa: BLE001 (passed on to whoever asked)
            if len(taken) == 1 or is_passing(error):
                for _, future in taken:
                    _set_error(future, error)
            else:
                for one in taken:
                    await self._answer([one])
            return
        for (_, future), finding in zip(taken, found, strict=True):
            if not future.done():
                future.set_result(finding)


def _set_error(future: "asyncio.Future[Found]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)

"""The slots of this process: how much is posted at once, in all and for one workspace."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Slots:
    """Lets at most so many tasks go on at once; the others wait in the order in which they came.

    Whoever waits for a workspace that has all its slots is passed over, so that a slow workspace holds nobody up.

    Parameters
    ----------
    at_once
        In this process.
    workspace_at_once
        Of these, for one workspace.
    """

    def __init__(self, at_once: int, workspace_at_once: int) -> None:
        self._free = at_once
        self._each = workspace_at_once
        self._taken: Counter[str] = Counter()
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def hold(self, workspace: str) -> AsyncIterator[None]:
        """Hold a slot of a workspace during the block; wait for one first."""
        await self._take(workspace)
        try:
            yield
        finally:
            self._give_back(workspace)

    async def _take(self, workspace: str) -> None:
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((workspace, granted))
        self._grant()
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():
                self._give_back(workspace)
            raise

    def _give_back(self, workspace: str) -> None:
        self._free += 1
        self._taken[workspace] -= 1
        if not self._taken[workspace]:
            del self._taken[workspace]
        self._grant()

    def _grant(self) -> None:
        """Grant the free slots to whoever waits longest and may have one."""
        if not self._free:
            return
        still: list[tuple[str, asyncio.Future[None]]] = []
        for number, (workspace, granted) in enumerate(self._waiting):
            if not self._free:
                still.extend(self._waiting[number:])
                break
            if granted.done():  # cancelled while it waited
                continue
            if self._taken[workspace] >= self._each:
                still.append((workspace, granted))
                continue
            self._free -= 1
            self._taken[workspace] += 1
            granted.set_result(None)
        self._waiting = still

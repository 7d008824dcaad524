"""Workspaces used since the start, in memory: for what must be said while the database is away."""

from collections.abc import Awaitable, Callable

from cachetools import LRUCache
from slack_bolt.context.async_context import AsyncBoltContext

from bot.platforms.slack.posting.messenger import Workspace, read_workspace

_MOST = 10_000  # workspaces held in memory


class WorkspaceMemory:
    """The latest token and identity of each workspace that was authorised since the start; never stored."""

    def __init__(self) -> None:
        self._workspaces: LRUCache[str, Workspace] = LRUCache(_MOST)

    def remember(self, workspace: Workspace) -> None:
        """Hold a workspace in memory."""
        if workspace.team and workspace.token:
            self._workspaces[workspace.team] = workspace

    def find(self, context: AsyncBoltContext) -> Workspace | None:
        """Return the workspace of a request; None when it was not authorised since the start."""
        return self._workspaces.get(read_workspace(context).team)

    async def forget(self, team: str) -> None:
        """Drop a workspace, which took the bot out."""
        self._workspaces.pop(team, None)

    async def remember_authorised(self, context: AsyncBoltContext, next_: Callable[[], Awaitable[None]]) -> None:
        """Hold the workspace of an authorised request in memory (middleware)."""
        self.remember(read_workspace(context))
        await next_()

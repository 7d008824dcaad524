"""What is removed when a workspace takes the bot out."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.platforms.slack.install.installation_store import SealedInstallationStore

_logger = logging.getLogger(__name__)
EVENTS = ("app_uninstalled", "tokens_revoked")
Forget = Callable[[str], Awaitable[object]]


class Leaving:
    """Removes what belongs to a workspace.

    Bolt's own listeners (`enable_token_revocation_listeners`) delete the installation alone, and only where
    there is an installation store; these also forget what its places have seen, in every way of connecting.

    Parameters
    ----------
    store
        The installations; None when the bot serves one workspace by its token.
    forget
        Each is asked to forget a workspace.
    """

    def __init__(self, store: SealedInstallationStore | None, forget: Sequence[Forget]) -> None:
        self._store = store
        self._forget = forget

    async def check(
        self, body: dict[str, Any], context: AsyncBoltContext, next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        """Remove before acknowledging: when that fails, Slack sends the event again, and nothing stays behind."""
        event = body.get("event") or {}
        if event.get("type") not in EVENTS:
            await next_()
            return None
        if _is_about_the_bot(event):
            await self._remove(body, context)
        return BoltResponse(status=200, body="")

    async def _remove(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        organisation = bool(context.is_enterprise_install)
        ids = (context.enterprise_id, None if organisation else context.team_id)
        if self._store:
            installed = await self._store.installed_at(*ids)
            happened = datetime.fromtimestamp(body.get("event_time") or 0, UTC)
            if installed and body.get("event_time") and happened < installed.replace(microsecond=0):
                return  # a late message about an earlier installation; the workspace has come back since
            await self._store.async_delete_all(enterprise_id=ids[0], team_id=ids[1])
        team = (context.enterprise_id if organisation else context.team_id) or ""
        for forget in self._forget:
            await forget(team)
        _logger.info("Slack: the workspace %s took the bot out; what belonged to it is gone.", team)


def _is_about_the_bot(event: dict[str, Any]) -> bool:
    """Tell whether the bot itself lost its place; people's own tokens, which may be revoked too, are never kept."""
    return event["type"] == "app_uninstalled" or bool((event.get("tokens") or {}).get("bot"))

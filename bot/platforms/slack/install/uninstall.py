"""Deletion of a workspace's data when the workspace uninstalls the bot."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.platforms.slack.install.installation_store import EncryptedInstallationStore

_logger = logging.getLogger(__name__)
EVENTS = ("app_uninstalled", "tokens_revoked")
ForgetWorkspace = Callable[[str], Awaitable[object]]


class UninstallMiddleware:
    """Middleware that deletes a workspace's data when the workspace uninstalls the bot.

    Bolt's listeners (`enable_token_revocation_listeners`) delete only the installation, and only where there is an
    installation store; this middleware also deletes the history of the workspace's places, in every connection mode.

    Parameters
    ----------
    store
        The installation store; None when the bot serves one workspace by its token.
    forget
        Functions that delete a workspace's data elsewhere.
    """

    def __init__(self, store: EncryptedInstallationStore | None, forget: Sequence[ForgetWorkspace]) -> None:
        self._store = store
        self._forget = forget

    async def handle_uninstall(
        self, body: dict[str, Any], context: AsyncBoltContext, next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        """Delete before acknowledging: when a deletion fails, Slack sends the event again."""
        event = body.get("event") or {}
        if event.get("type") not in EVENTS:
            await next_()
            return None
        if _is_bot_removed(event):
            await self._remove_workspace(body, context)
        return BoltResponse(status=200, body="")

    async def _remove_workspace(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        organisation = bool(context.is_enterprise_install)
        ids = (context.enterprise_id, None if organisation else context.team_id)
        if self._store:
            installed = await self._store.installed_at(*ids)
            happened = datetime.fromtimestamp(body.get("event_time") or 0, UTC)
            if installed and body.get("event_time") and happened < installed.replace(microsecond=0):
                return  # a late event about an earlier installation; the workspace has reinstalled the bot since
            await self._store.async_delete_all(enterprise_id=ids[0], team_id=ids[1])
        team = (context.enterprise_id if organisation else context.team_id) or ""
        for forget in self._forget:
            await forget(team)
        _logger.info("Slack: the workspace %s took the bot out; what belonged to it is gone.", team)


def _is_bot_removed(event: dict[str, Any]) -> bool:
    """Return whether the bot itself was removed; a revoked user token does not matter, since none is stored."""
    return event["type"] == "app_uninstalled" or bool((event.get("tokens") or {}).get("bot"))

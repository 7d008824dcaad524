"""Deduplication of requests over Slack's retries and over replicas."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.log_limit import LimitedLog
from bot.platforms.slack.api.payloads import Payload
from bot.platforms.slack.install import uninstall
from bot.store.database import UNAVAILABLE
from bot.store.slack import SlackEvents

RECEIVED_AT = "received_at"  # in Bolt's context: when the request was received
_logger = logging.getLogger(__name__)


class EventKey(NamedTuple):
    """What makes a request the same as another: workspace, Slack's id of the request, type."""

    team: str
    id: str
    kind: str


def build_event_key(body: Payload) -> EventKey | None:
    """Return the key of a request (pure); None for a request that needs no deduplication.

    The type is in the key, because the `message` and the `app_mention` of one utterance may share an id. An uninstall
    has no key: deleting twice does no harm, and a deletion that failed must be tried again.
    """
    if body.get("type") == "event_callback":
        kind = str(body.get("event", {}).get("type"))
        return None if kind in uninstall.EVENTS else _build_key(body.get("team_id"), body.get("event_id"), kind)
    team = body.get("team")
    named = team.get("id") if isinstance(team, dict) else body.get("team_id")
    return _build_key(named, body.get("trigger_id"), str(body.get("type") or body.get("command")))


class DeduplicationMiddleware:
    """Middleware that drops requests that were claimed before.

    When the database cannot say whether a request is new, the request is put off (503) and attempted again. An attempt
    whose answer was lost may have claimed the request, which the instant of its receipt tells.
    """

    def __init__(self, events: SlackEvents) -> None:
        self._events = events
        self._log = LimitedLog(_logger)

    async def drop_duplicate(
        self, body: dict[str, Any], context: AsyncBoltContext, next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        """Pass a new request on; drop one that was claimed before."""
        key = build_event_key(body)
        try:
            new = key is None or await self._events.claim(*key, at=context.get(RECEIVED_AT) or datetime.now(UTC))
        except UNAVAILABLE as error:
            reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
            self._log.error("database", f"Slack: an event was put off, for the database failed: {reason}")
            return BoltResponse(status=503, body="")
        if not new:
            return BoltResponse(status=200, body="")
        await next_()
        return None


def _build_key(team: object, identifier: object, kind: str) -> EventKey | None:
    return EventKey(str(team or "")[:32], str(identifier)[:128], kind[:64]) if identifier else None

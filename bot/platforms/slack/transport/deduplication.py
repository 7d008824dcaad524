"""Every event once only, over Slack's retries and over replicas."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.response import BoltResponse

from bot.platforms.slack.api.payloads import Payload
from bot.platforms.slack.install import uninstall
from bot.store.database import UNAVAILABLE
from bot.store.slack import SlackEvents

_logger = logging.getLogger(__name__)
Key = tuple[str, str, str]


def key_of(body: Payload) -> Key | None:
    """Make the key of a request (pure): the workspace, Slack's id for it, and its type.

    The type belongs to it: the `message` and the `app_mention` of one utterance may share an id. A workspace's
    leaving has no key: to remove it twice does no harm, and a removal that failed must be tried again.
    """
    if body.get("type") == "event_callback":
        kind = str(body.get("event", {}).get("type"))
        return None if kind in uninstall.EVENTS else _key(body.get("team_id"), body.get("event_id"), kind)
    team = body.get("team")
    named = team.get("id") if isinstance(team, dict) else body.get("team_id")
    return _key(named, body.get("trigger_id"), str(body.get("type") or body.get("command")))


class Once:
    """Middleware that stops what was taken on before.

    It runs before anything is acknowledged: when the database cannot say whether an event is new, Slack is
    asked to send it again, so that nothing is lost and nothing is answered twice.
    """

    def __init__(self, events: SlackEvents) -> None:
        self._events = events

    async def check(self, body: dict[str, Any], next_: Callable[[], Awaitable[None]]) -> BoltResponse | None:
        """Let a new event through; acknowledge one that is known and do nothing."""
        key = key_of(body)
        try:
            new = key is None or await self._events.claim(*key)
        except UNAVAILABLE as error:
            _logger.error(
                "Slack: an event was put off, for the database failed: %s", str(getattr(error, "orig", error))
            )
            return BoltResponse(status=503, body="")
        if not new:
            return BoltResponse(status=200, body="")
        await next_()
        return None


def _key(team: object, identifier: object, kind: str) -> Key | None:
    return (str(team or "")[:32], str(identifier)[:128], kind[:64]) if identifier else None

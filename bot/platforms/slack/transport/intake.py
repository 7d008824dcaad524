"""Intake of requests: acknowledged at once, then carried out in the background.

Slack never repeats what was acknowledged, so what cannot be carried out yet is attempted again here: authorisation, the
renewal of tokens and the claim in the database all follow the acknowledgement. After two minutes the person is told.
"""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from cachetools import TTLCache
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.attempts import iterate_attempts
from bot.log_limit import LimitedLog
from bot.platforms.slack.api.payloads import MALFORMED
from bot.platforms.slack.api.shown_calls import ShownCallRecord, ShownCalls
from bot.platforms.slack.install.workspace_memory import WorkspaceMemory
from bot.platforms.slack.listeners.acknowledgement import build_acknowledgement, must_precede_acknowledgement
from bot.platforms.slack.listeners.background_tasks import BackgroundTasks
from bot.platforms.slack.listeners.care import CARD, CareCard, CareListener
from bot.platforms.slack.listeners.notices import NoticeSender
from bot.platforms.slack.posting.messenger import read_workspace
from bot.platforms.slack.transport.deduplication import RECEIVED_AT, EventKey, build_event_key
from bot.platforms.slack.views import responses

_MOST = 2_000  # requests under way at once; beyond, a request is logged and dropped
_AT_ONCE = 16  # requests that are authorised and claimed at once
_SEEN, _SEEN_FOR = 20_000, 900.0  # requests remembered, and seconds; Slack repeats one for about six minutes
_FIRST_PAUSE = 0.5  # seconds
_OBJECT_FIELDS = ("event", "view", "message", "container")
_logger = logging.getLogger(__name__)


class _PutOffError(Exception):
    """A request that could not be carried out yet."""


class RequestIntake:
    """Acknowledges requests at once and has Bolt's app carry them out in the background.

    Parameters
    ----------
    care
        Gives the card to somebody in danger before anything else is done.
    capacity
        How many requests may be under way before danger is decided quickly.
    patience
        Seconds for which a request is attempted while the database or Slack does not answer.
    shown
        Tells whether a request that is cancelled may have been answered.

    Attributes
    ----------
    requests
        What is under way.
    """

    def __init__(
        self,
        app: AsyncApp,
        memory: WorkspaceMemory,
        care: CareListener,
        notices: NoticeSender,
        *,
        capacity: int,
        patience: float,
        shown: ShownCallRecord,
    ) -> None:
        self._app = app
        self._memory = memory
        self._care = care
        self._notices = notices
        self._capacity = capacity
        self._patience = patience
        self._log = LimitedLog(_logger)
        self._shown = shown
        self.requests = BackgroundTasks()
        self._slots = asyncio.Semaphore(_AT_ONCE)
        # A repeat that reaches this process is dropped even while the database cannot be asked.
        self._seen: TTLCache[EventKey, bool] = TTLCache(_SEEN, _SEEN_FOR)

    async def receive_request(self, request: AsyncBoltRequest) -> BoltResponse:
        """Return the acknowledgement of a request, which is carried out in the background.

        Raises
        ------
        LookupError, AttributeError, TypeError, ValueError
            When the request has an unexpected shape.
        """
        body = request.body
        if not _is_well_formed(body):
            return BoltResponse(status=400, body="malformed")
        if must_precede_acknowledgement(body):
            return await self._app.async_dispatch(request)
        acknowledgement = build_acknowledgement(body)
        if acknowledgement.final and not acknowledgement.read:
            return BoltResponse(status=200)
        if self._is_first(build_event_key(body)):
            self.requests.start(self._carry_out(request, care_alone=acknowledgement.final))
        return BoltResponse(status=200, body=acknowledgement.body or "")

    def _is_first(self, key: EventKey | None) -> bool:
        if key is None:
            return True
        first = key not in self._seen
        self._seen[key] = True
        return first

    async def _carry_out(self, request: AsyncBoltRequest, *, care_alone: bool) -> None:
        key, under_way, ended = build_event_key(request.body), len(self.requests), False
        name = key.id if key else ""
        with self._shown.watch_work() as shown:
            try:
                decided = await self._decide_danger(request, name, crowded=under_way > self._capacity)
            except asyncio.CancelledError:  # the process ends: danger is answered all the same
                if shown.possible:
                    raise
                decided, ended = await self._decide_danger(request, name, crowded=True), True
            if care_alone and decided is None:
                return
            if under_way > _MOST:
                self._log.error("full", f"Slack: more than {_MOST} requests are waiting; somebody went without.")
                return
            status = 503 if ended else await self._dispatch_until_end(request, decided, shown)
            await self._tell_failure(request, name, decided, status)

    async def _decide_danger(self, request: AsyncBoltRequest, name: str, *, crowded: bool) -> CareCard | None:
        workspace, team = self._memory.find(request.context), read_workspace(request.context).team
        return await self.requests.run(self._care.decide_danger(workspace, team, request.body, name, crowded=crowded))

    async def _tell_failure(self, request: AsyncBoltRequest, name: str, decided: CareCard | None, status: int) -> None:
        """Send a notice where a request could not be carried out, unless the person got the card."""
        if status < 500 or (decided and decided.given):
            return
        reply = responses.given_up() if status == 503 else responses.broken()
        if not await self._notices.send_notice(self._memory.find(request.context), request.body, reply, key=name):
            self._log.error("untold", "Slack: a request could not be answered, nor could its writer be told.")

    async def _dispatch_until_end(self, request: AsyncBoltRequest, decided: CareCard | None, shown: ShownCalls) -> int:
        """Return the status of a request; 503 when the process ends before the request was carried out."""
        try:
            return await self.requests.run(self._dispatch_patiently(request, decided))
        except asyncio.CancelledError:
            if shown.possible:
                raise
        return 503

    async def _dispatch_patiently(self, request: AsyncBoltRequest, decided: CareCard | None) -> int:
        """Return the status of the last attempt; 503 when the request could not be carried out in time."""
        until, context = time.monotonic() + self._patience, {RECEIVED_AT: datetime.now(UTC), CARD: decided}
        try:
            async with asyncio.timeout(self._patience):  # a database that hangs holds nobody up for longer
                async for attempt in iterate_attempts(
                    lambda error: isinstance(error, _PutOffError) and time.monotonic() < until, first=_FIRST_PAUSE
                ):
                    with attempt:
                        return await self._dispatch(_copy_request(request, context))
        except (_PutOffError, TimeoutError):
            pass
        return 503

    async def _dispatch(self, request: AsyncBoltRequest) -> int:
        async with self._slots:
            try:
                status = (await self._app.async_dispatch(request)).status
            except MALFORMED as error:  # Bolt reads payloads without checking their types
                _logger.warning("Slack: a request had a shape that is not known (%s).", type(error).__name__)
                return 400
        if status == 503:
            raise _PutOffError
        return status


def _copy_request(request: AsyncBoltRequest, context: dict[str, Any]) -> AsyncBoltRequest:
    """Return a request with a context of its own: Bolt writes what it found out into the context."""
    body = request.raw_body if request.mode == "http" else request.body
    headers: dict[str, str | Sequence[str]] = {name: list(values) for name, values in request.headers.items()}
    return AsyncBoltRequest(body=body, headers=headers, mode=request.mode, context=dict(context))


def _is_well_formed(body: object) -> bool:
    """Return whether every field that Bolt reads as an object is an object."""
    if not isinstance(body, Mapping) or not body:
        return False
    actions = body.get("actions") or []
    if not isinstance(actions, list):
        return False
    return all(isinstance(value, Mapping) for value in (*(body.get(name) or {} for name in _OBJECT_FIELDS), *actions))

"""Turns: what is done for an activity, most of it after the acknowledgement."""

import asyncio
import logging
import time
import traceback
from collections.abc import Awaitable
from functools import partial

from bot import diagnostics
from bot.diagnostics import OperatorError
from bot.log_limit import LimitedLog
from bot.message import HandoverReply, TextReply
from bot.platforms.teams.api import payloads
from bot.platforms.teams.api.connector import Connector, Json, SendMessage, TurnResponse
from bot.platforms.teams.api.errors import CertainAttempts, DeliveryError, send_with_retries
from bot.platforms.teams.api.payloads import Incoming
from bot.platforms.teams.api.service_urls import ForeignAddressError
from bot.platforms.teams.cards import messages, responses
from bot.platforms.teams.handlers import feedback
from bot.platforms.teams.handlers.activities import ActivityHandler, Deliver
from bot.platforms.teams.handlers.care import CareCards
from bot.platforms.teams.handlers.responder import Responder
from bot.platforms.teams.transport.deduplication import EventDeduplication
from bot.platforms.teams.transport.press_turns import PressTurns
from bot.platforms.teams.transport.token_validation import Claims
from bot.platforms.teams.transport.turn_queue import TurnQueue
from bot.store.database import UNAVAILABLE

PATIENCE = 120.0  # seconds for which an answer is tried once the activity is acknowledged
_LONGEST_PRESS = 4.0  # seconds until a press is answered; Teams gives up on one after five
_LAST_WAITS = 6.0  # seconds of waiting in all between the last attempts before the process ends
_SEARCHES = "composeExtension/"
_TURN_WITHIN = 0.75  # of those seconds, so that the last of a crowd have time for their answers too
# Other activities tell of typing, reactions and the like.
_ASKS_FOR_SOMETHING = ("message", "invoke", "installationUpdate", "conversationUpdate")
_logger = logging.getLogger(__name__)


class TurnRunner:
    """Runs turns.

    What is not awaited by Teams runs in the queue, after the acknowledgement: Teams repeats nothing that it has
    acknowledged, so a turn waits for the database, for a token and for the connector by itself.

    Parameters
    ----------
    patience
        Seconds for which an answer is tried.
    """

    def __init__(
        self,
        connector: Connector,
        handler: ActivityHandler,
        responder: Responder,
        care: CareCards,
        deduplication: EventDeduplication,
        queue: TurnQueue,
        patience: float = PATIENCE,
    ) -> None:
        self._connector = connector
        self._handler = handler
        self._responder = responder
        self._care = care
        self._deduplication = deduplication
        self._queue = queue
        self._patience = patience
        self._log = LimitedLog(_logger)
        self._presses = PressTurns()

    async def take(self, incoming: Incoming, claims: Claims) -> TurnResponse:
        """Return the response to an activity; the turn of a message follows it.

        Raises
        ------
        ActivityError, ForeignAddressError
            When no turn can be run.
        """
        self._connector.check_turn(dict(incoming.raw))
        if incoming.type not in _ASKS_FOR_SOMETHING:
            return 200, None
        if incoming.type == "invoke" and incoming.name not in feedback.INVOKES:
            return await self._answer_in_time(incoming, claims)
        if not incoming.id or self._deduplication.is_new(payloads.build_event_key(incoming)):
            self._queue.add(partial(self._run, incoming, claims), if_full=partial(self._run_full, incoming, claims))
        return 200, {} if incoming.type == "invoke" else None

    async def _answer_in_time(self, incoming: Incoming, claims: Claims) -> TurnResponse:
        """Return the body that answers an invoke, or one that says in time that it could not be done."""
        until = time.monotonic() + _LONGEST_PRESS
        if incoming.name.startswith(_SEARCHES):  # needs no database, and waits for nobody who does
            answering = asyncio.create_task(self._answer_invoke(incoming, claims))
        elif await self._presses.begin(_LONGEST_PRESS * _TURN_WITHIN):
            answering = asyncio.create_task(self._answer_invoke(incoming, claims))
            answering.add_done_callback(lambda _: self._presses.end())
        else:
            self._log.error(
                "too many presses", "Teams: so many pressed at once that somebody was asked to press again."
            )
            return 200, self._handler.build_apology(incoming)
        done, _ = await asyncio.wait([answering], timeout=until - time.monotonic())
        if done:
            return answering.result()
        self._queue.hold(answering)
        self._log.error("late press", f"Teams: a press was not answered within {_LONGEST_PRESS:.0f} s.")
        return 200, self._handler.build_apology(incoming)

    async def _answer_invoke(self, incoming: Incoming, claims: Claims) -> TurnResponse:
        async def work() -> TurnResponse:
            return await self._run_invoke(incoming, claims)

        try:
            if not incoming.id or incoming.name.startswith(_SEARCHES):
                return await work()  # a repetition has no effect that could happen twice
            repeated = messages.show_text(responses.ALREADY)
            return await self._deduplication.answer(payloads.build_event_key(incoming), work, (200, repeated))
        except UNAVAILABLE as error:
            line = f"Teams: a press could not be answered, for the database failed: {type(error).__name__}"
            self._log.error("press without database", line)
            return 200, self._handler.build_apology(incoming)
        except (DeliveryError, OperatorError) as error:
            self._log_undelivered(error)
            return 200, self._handler.build_apology(incoming)
        except Exception as error:  # noqa: BLE001 – the last resort: no text of a message may reach the log
            self._log_without_text(error)
            return 500, None

    async def _run_invoke(self, incoming: Incoming, claims: Claims) -> TurnResponse:
        answers: list[TurnResponse] = []

        async def handle(send: SendMessage) -> Json | None:
            async def send_reply(message: Json) -> str:
                return await send_with_retries(lambda: send(message))

            answers.append(await self._handler.answer_invoke(incoming, send_reply))
            return answers[0][1]

        body = await self._connector.run_turn(dict(incoming.raw), claims, handle)
        return answers[0][0], body

    async def _run(self, incoming: Incoming, claims: Claims) -> None:
        """Run the turn of an acknowledged activity, which nobody waits for any more."""

        async def handle(send: SendMessage) -> None:
            try:
                card = await self._decide_care(incoming)
            except asyncio.CancelledError:  # the process ends: danger is answered all the same
                card = await self._care.decide(incoming, quickly=True)
                deliver = self._say_in_place(responses.too_late(), incoming)
            else:
                deliver = None if card else await self._prepare_in_time(incoming)
            if card:
                await self._give_card(card, incoming, send)
            elif deliver:
                await deliver(self._with_patience(send))

        await self._log_failures(self._connector.run_turn(dict(incoming.raw), claims, handle))

    async def _run_full(self, incoming: Incoming, claims: Claims) -> None:
        """Run a turn for which there is no room: danger is answered all the same, and anybody else is told so.

        There is no claim for the notice, for Teams repeats nothing that was acknowledged.
        """

        async def handle(send: SendMessage) -> None:
            if card := await self._care.decide(incoming, quickly=True):
                await self._give_card(card, incoming, send)
            elif incoming.type == "message":
                async with self._queue.claim_notice() as allowed:
                    if allowed:
                        await self._responder.answer(responses.busy(), incoming, self._with_patience(send))

        await self._log_failures(self._connector.run_turn(dict(incoming.raw), claims, handle))

    async def _decide_care(self, incoming: Incoming) -> HandoverReply | None:
        """Return the card for somebody in danger; with many others to be read first, by a quick look ahead of them."""
        quick = await self._care.decide(incoming, quickly=True) if self._queue.is_busy else None
        return quick or await self._care.decide(incoming)

    async def _give_card(self, card: HandoverReply, incoming: Incoming, send: SendMessage) -> None:
        """Give a card before any claim; of two cards for one event, given by two replicas, one is counted."""
        if not await self._care.give(card, incoming, send):
            return
        try:
            if await self._claim(incoming):
                await self._care.count(card, incoming)
                await self._handler.keep_if_possible(incoming)
        except UNAVAILABLE as error:
            line = f"Teams: a handover was given and could not be counted ({type(error).__name__})."
            self._log.warning("handover not counted", line)

    def _with_patience(self, send: SendMessage) -> SendMessage:
        """Return what sends for as long as there is patience; what still waits when the process ends is sent then."""

        async def send_with_patience(message: Json) -> str:
            attempts = CertainAttempts(lambda: send(message))
            try:
                return await send_with_retries(attempts.send, self._patience, patient=True)
            except asyncio.CancelledError:
                if attempts.in_doubt:
                    raise
            return await send_with_retries(attempts.send, _LAST_WAITS, patient=True)

        return send_with_patience

    async def _prepare_in_time(self, incoming: Incoming) -> Deliver | None:
        """Return what sends the answer; after all patience, what says in a sentence that there is none."""
        preparing = asyncio.create_task(self._prepare(incoming))
        try:
            done, _ = await asyncio.wait([preparing], timeout=self._patience)
            if done:
                return preparing.result()
            line = f"Teams: an answer was given up after {self._patience:.0f} s without the database."
            self._log.error("given up", line)
            reply = responses.too_late()
        except asyncio.CancelledError:  # the process ends, and nothing was said yet
            reply = responses.too_late()
        except UNAVAILABLE as error:
            self._log_without_text(error)
            reply = responses.too_late()
        except Exception as error:  # noqa: BLE001 – the last resort: no text of a message may reach the log
            self._log_without_text(error)
            reply = responses.broken()
        finally:
            self._queue.hold(preparing)
        return self._say_in_place(reply, incoming)

    def _say_in_place(self, reply: TextReply, incoming: Incoming) -> Deliver | None:
        """Return what says a sentence in place of an answer; None where nobody asked for one."""
        return partial(self._responder.answer, reply, incoming) if incoming.type == "message" else None

    async def _prepare(self, incoming: Incoming) -> Deliver | None:
        by = time.monotonic() + self._patience
        if not await self._claim(incoming):
            return None
        left = by - time.monotonic()
        return await self._handler.prepare(incoming, left) if left > 0 else None

    async def _claim(self, incoming: Incoming) -> bool:
        """Claim an activity over all replicas; one without an id cannot be told from another."""
        key = payloads.build_event_key(incoming)
        return not incoming.id or await self._deduplication.claim(key, self._patience)

    async def _log_failures(self, turn: Awaitable[object]) -> None:
        try:
            await turn
        except (DeliveryError, OperatorError, ForeignAddressError) as error:
            self._log_undelivered(error)
        except Exception as error:  # noqa: BLE001 – the last resort: no text of a message may reach the log
            self._log_without_text(error)

    def _log_undelivered(self, error: Exception) -> None:
        if isinstance(error, OperatorError):
            self._log.error("not configured", f"Teams: {error}")
        else:
            self._log.error("not delivered", diagnostics.teams_not_delivered(str(error)))

    def _log_without_text(self, error: Exception) -> None:
        name = type(error).__name__
        where = "".join(traceback.format_tb(error.__traceback__))
        self._log.error(f"turn failed: {name}", f"Teams: a turn failed with {name}:\n{where}")

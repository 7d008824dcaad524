"""What came due before a database was put back: taken for begun, so that it is looked for before anything is posted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import diagnostics
from bot.delivery.health import WINDOW
from bot.store.deliveries import Decision, Deliveries, ScheduledTip
from bot.store.digests import Digests
from bot.store.promises import Promises
from bot.store.replicas import Replicas
from bot.store.subscriptions import Subscription
from bot.subscriptions.calendar import decide

_AT_A_TIME = 500  # subscriptions in one transaction, as the scheduler takes them
_ALIVE = timedelta(seconds=6)  # since the last heartbeat of a replica that counts as alive
_REASON = "the database was put back, so it is not known whether it was posted"


@dataclass(frozen=True, slots=True)
class Doubted:
    """How many tips, reminders and digests may have been posted by the database that was lost."""

    tips: int
    reminders: int
    digests: int = 0


async def doubt_what_came_due(database: AsyncEngine, until: datetime) -> Doubted:
    """Take for begun whatever came due until an instant and whose end the database does not know.

    The server then goes on as after any post in doubt: it looks for it where the platform can be asked and posts what
    is not there, and elsewhere records it as unknown. A second call does no harm.

    Raises
    ------
    OperatorError
        While a replica runs: it would post what is due without a look.
    """
    if await Replicas(database).list_seen(_ALIVE):
        raise diagnostics.bot_still_runs()
    deliveries = Deliveries(database)

    def decide_in_doubt(one: Subscription) -> Decision:
        decision = decide(one, until)
        if decision.state == "skipped":
            return decision
        old = one.next_due is not None and one.next_due < until - WINDOW  # whether it came interests nobody any more
        return replace(decision, state="unknown" if old else "posting", reason=_REASON)

    while await deliveries.take_due(until, _AT_A_TIME, decide_in_doubt, _enqueue_nothing):
        pass
    tips = await deliveries.doubt_open(until, _REASON)
    reminders = await Promises(database).doubt_due(until, _REASON)
    return Doubted(tips, reminders, await Digests(database).doubt_due(until, _REASON))


def _enqueue_nothing(_connection: Connection, _tips: Sequence[ScheduledTip]) -> None:
    """Leave the queue alone: the server enqueues what is in doubt at its first sweep."""

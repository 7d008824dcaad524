"""The health of deliveries, for operators and as metrics."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import utc_now
from bot.store.deliveries import Deliveries, Delivery, DeliveryState
from bot.store.promises import CheckState, Promise, Promises
from bot.store.subscriptions import Subscription, Subscriptions, SubscriptionState

WINDOW = timedelta(hours=24)
_LATE = 300  # seconds from due to posted; from then on a tip counts as late
_STUCK = timedelta(minutes=15)  # after which an open delivery counts as a failure
_PREFIX = "small_steps"
_REMINDERS = [state for state in get_args(CheckState) if state != "none"]


@dataclass(frozen=True, slots=True)
class Health:
    """Counts and failures of the deliveries of the last 24 hours.

    Parameters
    ----------
    deliveries
        Number of deliveries in each state.
    reminders
        Number of reminders in each state.
    late
        Number of tips posted five minutes late or more.
    subscriptions
        Number of subscriptions in each state.
    failures
        Deliveries that failed, or that have been open for a quarter of an hour, with the reason.
    failed_reminders
        Promises whose reminder failed in the same sense.
    refused_subscriptions
        Subscriptions whose place takes no more posts.
    """

    deliveries: dict[str, int]
    reminders: dict[str, int]
    late: int
    subscriptions: dict[str, int]
    failures: tuple[Delivery, ...]
    failed_reminders: tuple[Promise, ...]
    refused_subscriptions: tuple[Subscription, ...]


async def measure_health(database: AsyncEngine, now: Callable[[], datetime] = utc_now) -> Health:
    """Return the health of deliveries now."""
    deliveries, promises = Deliveries(database), Promises(database)
    at, since = now(), now() - WINDOW
    everyone = await Subscriptions(database).all()
    return Health(
        deliveries=await deliveries.counts(since),
        reminders=await promises.reminders(since),
        late=await deliveries.late(since, _LATE),
        subscriptions=dict(Counter(str(one.state) for one in everyone)),
        failures=tuple(await deliveries.list_failures(since, at - _STUCK)),
        failed_reminders=tuple(await promises.list_failures(since, at - _STUCK)),
        refused_subscriptions=tuple(one for one in everyone if one.state == "refused"),
    )


def render_metrics(health: Health) -> str:
    """Return the numbers in the text format of Prometheus, without names."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest  # for the server alone

    registry = CollectorRegistry()
    for name, about, states, counts in (
        ("tips", "Daily tips of the last 24 hours, by state.", get_args(DeliveryState), health.deliveries),
        ("reminders", "Reminders of promises of the last 24 hours, by state.", _REMINDERS, health.reminders),
        ("subscriptions", "Places with a daily tip, by state.", get_args(SubscriptionState), health.subscriptions),
    ):
        gauge = Gauge(f"{_PREFIX}_{name}", about, ["state"], registry=registry)
        for state in states:
            gauge.labels(state).set(counts.get(state, 0))
    late = "Daily tips of the last 24 hours posted five minutes late or more."
    Gauge(f"{_PREFIX}_tips_late", late, registry=registry).set(health.late)
    return generate_latest(registry).decode()

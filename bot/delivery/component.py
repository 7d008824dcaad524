"""Daily tips as a component of the running bot: the conversation's two ports, and what the server runs."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation.tips import TipChooser
from bot.delivery.health import measure_health, render_metrics
from bot.delivery.poster import Poster, Posters
from bot.message import AbilitiesByPlatform, Place, Platform
from bot.promises.service import PromiseService
from bot.settings import Settings
from bot.store.answers import Answers
from bot.store.deliveries import Deliveries
from bot.store.digests import Digests
from bot.store.promises import Promises
from bot.store.subscriptions import Subscriptions
from bot.subscriptions.digest_service import DigestService
from bot.subscriptions.service import SubscriptionDefaults, SubscriptionService
from bot.web.component import Component

if TYPE_CHECKING:
    from bot.delivery.service import TipsService
    from bot.delivery.worker import CountDelivery
    from knowledge import Knowledge


def build_ports(
    settings: Settings,
    database: AsyncEngine,
    knowledge: "Callable[[], Knowledge]",
    answers: Answers,
    tips: TipChooser,
    abilities: AbilitiesByPlatform,
) -> tuple[SubscriptionService, PromiseService]:
    """Build the conversation's two ports: daily tips and promises."""
    nation = _default_nation(settings)
    defaults = SubscriptionDefaults(settings.time_zone, nation)
    digests = DigestService(Digests(database), abilities, settings.time_zone, nation)
    daily = SubscriptionService(
        Subscriptions(database), Deliveries(database), tips, knowledge, abilities, defaults, digests=digests
    )
    promises = PromiseService(
        Promises(database), answers, tips, abilities, settings.time_zone, nation, shows_progress=daily.shows_progress
    )
    return daily, promises


def build_delivery(
    settings: Settings,
    database: AsyncEngine,
    tips: TipChooser,
    posters: Mapping[Platform, Poster],
    abilities: AbilitiesByPlatform,
    count: "CountDelivery | None" = None,
) -> Component:
    """Build the component that posts daily tips and reminders.

    Parameters
    ----------
    posters
        One for each platform that is switched on.
    count
        Counts the outcome of each delivery.
    """
    if not settings.daily_tips:
        return Component("Tips", on=False, why="switched off (SMALL_STEPS_DAILY_TIPS)")
    if not posters:
        return Component("Tips", on=False, why="no platform is on that they could be posted to")
    service = _build_service(settings, database, tips, posters, abilities, count)

    async def show_metrics() -> str:
        return render_metrics(await measure_health(database))

    running: Callable[[], AbstractAsyncContextManager[None]] = service.running
    why = f"posting to {', '.join(sorted(posters))}"
    return Component("Tips", on=True, why=why, running=running, ready=service.ready, metrics=show_metrics)


def build_team_forgetter(database: AsyncEngine, platform: Platform) -> Callable[[str], Awaitable[None]]:
    """Return a function that deletes the tips, promises and digests of a workspace, be they on or off."""

    async def forget(team: str) -> None:
        await Subscriptions(database).forget_team(platform, team)
        await Promises(database).forget_team(platform, team)
        await Digests(database).forget_team(platform, team)

    return forget


def build_place_forgetter(database: AsyncEngine) -> Callable[[Place], Awaitable[None]]:
    """Return a function that deletes the tips, promises and digests of a place that removes the bot."""

    async def forget(place: Place) -> None:
        await Subscriptions(database).forget_place(place)
        await Promises(database).forget_place(place)
        await Digests(database).forget_place(place)

    return forget


def _build_service(
    settings: Settings,
    database: AsyncEngine,
    tips: TipChooser,
    posters: Mapping[Platform, Poster],
    abilities: AbilitiesByPlatform,
    count: "CountDelivery | None",
) -> "TipsService":
    from bot.delivery.engine import EngineLimits  # half a second to import, and only needed to serve
    from bot.delivery.service import TipsService

    return TipsService(
        settings.database_url.get_secret_value(),
        database,
        tips,
        Posters(posters, abilities),
        abilities,
        EngineLimits(settings.tips_at_once, max(1, settings.tips_at_once // 2), settings.tips_per_minute),
        history_kept=timedelta(hours=settings.keep_workflows_hours),
        count=count,
    )


def _default_nation(settings: Settings) -> str:
    return "" if settings.bank_holidays == "none" else settings.bank_holidays

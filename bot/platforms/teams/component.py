"""Whether Teams is on, as the settings say."""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence

from sqlalchemy.ext.asyncio import AsyncEngine

from bot import diagnostics
from bot.conversation.conversation import Conversation
from bot.delivery.poster import Poster
from bot.message import Place, Platform
from bot.platforms.teams.api import service_urls
from bot.settings import Settings
from bot.web.component import Component

WHY_OFF = "no app id set (SMALL_STEPS_TEAMS_APP_ID)"


def build_teams(
    settings: Settings,
    engine: AsyncEngine,
    conversation: Conversation,
    forget: Sequence[Callable[[Place], Awaitable[object]]] = (),
    posters: MutableMapping[Platform, Poster] | None = None,
) -> Component:
    """Build the component of Teams.

    Parameters
    ----------
    forget
        Each is asked to forget a place that takes the bot out, besides what is forgotten here.
    posters
        Where Teams is on, its poster is put in here.

    Raises
    ------
    OperatorError
        When Teams is configured in part, or when unsigned activities would be answered on a network.
    """
    why = describe_configuration(settings)
    if not why:
        return Component("Teams", on=False, why=WHY_OFF)
    from bot.platforms.teams.service import TeamsService  # the SDK behind it takes a while to import

    service = TeamsService(settings, engine, conversation, forget=forget)
    if posters is not None:
        posters["teams"] = service.poster
    return service.build_component(why)


def describe_configuration(settings: Settings) -> str:
    """Return a clause that says why Teams is on; empty when it is off.

    Raises
    ------
    OperatorError
        When Teams is configured in part, or when unsigned activities would be answered on a network.
    """
    if settings.teams_app_id:
        if missing := _missing(settings):
            raise diagnostics.teams_half_configured(missing)
        return "managed identity" if settings.teams_managed_identity else "app id and secret set"
    if settings.teams_anonymous:
        if settings.host not in service_urls.LOOPBACK:
            raise diagnostics.teams_without_app_id(settings.host)
        return "without an app id: unsigned activities from this machine are answered"
    if settings.teams_app_secret or settings.teams_tenant_id or settings.teams_managed_identity:
        raise diagnostics.teams_half_configured("SMALL_STEPS_TEAMS_APP_ID")
    return ""


def _missing(settings: Settings) -> str:
    if settings.teams_managed_identity:
        return ""
    needed = {
        "SMALL_STEPS_TEAMS_APP_SECRET": settings.teams_app_secret,
        "SMALL_STEPS_TEAMS_TENANT_ID": settings.teams_tenant_id,
    }
    return next((name for name, value in needed.items() if not value), "")

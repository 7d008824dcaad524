"""The simulator's page as a component of the running bot."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.conversation.conversation import Conversation
from bot.platforms.simulator.access import Access, decide
from bot.platforms.simulator.calendar import Calendar
from bot.platforms.simulator.files import Files
from bot.platforms.simulator.http import HOME, Door
from bot.platforms.simulator.inside import Inside
from bot.platforms.simulator.looks import Look
from bot.platforms.simulator.messages import Asking
from bot.platforms.simulator.requests import RequestError
from bot.settings import Settings
from bot.store.answers import Answers
from bot.web.component import Component

if TYPE_CHECKING:
    from intents import Classifier
    from knowledge import Knowledge

CountInsights = Callable[[int], Awaitable[dict[str, Any]]]
_MOST_WEEKS = 53


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows.

    Parameters
    ----------
    looks
        Slack's and Teams' ways to render a reply and read a press.
    insights
        Counts the last so many weeks.
    """

    conversation: Conversation
    classifier: "Classifier"
    knowledge: "Callable[[], Knowledge]"
    answers: Answers
    looks: Sequence[Look]
    insights: CountInsights


def build_simulator(settings: Settings, shown: Shown, *, host: str, alone: bool) -> Component:
    """Build the component of the page.

    Parameters
    ----------
    host
        The address that the server listens on.
    alone
        Whether no platform is connected.

    Raises
    ------
    OperatorError
        When the page is turned on where it needs a token, and there is none.
    """
    token = settings.simulator_token.get_secret_value() if settings.simulator_token else ""
    decision = decide(settings.simulator, token, host, alone)
    if not decision.on:
        return Component("Page", on=False, why=decision.why)
    access = Access(token)
    door = Door(access)
    routes = [*_pages(door, access, shown.conversation.keeping), *_api(door, shown)]
    return Component("Page", on=True, why=decision.why, routes=routes, home=HOME)


def _pages(door: Door, access: Access, kept: str) -> list[web.RouteDef]:
    files = Files()

    async def root(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": HOME})

    async def home(request: web.Request) -> web.StreamResponse:
        return files.page("page.html" if access.admits(request) else "sign-in.html", {"wrong": False, "kept": kept})

    async def sign_in(request: web.Request) -> web.StreamResponse:
        given = (await request.post()).get("token", "")
        if not access.is_token(str(given).strip()):
            return files.page("sign-in.html", {"wrong": True}, status=401)
        response = web.Response(status=303, headers={"Location": HOME})
        access.remember(request, response)
        return response

    return [
        web.get("/", door.page(root)),
        web.get(HOME.rstrip("/"), door.page(root)),
        web.get(HOME, door.page(home)),
        web.post(HOME + "sign-in", door.page(sign_in)),
        web.get(HOME + "static/{name:.+}", door.page(files.send)),
    ]


def _api(door: Door, shown: Shown) -> list[web.RouteDef]:
    asking = Asking(shown.conversation, shown.looks)
    inside = Inside(shown.classifier, shown.knowledge, shown.answers)
    calendar = Calendar(shown.knowledge, lambda: datetime.now(UTC))

    async def insights(request: web.Request) -> dict[str, Any]:
        weeks = request.query.get("weeks", "12")
        if not (weeks.isascii() and weeks.isdigit() and 1 <= int(weeks) <= _MOST_WEEKS):
            raise RequestError(f"The field “weeks” is a number from 1 to {_MOST_WEEKS}.", "weeks")
        return await shown.insights(int(weeks))

    return [
        door.post("say", asking.say),
        door.post("press", asking.press),
        door.post("why", inside.why),
        door.get("knowledge", inside.knowledge),
        door.get("knowledge/{theme}", inside.theme),
        door.post("calendar", calendar.days),
        door.get("insights", insights),
    ]

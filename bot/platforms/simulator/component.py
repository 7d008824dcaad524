"""The simulator's page as a component of the running bot."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.conversation.conversation import Conversation
from bot.platforms.simulator.access import Access, decide_page_state
from bot.platforms.simulator.calendar import CalendarView
from bot.platforms.simulator.files import StaticFiles
from bot.platforms.simulator.http import HOME, GuardedRoutes
from bot.platforms.simulator.inside import InsideView
from bot.platforms.simulator.looks import Look
from bot.platforms.simulator.messages import AskView
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
class PageSources:
    """The parts of the bot that the page shows.

    Parameters
    ----------
    looks
        Slack's and Teams' renderers of replies and readers of presses.
    insights
        Returns the insights of a number of weeks.
    """

    conversation: Conversation
    classifier: "Classifier"
    knowledge: "Callable[[], Knowledge]"
    answers: Answers
    looks: Sequence[Look]
    insights: CountInsights


def build_simulator(settings: Settings, sources: PageSources, *, host: str, alone: bool) -> Component:
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
    decision = decide_page_state(settings.simulator, token, host, alone=alone)
    if not decision.on:
        return Component("Page", on=False, why=decision.why)
    access = Access(token)
    guarded = GuardedRoutes(access)
    routes = [*_page_routes(guarded, access, sources.conversation.retention_notice), *_api_routes(guarded, sources)]
    return Component("Page", on=True, why=decision.why, routes=routes, home=HOME)


def _page_routes(guarded: GuardedRoutes, access: Access, kept: str) -> list[web.RouteDef]:
    files = StaticFiles()

    async def root(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": HOME})

    async def home(request: web.Request) -> web.StreamResponse:
        return files.render_page(
            "page.html" if access.admits(request) else "sign-in.html", {"wrong": False, "kept": kept}
        )

    async def sign_in(request: web.Request) -> web.StreamResponse:
        given = (await request.post()).get("token", "")
        if not access.matches_token(str(given).strip()):
            return files.render_page("sign-in.html", {"wrong": True}, status=401)
        response = web.Response(status=303, headers={"Location": HOME})
        access.set_cookie(request, response)
        return response

    return [
        web.get("/", guarded.guard(root)),
        web.get(HOME.rstrip("/"), guarded.guard(root)),
        web.get(HOME, guarded.guard(home)),
        web.post(HOME + "sign-in", guarded.guard(sign_in)),
        web.get(HOME + "static/{name:.+}", guarded.guard(files.send_file)),
    ]


def _api_routes(guarded: GuardedRoutes, sources: PageSources) -> list[web.RouteDef]:
    ask = AskView(sources.conversation, sources.looks)
    inside = InsideView(sources.classifier, sources.knowledge, sources.answers)
    calendar = CalendarView(sources.knowledge, lambda: datetime.now(UTC))

    async def insights(request: web.Request) -> dict[str, Any]:
        weeks = request.query.get("weeks", "12")
        if not (weeks.isascii() and weeks.isdigit() and len(weeks) < 5 and 1 <= int(weeks) <= _MOST_WEEKS):
            raise RequestError(f"The field “weeks” is a number from 1 to {_MOST_WEEKS}.", "weeks")
        return await sources.insights(int(weeks))

    return [
        guarded.post("say", ask.answer_message),
        guarded.post("press", ask.answer_press),
        guarded.post("why", inside.explain),
        guarded.get("knowledge", inside.list_knowledge),
        guarded.get("knowledge/{theme}", inside.show_theme),
        guarded.post("calendar", calendar.list_days),
        guarded.get("insights", insights),
    ]

"""Where the server calls out to, and which of its paths are called from outside, as the settings have it."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url

from bot.platforms.slack.api.mode import ConnectionMode
from bot.platforms.slack.install.oauth import INSTALL_PATH, REDIRECT_PATH
from bot.platforms.slack.transport.http import EVENTS_PATH
from bot.platforms.teams.api.service_urls import LISTED
from bot.platforms.teams.package import about_page
from bot.platforms.teams.transport import http as teams_http
from bot.platforms.teams.transport.credentials import AUTHORITY
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Host:
    """One host that the server calls, with the reason."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Way:
    """One path of the server that is called from outside, with who calls it and what protects it."""

    path: str
    who: str
    guard: str


def list_hosts(settings: Settings, *, slack: ConnectionMode, teams: bool) -> tuple[Host, ...]:
    """Return every host that the server calls."""
    return (*_database(settings), *_slack(settings, slack), *_teams(settings, on=teams))


def list_ways(settings: Settings, *, slack: ConnectionMode, teams: bool, page: str, editor: bool) -> tuple[Way, ...]:
    """Return the paths of the server that somebody calls, each with its guard.

    Parameters
    ----------
    page
        Why the simulator's page is on; empty where it is off.
    """
    ways = []
    if slack in ("http", "workspaces"):
        ways.append(Way(EVENTS_PATH, "Slack", "Slack’s signature, checked before a request is read"))
    if slack == "workspaces":
        guard = "a state that is good once, in the browser that began"
        ways += [Way(path, "whoever installs it in a workspace", guard) for path in (INSTALL_PATH, REDIRECT_PATH)]
    if teams:
        guard = "Microsoft’s token, checked before a request is answered"
        ways.append(Way(teams_http.PATH, "Microsoft Teams", guard))
        ways.append(Way(about_page.PATH, "anybody", "none: a page about privacy and terms, without data"))
    if page:
        ways.append(Way("/simulator/", "whoever tries the bot in a browser", page))
    if editor:
        ways.append(
            Way("/editor/", "editors of your own lessons", "one token that editors share; few attempts a minute")
        )
    inside = "none: keep it inside your network"
    return (*ways, Way("/metrics, /healthz, /readyz", "your monitoring", inside))


def _database(settings: Settings) -> Iterator[Host]:
    url = make_url(settings.database_url.get_secret_value())
    if url.host and not url.drivername.startswith("sqlite"):
        yield Host(url.host, "your PostgreSQL database")


def _slack(settings: Settings, mode: ConnectionMode) -> Iterator[Host]:
    if mode == "off":
        return
    yield Host(
        urlsplit(settings.slack_api_url).hostname or "", "Slack’s Web API: answers, tips, and what the scopes allow"
    )
    yield Host("hooks.slack.com", "the address that Slack sends along with a command or a press, for the answer to it")
    if mode == "socket":
        yield Host("*.slack.com", "the WebSocket that Slack names when the bot connects (Socket Mode)")


def _teams(settings: Settings, *, on: bool) -> Iterator[Host]:
    if not on:
        return
    yield Host(urlsplit(settings.teams_openid_url).hostname or "", "Microsoft’s keys, by which requests are checked")
    if settings.teams_managed_identity:
        yield Host(
            "the Azure host’s own identity endpoint", "the token that the bot’s calls carry, by managed identity"
        )
    else:
        yield Host(urlsplit(AUTHORITY).hostname or "", "the token that the bot’s calls carry, by client secret")
    for url in (*LISTED, *settings.teams_service_urls):
        yield Host(urlsplit(url).hostname or url, "answers and tips to Teams: the service that a request names")

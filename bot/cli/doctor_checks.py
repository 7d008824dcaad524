"""The doctor's own checks, and the order of all checks; each platform and the store have their own."""

import platform
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from importlib import metadata
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot import diagnostics
from bot.checks import Check, Finding

if TYPE_CHECKING:
    from bot.settings import Settings
    from knowledge import TextPack

OLDEST, NEWEST = (3, 11), (3, 14)  # Python that we support; a test holds them to pyproject.toml


def python() -> Finding:
    """Look at the Python that runs."""
    found = f"Python {platform.python_version()}"
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        return Finding("Python", "wrong", diagnostics.wrong_python(found, "Python 3.11, 3.12, 3.13 or 3.14"))
    return Finding("Python", "ok", f"{found}, with small-steps {metadata.version('small-steps')}")


def packages() -> Finding:
    """Look whether the packages that are installed are those that this release asks for."""
    from packaging.requirements import Requirement

    wrong = []
    for one in map(Requirement, metadata.requires("small-steps") or ()):
        if one.marker and not one.marker.evaluate():
            continue
        try:
            found = metadata.version(one.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{one.name} is missing")
            continue
        if not one.specifier.contains(found, prereleases=True):
            wrong.append(f"{one.name} is {found} and not {one.specifier}")
    if wrong:
        return Finding("Packages", "wrong", diagnostics.wrong_packages(wrong))
    return Finding("Packages", "ok", "all that this release asks for is installed")


def settings(read: "Settings | None", mistakes: Sequence[diagnostics.OperatorError]) -> list[Finding]:
    """Return the findings on the settings: each mistake, or the sources of the values."""
    from bot.settings import list_settings

    if read is None:
        rest = "Most of what is left needs the settings, and is looked at once they are mended."
        return [*(Finding("Settings", "wrong", str(one)) for one in mistakes), Finding("Settings", "warning", rest)]
    sources = Counter(line.source for line in list_settings(read) if line.source != "default")
    said = ", ".join(f"{count} from {'the ' * (name == 'environment')}{name}" for name, count in sources.items())
    return [Finding("Settings", "ok", f"{said}; the rest are the defaults" if said else "all are the defaults")]


def all_checks(read: "Settings | None", *, network: bool) -> dict[str, Check]:
    """List the other checks, in the order in which an operator mends things, each under its name."""
    if read is None:
        return {"Model": _model, "Safety rules": _rules}
    return {
        "Database": partial(_database, read, network=network),
        "Model": _model,
        "Safety rules": _rules,
        "Knowledge": partial(_knowledge, read, network=network),
        "Time zone": partial(_time_zone, read),
        "Numbers": partial(_numbers, read),
        "Slack": partial(_slack, read, network=network),
        "Teams": partial(_teams, read, network=network),
        "Server": partial(_server, read),
        "Public URL": partial(_public_url, read),
        "Page": partial(_page, read),
    }


async def _database(read: "Settings", *, network: bool) -> list[Finding]:
    from bot.store.doctor import check_database

    return await check_database(read.database_url.get_secret_value(), tips=read.daily_tips, network=network)


async def _model() -> list[Finding]:
    from intents import Classifier

    classifier = Classifier.load()
    classifier.classify("Nobody listens to us.")  # the encoder runs, too
    needs = ", ".join(f"{name} {metadata.version(name)}" for name in classifier.model.record["needs"])
    intents = len(classifier.model.catalogue.intents)
    return [Finding("Model", "ok", f"{intents} intents; its checksums hold, and it fits {needs}")]


async def _rules() -> list[Finding]:
    from intents.integrity import RULES, find_changed_rules

    if changed := find_changed_rules():
        return [Finding("Safety rules", "wrong", str(diagnostics.changed_rules(changed)))]
    return [Finding("Safety rules", "ok", f"{', '.join(RULES)} are as shipped")]


async def _knowledge(read: "Settings", *, network: bool) -> list[Finding]:
    from bot.own_themes import check_model_themes
    from intents import ModelError
    from intents.model import load_catalogue
    from knowledge import Knowledge, KnowledgeError

    written, unread = await _find_written_pack(read, network=network)
    try:
        knowledge = Knowledge.load([*read.packs, *([written] if written else [])])
    except KnowledgeError as error:
        return [Finding("Knowledge", "wrong", str(problem)) for problem in error.problems]
    try:
        catalogue = load_catalogue()
    except ModelError:
        catalogue = None  # said of the model, once
    try:
        if catalogue:
            check_model_themes(knowledge, catalogue)
    except ModelError as error:
        return [Finding("Knowledge", "wrong", str(error))]
    lessons = [lesson for theme in knowledge.themes.values() for lesson in theme.lessons]
    steps = sum(len(lesson.nudges) for lesson in lessons)
    named = [*map(str, read.packs), *(["what editors published"] if written else [])]
    packs = f"with your packs {', '.join(named)}" if named else "from our own pack"
    said = f"{len(knowledge.themes)} themes, {len(lessons)} lessons, {steps} small steps, {packs}{unread}"
    return [Finding("Knowledge", "ok", said)]


async def _find_written_pack(read: "Settings", *, network: bool) -> "tuple[TextPack | None, str]":
    """Return what editors published, and what is said where it could not be read: the database's own check says why."""
    from bot.own_pack import read_published_pack
    from bot.store.database import build_async_url

    url = read.database_url.get_secret_value()
    try:
        if not network and build_async_url(url).get_backend_name() != "sqlite":
            return None, "; what editors published was not asked for"
        return (await read_published_pack(url)).pack, ""
    except diagnostics.OperatorError:
        return None, "; what editors published could not be read"


async def _time_zone(read: "Settings") -> list[Finding]:
    now = datetime.now(ZoneInfo(read.time_zone))  # without data on time zones, the settings cannot be read
    return [Finding("Time zone", "ok", f"it is {now:%H:%M} on {now:%Y-%m-%d} in {read.time_zone}")]


async def _numbers(read: "Settings") -> list[Finding]:
    from bot.clock import utc_now
    from bot.conversation.doctor import check_contacts

    return check_contacts(read.nation, utc_now().date())


async def _slack(read: "Settings", *, network: bool) -> list[Finding]:
    from bot.platforms.slack.doctor import check_slack

    return await check_slack(read, network=network)


async def _teams(read: "Settings", *, network: bool) -> list[Finding]:
    from bot.platforms.teams.doctor import check_teams

    return await check_teams(read, network=network)


async def _server(read: "Settings") -> list[Finding]:
    from bot.web.server import is_port_taken

    if await is_port_taken(read.host, read.port):
        return [Finding("Server", "warning", diagnostics.port_taken(read.host, read.port))]
    return [Finding("Server", "ok", f"can listen on {read.host}, port {read.port}")]


async def _public_url(read: "Settings") -> list[Finding]:
    if not read.public_url:
        return [Finding("Public URL", "ok", "not set; only a Slack app for many workspaces needs it")]
    if not read.public_url.startswith("https://"):
        needed = read.slack_client_id  # many workspaces: nothing else is told this address
        said = diagnostics.public_url_not_https(read.public_url)
        return [Finding("Public URL", "wrong" if needed else "warning", said)]
    return [Finding("Public URL", "ok", f"{read.public_url}; whether it leads here is not tried")]


async def _page(read: "Settings") -> list[Finding]:
    from bot.platforms.simulator.access import decide_page_state

    token = read.simulator_token.get_secret_value() if read.simulator_token else ""
    decision = decide_page_state(read.simulator, token, read.host, alone=_alone(read))
    return [Finding("Page", "ok", f"{'on' if decision.on else 'off'}: {decision.why}")]


def _alone(read: "Settings") -> bool:
    from bot.platforms.slack.api.mode import choose_mode
    from bot.platforms.teams.component import describe_configuration

    try:
        return choose_mode(read) == "off" and not describe_configuration(read)
    except diagnostics.OperatorError:  # told by the platform's own check
        return False

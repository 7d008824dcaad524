"""Everything that the pages say, gathered in one place from the code, the settings and what was measured."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import metadata

from bot.conversation.contacts import load_contacts
from bot.evidence.figures import Figures, read_figures
from bot.evidence.hazards import Hazard, load_hazards
from bot.evidence.hosts import Host, Way, list_hosts, list_ways
from bot.evidence.licences import Package, list_packages
from bot.evidence.storage import StoredTable, describe_questions, list_tables
from bot.insights.tables import STEP
from bot.platforms.simulator.access import decide_page_state
from bot.platforms.slack.api.mode import MODE_DESCRIPTIONS, choose_mode
from bot.platforms.slack.api.scopes import EVENTS, OPTIONAL_SCOPES, SCOPES
from bot.platforms.teams.component import describe_configuration
from bot.platforms.teams.package.manifest import PERMISSIONS, VERSION, VERSION_WITHOUT_PRIVATE_ANSWERS
from bot.promises.cues import LONGEST_OWN
from bot.settings import Settings
from bot.subscriptions.digest_responses import FEWEST

_MARKS = re.compile(r"([\\`*_{}\[\]#|<>~])")


@dataclass(frozen=True, slots=True)
class Connected:
    """Whether a platform is connected, and how."""

    on: bool
    how: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the pages say. Texts that an operator chose are escaped for Markdown."""

    made: date
    version: str
    organisation: str
    contact: str
    nation: str
    slack: Connected
    teams: Connected
    many_workspaces: bool
    channels: str
    scopes: Mapping[str, str]
    optional_scopes: tuple[str, ...]
    events: Mapping[str, str]
    permissions: Mapping[str, str]
    private_answers: bool
    tables: tuple[StoredTable, ...]
    database: str
    answers_days: int
    deliveries_days: int
    workflow_hours: int
    questions_days: int
    questions: str
    steps_kept: str
    pending_kept: str
    longest_own: int
    least_count: int
    fewest_in_digest: int
    teams_manifest: str
    tips: bool
    page: Connected
    editor: bool
    packs: int
    public: str
    proxied: bool
    log_level: str
    hosts: tuple[Host, ...]
    ways: tuple[Way, ...]
    hazards: tuple[Hazard, ...]
    figures: Figures
    packages: tuple[Package, ...]
    numbers: int
    oldest_check: date

    @property
    def connected(self) -> str:
        """The platforms that are connected, in words."""
        names = [name for name, one in (("Slack", self.slack), ("Microsoft Teams", self.teams)) if one.on]
        return " and ".join(names)

    @property
    def copyleft(self) -> tuple[Package, ...]:
        """The packages whose licences ask that changes to them stay under the licence."""
        return tuple(package for package in self.packages if package.copyleft)


def gather_facts(settings: Settings, made: date) -> Facts:
    """Return what the pages say of a bot with these settings.

    Parameters
    ----------
    made
        The day that stands on the pages.

    Raises
    ------
    OperatorError
        When the settings of a platform or of the page are incomplete.
    """
    mode, teams = choose_mode(settings), describe_configuration(settings)
    token = settings.simulator_token.get_secret_value() if settings.simulator_token else ""
    page = decide_page_state(settings.simulator, token, settings.host, alone=mode == "off" and not teams)
    editor = settings.editor_token is not None
    contacts, tables = load_contacts(), list_tables(settings)
    kept = {table.name: table.kept for table in tables}
    return Facts(
        made=made,
        version=metadata.version("small-steps"),
        organisation=escape(settings.organisation),
        contact=escape(settings.contact),
        nation=escape(", ".join(settings.nation)),
        slack=Connected(mode != "off", MODE_DESCRIPTIONS[mode] if mode != "off" else "not connected"),
        teams=Connected(bool(teams), teams or "not connected"),
        many_workspaces=mode == "workspaces",
        channels=escape(", ".join(settings.slack_channels)),
        scopes=SCOPES,
        optional_scopes=OPTIONAL_SCOPES,
        events=EVENTS,
        permissions=PERMISSIONS,
        private_answers=settings.teams_private_answers,
        tables=tables,
        database=_describe_database(settings),
        answers_days=settings.keep_answers_days,
        deliveries_days=settings.keep_deliveries_days,
        workflow_hours=settings.keep_workflows_hours,
        questions_days=settings.keep_questions_days,
        questions=describe_questions(settings),
        steps_kept=kept["promises"],
        pending_kept=kept["pending"],
        longest_own=LONGEST_OWN,
        least_count=STEP,
        fewest_in_digest=FEWEST,
        teams_manifest=VERSION if settings.teams_private_answers else VERSION_WITHOUT_PRIVATE_ANSWERS,
        tips=settings.daily_tips,
        page=Connected(page.on, page.why),
        editor=editor,
        packs=len(settings.packs),
        public=escape(settings.public_url),
        proxied=settings.public_url.startswith("https://"),
        log_level=settings.log_level,
        hosts=list_hosts(settings, slack=mode, teams=bool(teams)),
        ways=list_ways(settings, slack=mode, teams=bool(teams), page=page.why if page.on else "", editor=editor),
        hazards=load_hazards(),
        figures=read_figures(),
        packages=list_packages(),
        numbers=sum(1 for contact in contacts.contacts if contact.checked),
        oldest_check=contacts.oldest_check,
    )


def escape(text: str) -> str:
    """Return a text of an operator's so that Markdown and HTML show it as it was typed."""
    return _MARKS.sub(r"\\\1", " ".join(text.split())).replace("&", "&amp;")


def _describe_database(settings: Settings) -> str:
    address = settings.database_url.get_secret_value()
    return "PostgreSQL" if address.startswith("postgres") else "SQLite, a file on the server"

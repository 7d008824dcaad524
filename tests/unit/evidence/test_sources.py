"""Each figure and claim of the evidence is held to where it comes from: code, tests, manifests and measured pages."""

import ast
import re
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.app import App
from bot.evidence.facts import gather_facts
from bot.evidence.figures import read_card, read_measured
from bot.evidence.folder import PAGES, build_folder
from bot.evidence.hazards import load_hazards
from bot.evidence.licences import list_packages
from bot.evidence.storage import list_tables
from bot.platforms.slack.manifest import build_manifest as build_slack_manifest
from bot.platforms.teams.package.manifest import build_manifest as build_teams_manifest
from bot.settings import Settings
from bot.store.tables import Base
from tests.unit.evidence.test_settings import BY_SECRET, SLACK, TEAMS, WORKSPACES

ROOT = Path(__file__).parents[3]
BENCHMARKS = (ROOT / "docs" / "benchmarks.md").read_text("utf-8")
# What the form of 24 February 2026 asks, by its codes.
DTAC = [
    *(f"A{number}" for number in range(1, 13)),
    *(f"B{number}" for number in range(1, 5)),
    *("C1.1.1", "C1.1.2", "C1.2", "C1.2.1", "C1.2.2", "C1.2.3", "C1.2.4", "C1.2.5"),
    *("C2.1", "C2.2", *(f"C2.2.{number}" for number in range(1, 7))),
    *("C3.1", "C3.2", "C3.3", "C3.4", "C3.5", "C3.5.1", "C3.6"),
    *("C4.1", "C4.1.1", "C4.1.2", "C4.1.3", "C4.2", *(f"C4.2.{number}" for number in range(1, 7))),
    *("D1.1", "D1.2", "D1.3", "D1.4", "D1.4.1", "D1.4.2", "D1.4.3", "D1.5"),
]
# Addresses in the code that nothing is sent to: names of schemas and of who signs a token, and pages for operators.
NEVER_CALLED = {
    "developer.microsoft.com", "adaptivecards.io", "schema.skype.com", "api.botframework.com", "json-schema.org",
    "api.slack.com", "docs.slack.dev", "steps.example.nhs.uk",
}  # fmt: skip


@cache
def pages(**settings: object) -> dict[str, str]:
    return dict(build_folder(Settings(**settings), date(2026, 11, 30)))


def defined_tests(path: Path) -> set[str]:
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("key", read_measured()["figures"])
def test_a_figure_that_was_copied_is_the_one_on_the_page(key: str):
    one = read_measured()["figures"][key]

    assert re.findall(one["pattern"], BENCHMARKS) == [one["figure"]], "run: make evidence"
    if "count_pattern" in one:
        assert re.findall(one["count_pattern"], BENCHMARKS) == [one["count"]], "run: make evidence"
    assert ("{count}" in one["measured_on"]) == ("count" in one)


def test_the_month_is_the_pages_and_every_figure_of_care_is_on_a_page():
    measured = read_measured()
    shown = "".join(pages().values())

    assert re.findall(measured["when_pattern"], BENCHMARKS) == [measured["when"]]
    assert not [key for key, one in measured["figures"].items() if one["what"] not in shown]


@pytest.mark.parametrize("what", ["handover found", "handover false alarm", "theme right at once"])
def test_a_figure_of_the_model_is_the_one_on_its_card(what: str):
    [(share, count)] = re.findall(rf"^\| {what} \| ([\d.]+)% [^|]*\| (\d+) \|", read_card(), re.MULTILINE)

    assert re.search(
        rf"\| {what}, the model alone \| {re.escape(share)} % \| {count} of the ",
        pages()["algorithm.md"] + pages()["hazard-log.md"],
    )


@pytest.mark.parametrize("hazard", load_hazards(), ids=lambda one: one.id)
def test_a_hazard_names_only_controls_tests_and_figures_that_there_are(hazard):
    figures = gather_facts(Settings(), date(2026, 11, 30)).figures
    for control in hazard.controls:
        assert not [where for where in control.where if not (ROOT / where).is_file()]
        for test in control.tests:
            path, _, name = test.partition("::")
            assert name in defined_tests(ROOT / path), f"{hazard.id} names {test}"
    assert not [key for key in hazard.figures if key not in figures.by_key]
    for one in hazard.counted:
        source = " ".join((ROOT / one.source).read_text("utf-8").split())
        assert one.says in source, f"{hazard.id}: {one.source} no longer says so"
        assert {*re.findall(r"[\d,]*\d", one.share)} <= {*re.findall(r"[\d,]*\d", one.says)}


def test_the_log_has_the_hazards_that_an_officer_asks_about_and_nobodys_signature():
    page = pages()["hazard-log.md"]

    for asked in ("handover is missed", "wrong number", "Satire", "clinical advice", "in public", "A tip is lost"):
        assert asked in page
    assert "unsigned" in page
    assert "No clinical effect is claimed" in page


def test_every_test_and_file_that_a_page_names_is_there():
    for name, text in pages(**SLACK).items():
        if name.endswith(".md"):
            for named in re.findall(r"`((?:bot|tests|intents|knowledge|deploy|docs)/[\w/.-]+)(?:::(\w+))?`", text):
                path, test = named
                assert (ROOT / path).exists(), f"{name} names {path}"
                assert not test or test in defined_tests(ROOT / path), f"{name} names {path}::{test}"


def test_the_accessibility_statement_says_what_axe_was_asked():
    source = (ROOT / "tests" / "browser" / "test_accessibility.py").read_text("utf-8")
    said = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            said[node.targets[0].id] = node.value
    rules = ast.literal_eval(said["RULES"])["runOnly"]
    sizes = ast.literal_eval(said["SIZES"])
    views = [key.value for key in said["VIEWS"].keys]
    page = pages()["accessibility.md"]

    assert ", ".join(f"`{rule}`" for rule in rules) in page
    assert f"four views ({', '.join(views)})" in page
    for name, size in sizes.items():
        assert f"{name} ({size['width']} x {size['height']})" in page
    assert '["light", "dark"]' in source
    editor = (ROOT / "tests" / "browser" / "test_editor.py").read_text("utf-8")
    for view in ("sign in", "mistakes", "write", "What people asked", "Spreadsheet", "Your own routes"):
        assert f'"{view}"' in editor, "the page says that axe looked at it"
    assert "RULES, SIZES" in editor
    assert "the editors’ page by axe" not in page


def test_every_table_is_listed_with_its_fields_and_a_keeping_time():
    tables = list_tables(Settings())

    assert [table.name for table in tables] == [*Base.metadata.tables]
    for table in tables:
        assert table.fields == tuple(column.name for column in Base.metadata.tables[table.name].columns)
        assert table.kept
        assert table.about.endswith(".")


def test_a_table_with_a_field_for_a_person_is_never_called_nobodys():
    # Where a place is a direct message, its id is its person's; a subscription leads to one.
    for table in list_tables(Settings()):
        if {"person", "person_digest", "owner", "place", "subscription"} & {*table.fields}:
            assert table.person != "nobody", table.name


async def test_all_that_retention_deletes_has_a_time_on_the_page(app: App):
    from bot.retention import build_retention

    kept = {table.name: table.kept for table in list_tables(app.settings)}
    by_name = {
        "answers and verdicts": "answers", "what was pending": "pending", "promises": "promises",
        "deliveries": "deliveries", "questions": "questions", "events from Slack": "slack_events",
        "threads on Slack": "slack_threads", "offers on Slack": "slack_offers",
        "installations of Slack that were begun": "slack_states", "events from Teams": "teams_arrivals",
    }  # fmt: skip

    assert {*by_name} == {*build_retention(app)._kept}
    for table in by_name.values():
        assert re.search(r"\d+ (day|hour|minute)|the setting is off", kept[table])


def test_scopes_and_permissions_are_those_of_the_manifests():
    page = pages(**SLACK, **TEAMS)["application-assessment.md"]
    slack = build_slack_manifest("https://steps.example.nhs.uk")
    teams = build_teams_manifest(TEAMS["teams_app_id"], "https://steps.example.nhs.uk", "1.0.0")

    for scope in slack["oauth_config"]["scopes"]["bot"]:
        left_out = "yes" if scope in slack["oauth_config"]["scopes"]["bot_optional"] else "no"
        assert re.search(rf"^\| `{scope}` \| .+ \| {left_out} \|$", page, re.MULTILINE)
    for name in (*slack["settings"]["event_subscriptions"]["bot_events"], *teams["permissions"]):
        assert f"`{name}`" in page
    assert "webApplicationInfo" not in teams, "the page says that there is no permission on Microsoft Graph"
    assert "authorization" not in teams


def test_where_the_bot_stands_in_teams_is_told_as_the_package_says_it():
    """What whoever looks after Teams would otherwise have to read out of the manifest."""
    for private in (True, False):
        page = " ".join(pages(**TEAMS, teams_private_answers=private)["application-assessment.md"].split())
        made = build_teams_manifest(
            TEAMS["teams_app_id"], "https://steps.example.nhs.uk", "1.0.0", private_answers=private
        )

        assert made["bots"][0]["scopes"] == ["personal", "team", "groupChat"]
        assert "a bot for personal chats, group chats and teams, and a message extension" in page
        assert not {"staticTabs", "configurableTabs", "meetingExtensionDefinition", "connectors"} & {*made}
        assert made["validDomains"] == []
        assert "no tab, no meeting, no call and no web page of its own inside Teams" in page
        assert f"(manifest {made['manifestVersion']})" in page


def test_a_hazard_that_stays_undesirable_is_put_before_the_officer_first():
    log = pages()["hazard-log.md"]
    undesirable = [hazard.id for hazard in load_hazards() if hazard.risk >= 3]

    assert re.findall(r"\*\*To decide first:\*\* (H\d+)", log) == undesirable


def test_every_address_in_the_code_is_a_host_on_the_page_or_never_called():
    listed = {
        host.name
        for settings in ({**WORKSPACES, **BY_SECRET}, {**SLACK, **TEAMS})
        for host in gather_facts(Settings(**settings), date(2026, 11, 30)).hosts
    }
    for path in (ROOT / "bot").rglob("*.py"):
        if "evidence" in path.parts or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for url in re.findall(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+", node.value):
                    host = urlsplit(url).hostname
                    assert host in listed | NEVER_CALLED or host.startswith("127."), f"{path.name} has {host}"


def test_what_runs_is_what_the_lock_pins_and_the_weak_copyleft_is_named():
    locked = set()
    for line in (ROOT / "deploy" / "requirements.lock").read_text("utf-8").splitlines():
        if re.match(r"[a-z0-9]", line):
            pinned = Requirement(line.rstrip(" \\"))
            if pinned.marker is None or pinned.marker.evaluate():
                locked.add(canonicalize_name(pinned.name))
    packages = {package.name: package for package in list_packages()}

    assert {*packages} == locked, "make setup installs what the lock pins"
    copyleft = {name for name, package in packages.items() if package.copyleft}
    assert {"psycopg", "psycopg-binary", "certifi", "tqdm"} <= copyleft
    strong = [one.licence for one in packages.values() if re.search(r"(?<!L)A?GPL|GNU (Affero )?General", one.licence)]
    assert not strong
    assert [name for name, package in packages.items() if not package.licence] == []


def test_the_form_is_answered_code_by_code():
    codes: list[str] = []
    for cell in re.findall(r"^\| ([A-D]\d[^|]*) \|", pages()["dtac.md"], re.MULTILINE):
        for part in cell.split(", "):
            first, _, last = part.partition(" to ")
            codes += DTAC[DTAC.index(first) : DTAC.index(last or first) + 1]

    assert codes == DTAC


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ("model-card", "hazard-log")])
def test_each_page_marks_what_only_the_organisation_can_answer(page: str):
    assert "**Your organisation:**" in pages()[f"{page}.md"]


def test_the_model_card_is_the_one_that_is_shipped():
    assert pages()["model-card.md"].strip() == read_card().strip()


def test_links_lead_to_headings_that_are_there():
    made = pages(**SLACK)
    for name, text in made.items():
        if not name.endswith(".md"):
            continue
        for target, anchor in re.findall(r"\]\(([\w-]+\.(?:md|svg))(?:#([\w-]+))?\)", text):
            assert target in made, f"{name} points at {target}"
            headings = re.findall(r"^#+ (.+)$", made[target], re.MULTILINE)
            anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert not anchor or anchor in anchors, f"{name} points at {target}#{anchor}"
            assert not anchor or f'id="{anchor}"' in made[target.replace(".md", ".html")]


@pytest.mark.parametrize("page", PAGES)
def test_each_html_page_stands_alone_and_says_its_language(page: str):
    html = pages()[f"{page}.html"]

    assert '<html lang="en-GB">' in html
    assert "<script" not in html
    assert "@media print" in html
    assert html.count("<h1") == 1
    assert not re.search(r"(?:src|href)=\"https?://", html.partition("</head>")[0])

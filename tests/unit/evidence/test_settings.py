"""Every setting that changes what the bot does with data, or where it sends any, changes the evidence."""

import re
from datetime import date
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnostics import OperatorError
from bot.evidence.facts import escape, gather_facts
from bot.evidence.flow import draw_flow
from bot.evidence.folder import render_html, render_pages
from bot.settings import Settings

DAY = date(2026, 11, 30)
KEY = "9p8vWJzX0nJm3m7m3zZr9wA0mYp1mQe8h3JmPq1c2dE="
SLACK = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}
WORKSPACES = {
    "slack_client_id": "1.2",
    "slack_client_secret": "secret",
    "slack_signing_secret": "secret",
    "slack_token_keys": KEY,
    "public_url": "https://steps.example.nhs.uk",
}
TEAMS = {"teams_app_id": "00000000-0000-0000-0000-000000000000", "teams_managed_identity": True}
BY_SECRET = {**TEAMS, "teams_managed_identity": False, "teams_app_secret": "s", "teams_tenant_id": "example.nhs.uk"}
# For each setting: what else is set, and the change to it.
CHANGES: dict[str, tuple[dict[str, Any], Any]] = {
    "database_url": ({}, "postgresql://u:p@database.example.nhs.uk/steps"),
    "packs": ({}, (Path("ours"),)),
    "organisation": ({}, "Barnwell Trust"),
    "contact": ({}, "steps@example.nhs.uk"),
    "nation": ({}, ("Wales",)),
    "keep_answers_days": ({}, 90),
    "daily_tips": ({}, False),
    "keep_deliveries_days": ({}, 60),
    "keep_workflows_hours": ({}, 48),
    "log_level": ({}, "DEBUG"),
    "host": ({}, "0.0.0.0"),  # noqa: S104  (the page is then off)
    "public_url": ({}, "https://steps.example.nhs.uk"),
    "slack_bot_token": ({"slack_signing_secret": "secret"}, "xoxb-1"),
    "slack_app_token": ({"slack_bot_token": "xoxb-1"}, "xapp-1"),
    "slack_signing_secret": (SLACK, "secret"),
    "slack_client_id": ({**WORKSPACES, "slack_client_id": ""}, "1.2"),
    "slack_client_secret": ({**WORKSPACES, "slack_client_secret": None}, "secret"),
    "slack_token_keys": ({**WORKSPACES, "slack_token_keys": None}, KEY),
    "slack_channels": (SLACK, ("C0123",)),
    "slack_api_url": (SLACK, "https://proxy.example.nhs.uk/api/"),
    "teams_app_id": ({"teams_managed_identity": True}, TEAMS["teams_app_id"]),
    "teams_app_secret": ({**BY_SECRET, "teams_app_secret": None}, "s"),
    "teams_tenant_id": ({**BY_SECRET, "teams_tenant_id": ""}, "example.nhs.uk"),
    "teams_managed_identity": (BY_SECRET, True),
    "teams_anonymous": ({}, True),
    "teams_private_answers": (TEAMS, False),
    "teams_service_urls": (TEAMS, ("https://smba.example.nhs.uk",)),
    "teams_openid_url": (TEAMS, "https://keys.example.nhs.uk/openid"),
    "simulator": ({}, "off"),
    "simulator_token": ({"simulator": "on", **SLACK}, "x" * 16),
    "editor_token": ({}, "x" * 16),
    "keep_questions_days": ({}, 30),
}
# These change when or how fast something is posted, or on which port: not what is kept, who reads it or where it goes.
SAYS_NOTHING = {
    "time_zone", "bank_holidays", "tips_at_once", "tips_per_minute", "port", "slack_most_at_once", "teams_most_at_once",
}  # fmt: skip


@cache
def pages(**settings: Any) -> dict[str, str] | str:
    """The pages and the picture, or the sentence for settings that no server would start with."""
    try:
        facts = gather_facts(Settings(**settings), DAY)
    except OperatorError as error:
        return str(error)
    return render_pages(facts) | {"picture": draw_flow(facts)}


def test_each_setting_changes_the_pages_or_is_known_to_change_nothing_that_they_say():
    assert {*CHANGES} | SAYS_NOTHING == {*Settings.model_fields}
    assert not {*CHANGES} & SAYS_NOTHING


@pytest.mark.parametrize("name", CHANGES)
def test_a_setting_that_changes_an_answer_changes_a_page(name: str):
    others, value = CHANGES[name]

    assert pages(**{**others, name: value}) != pages(**others)


@pytest.mark.parametrize("page", ["README", "application-assessment", "scope", "dpia", "dtac"])
def test_kept_questions_are_told_wherever_somebody_would_look_for_them(page: str):
    assert "30 days" in pages(keep_questions_days=30)[page]
    assert "30 days" not in pages()[page].replace("| 30 days |", "")


def test_many_workspaces_the_page_and_the_editors_page_each_bring_their_risk_and_their_way_in():
    quiet, open_ = (
        pages(simulator="off"),
        pages(**WORKSPACES, simulator="on", simulator_token="x" * 16, editor_token="y" * 16),
    )

    for told in ("token of a workspace is taken", "editors’ token", "page to try it"):
        assert told in open_["dpia"]
        assert told not in quiet["dpia"]
    for path in ("/slack/install", "/simulator/", "/editor/"):
        assert f"`{path}`" in open_["application-assessment"]
        assert f"`{path}`" not in quiet["application-assessment"]
    assert "Editors’ page" in open_["picture"]
    assert "Editors’ page" not in quiet["picture"]


def test_half_a_platform_is_one_sentence_as_it_is_for_the_server():
    assert "SMALL_STEPS_SLACK_APP_TOKEN" in pages(slack_bot_token="xoxb-1")


def test_no_secret_stands_on_any_page():
    secrets = {name: f"{name}-quux-0123456789" for name in ("editor_token", "simulator_token", "slack_bot_token")}
    made = pages(**secrets, slack_app_token="xapp-quux", database_url="postgresql://who:quux@db.example.nhs.uk/steps")

    assert not [name for name, text in made.items() if "quux" in text]


@given(st.text(max_size=60))
def test_what_an_operator_typed_stays_text(typed: str):
    html = render_html(f"# Title\n\n| One | Two |\n| --- | --- |\n| a {escape(typed)} b | c |\n", "page")

    [cell] = re.findall(r"<td>(a .*?)</td>\n<td>c</td>", html, re.DOTALL)
    assert "<" not in cell
    assert unescape(cell).split() == ["a", *typed.replace("\0", "\ufffd").split(), "b"]

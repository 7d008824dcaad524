"""The manifest: what Slack publishes as its schema takes it, and it asks for what the code listens to, no more."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.platforms.slack.api.errors import build_sdk_logger
from bot.platforms.slack.api.scopes import EVENTS, SCOPES
from bot.platforms.slack.install import uninstall
from bot.platforms.slack.manifest import build_manifest, format_manifest
from tests.contract.slack import fake_slack

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
URL = "https://steps.example.nhs.uk"
SOURCES = ROOT / "bot" / "platforms" / "slack"


@pytest.mark.parametrize("options", [{}, {"workspaces": True}, {"socket": True}], ids=str)
def test_slacks_schema_takes_it(options: dict):
    schema = json.loads((HERE / "schemas" / "manifest.json").read_text(encoding="utf-8"))

    errors = list(Draft7Validator(schema).iter_errors(build_manifest(URL, **options)))

    assert errors == []


def test_it_is_the_one_in_deploy():
    """`deploy/slack/manifest.yaml` is what the command prints for Socket Mode, the way that needs least."""
    assert (ROOT / "deploy" / "slack" / "manifest.yaml").read_text(encoding="utf-8") == format_manifest(
        build_manifest("", socket=True)
    )


def test_the_command_prints_it():
    command = [sys.executable, "-m", "bot", "manifest", "slack", "--url", URL]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout

    assert yaml.safe_load(printed) == build_manifest(URL)
    for name, reason in (SCOPES | EVENTS).items():
        assert f"- {name}  # {reason}" in printed


def test_it_asks_for_the_events_that_the_code_listens_to():
    """Each event in the manifest has a listener, and each listener its event."""
    code = (SOURCES / "listeners" / "register.py").read_text(encoding="utf-8")
    listened = set(re.findall(r'app\.event\("(\w+)"\)', code))

    assert {name.partition(".")[0] for name in EVENTS} == listened | set(uninstall.EVENTS)


def test_its_command_and_shortcuts_are_the_ones_that_are_registered():
    features = build_manifest(URL)["features"]
    code = (SOURCES / "listeners" / "register.py").read_text(encoding="utf-8")

    assert [c["command"] for c in features["slash_commands"]] == ["/steps"]
    assert {s["callback_id"] for s in features["shortcuts"]} == {"steps:ask", "steps:help-here"}
    for name in ("COMMAND", "MESSAGE_SHORTCUT", "ASK_SHORTCUT"):
        assert f"scopes.{name}" in code


def test_each_scope_is_needed_by_a_call_or_an_event_and_no_more_are_asked_for():
    """Least privilege: what the stand-in of Slack enforces for our calls, and what our events need."""
    needed_by_calls = {
        scope for scopes, _ in fake_slack._METHODS.values() for scope in scopes.split(",") if ":" in scope
    }
    needed_by_events = {"app_mentions:read", "im:history", "channels:history", "groups:history", "mpim:history"}

    assert set(SCOPES) == needed_by_calls | needed_by_events | {"commands"}


def test_descriptions_keep_to_slacks_lengths():
    information = build_manifest(URL)["display_information"]

    assert len(information["name"]) <= 35
    assert len(information["description"]) <= 140
    assert 174 <= len(information["long_description"]) <= 4_000


def test_what_it_says_of_what_is_kept_is_true_whatever_the_operator_has_set():
    told = build_manifest(URL)["display_information"]["long_description"]

    assert "unless your organisation has chosen to keep questions" in told


def test_only_many_workspaces_rotate_tokens():
    """A single token in the settings would stop working after twelve hours if it rotated."""
    assert build_manifest(URL, workspaces=True)["settings"]["token_rotation_enabled"] is True
    assert build_manifest(URL)["settings"]["token_rotation_enabled"] is False


def test_slacks_own_libraries_never_log_bodies():
    assert build_sdk_logger("DEBUG").level == 20

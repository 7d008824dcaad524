"""The README section tells what is so."""

import re
from pathlib import Path

from bot.platforms.teams.package.manifest import COMMANDS, PERMISSIONS
from bot.settings import PREFIX, Settings
from tests.setup_pages import check_serve

TEXT = (Path(__file__).parents[3] / "docs" / "teams.md").read_text(encoding="utf-8")


def test_every_permission_stands_there_with_its_reason():
    assert dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", TEXT, re.MULTILINE)) == PERMISSIONS


def test_every_setting_that_is_named_exists():
    named = set(re.findall(rf"{PREFIX}(\w+)", TEXT))

    assert named
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_every_command_is_named():
    assert all(f"`{name}" in TEXT for name, _ in COMMANDS)


def test_the_start_is_shown_as_it_is_printed(tmp_path):
    """What somebody is to see in step 3 is what they see."""
    app, tenant = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
    check_serve("teams.md", tmp_path, teams_app_id=app, teams_app_secret="secret", teams_tenant_id=tenant)

"""The README section tells what is so."""

import re
from pathlib import Path

from bot.platforms.teams.package.manifest import COMMANDS, PERMISSIONS
from bot.settings import PREFIX, Settings

TEXT = (Path(__file__).parents[3] / "docs" / "teams.md").read_text(encoding="utf-8")


def test_every_permission_stands_there_with_its_reason():
    assert dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", TEXT, re.MULTILINE)) == PERMISSIONS


def test_every_setting_that_is_named_exists():
    named = set(re.findall(rf"{PREFIX}(\w+)", TEXT))

    assert named
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_every_command_is_named():
    assert all(f"`{name}" in TEXT for name, _ in COMMANDS)

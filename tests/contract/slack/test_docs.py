"""The README section tells what is so."""

import re
from pathlib import Path

from bot.platforms.slack.api.scopes import SCOPES
from bot.settings import PREFIX, Settings

TEXT = (Path(__file__).parents[3] / "docs" / "slack.md").read_text(encoding="utf-8")


def test_every_scope_stands_there_with_its_reason():
    rows = {
        scope: reason.replace("`", "")
        for scope, reason in re.findall(r"^\| `([\w:]+)` \| (.+) \|$", TEXT, re.MULTILINE)
    }

    assert rows == SCOPES


def test_every_setting_that_is_named_exists():
    named = set(re.findall(rf"{PREFIX}(\w+)", TEXT))

    assert named
    assert {name.lower() for name in named} <= set(Settings.model_fields)

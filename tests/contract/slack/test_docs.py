"""The README section tells what is so."""

import re
from pathlib import Path

from bot.platforms.slack.api.scopes import SCOPES
from bot.settings import PREFIX, Settings
from tests.setup_pages import check_serve

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


def test_the_start_is_shown_as_it_is_printed(tmp_path):
    """What somebody is to see in step 6 is what they see."""
    nowhere = "http://127.0.0.1:9/api/"
    check_serve("slack.md", tmp_path, slack_app_token="xapp-1", slack_bot_token="xoxb-1", slack_api_url=nowhere)

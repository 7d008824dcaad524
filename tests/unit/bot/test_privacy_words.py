"""What we say about how long something is kept is how long it is kept."""

from pathlib import Path

import pytest

from bot.conversation.responses import retention_notice
from bot.platforms.teams.package import about_page
from bot.retention import PROMISES_KEPT, SLACK_EVENTS_KEPT, SLACK_THREADS_KEPT
from bot.settings import Settings

ROOT = Path(__file__).parents[3]
README = ROOT.joinpath("README.md").read_text("utf-8").split("## Privacy")[1].split("\n## ")[0]
PRIVACY = ROOT.joinpath("docs", "privacy.md").read_text("utf-8")
TEAMS = ROOT.joinpath("docs", "teams.md").read_text("utf-8")
SAID = {"readme": README, "privacy": PRIVACY, "teams": TEAMS, "about": about_page.render_about_page(retention_notice())}


@pytest.mark.parametrize("where", SAID)
def test_the_times_that_are_said_are_the_times_that_are_kept(where):
    said = " ".join(SAID[where].split())
    assert Settings().keep_answers_days == 365
    assert "for a year" in said
    assert f"{PROMISES_KEPT.days} days" in said
    if where in ("privacy", "about"):
        assert f"{Settings().keep_deliveries_days} days" in said
    if where == "privacy":
        assert f"thread | {SLACK_THREADS_KEPT.days} days" in said
        assert f"Slack: {SLACK_EVENTS_KEPT.days} days" in said


@pytest.mark.parametrize("where", SAID)
def test_verdicts_are_called_pseudonymous_and_the_organisation_is_named(where):
    assert where == "readme" or "pseudonym" in SAID[where]
    assert "DPIA" in SAID[where]
    assert "Your organisation runs" in SAID[where]

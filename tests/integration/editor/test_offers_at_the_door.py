"""Offers of what editors published, by the front doors: signed requests of Slack, activities of Teams, the page."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import build_app
from bot.pack_transfer import import_pack
from bot.settings import Settings
from tests.contract.slack.fake_slack import FakeSlack
from tests.integration.teams.conftest import listen
from tests.integration.teams.standin import Microsoft, StandInSigningKey
from tests.integration.test_offers import LESSON, OFFERED, SAID, write_pack
from tests.integration.turns.page_stage import PageStage
from tests.integration.turns.stages import Seen, SlackStage, TeamsStage, Turn

TITLE = "Bleep the site team first"
Stage = SlackStage | TeamsStage | PageStage


@pytest.fixture
async def published(settings: Settings, tmp_path: Path) -> Settings:
    """Settings of a bot whose editors published a theme, and a lesson for a shipped one; no directory is named."""
    async with build_app(settings) as app:
        await import_pack(settings, app.engine, write_pack(tmp_path / "place"), "Jo")
    return settings


@pytest.fixture(params=["slack", "slack-thread", "teams", "teams-channel", "page"])
async def stage(request: pytest.FixtureRequest, published: Settings) -> AsyncIterator[Stage]:
    platform, _, where = request.param.partition("-")
    if platform == "slack":
        async with FakeSlack().serve() as slack:
            opened: Stage = SlackStage(published, slack, direct=not where)
            yield opened
            await opened.close()
            assert slack.refused == []
    elif platform == "teams":
        microsoft = Microsoft(key := StandInSigningKey("key-offers"))
        runner, microsoft.origin = await listen(microsoft.application())
        opened = TeamsStage(published, microsoft, key, scope=where or "personal")
        yield opened
        await opened.close()
        await runner.cleanup()
        assert microsoft.refused == []
    else:
        opened = PageStage(published)
        yield opened
        await opened.close()


async def find_offer(stage: Stage) -> Seen:
    """Return the first reply with an offer; which message gets one is the shipped model's affair."""
    for said in SAID:
        seen = await stage.play(Turn(said, mention=True), silent=False)
        assert seen
        if OFFERED in seen.text:
            return seen
    raise AssertionError("nothing was offered")


async def test_an_offer_is_one_line_with_a_button_that_opens_it(stage: Stage) -> None:
    """Everywhere; on the page its title is typed."""
    seen = await find_offer(stage)
    assert TITLE in seen.buttons
    turn = Turn(TITLE) if isinstance(stage, PageStage) else Turn(press=TITLE)
    opened = await stage.play(turn, silent=False)
    assert opened
    assert LESSON["lesson"] in opened.text
    assert OFFERED not in opened.text, "what is shown is not offered again"

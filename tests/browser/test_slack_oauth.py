"""A workspace installs the bot in a real browser: our pages, Slack's as `emulate` serves them, and the way back."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from cryptography.fernet import Fernet
from playwright.async_api import Browser, BrowserContext, Page, expect

from bot.settings import Settings
from tests.browser import emulated
from tests.browser.site import serving
from tests.contract.slack.workspace import SECRET, RequestSender

CHANNEL, TEAM = "C000000001", "T000000001"  # what emulate begins with


@dataclass
class InstallSite:
    """The bot, Slack, and a browser to install the one in the other."""

    home: str
    slack: str
    context: BrowserContext

    async def begin(self) -> Page:
        """Open the first page and go on to Slack's."""
        page = await self.context.new_page()
        await page.goto(f"{self.home}/slack/install")
        await expect(page.get_by_role("heading", name="Small Steps for Slack")).to_be_visible()
        await page.get_by_role("link", name="Add to Slack").click()
        await expect(page.get_by_text("Authorize Small Steps")).to_be_visible()
        assert page.url.startswith(f"{self.slack}/oauth/v2/authorize?")
        return page

    async def answers(self, within: float = 30.0) -> bool:
        """Mention the bot in a channel, and tell whether it was installed and answered there."""
        async with aiohttp.ClientSession() as session:
            sender = RequestSender(self.home, None, session)
            asked = await self._call(session, "chat.postMessage", text="listening")
            mention = sender.build_message("listening", channel=CHANNEL) | {"type": "app_mention", "ts": asked["ts"]}
            status, _ = await sender.send_event(mention, team=TEAM)
            assert status == 200
            until = time.monotonic() + within
            while time.monotonic() < until:
                thread = await self._call(session, "conversations.replies", ts=asked["ts"])
                if any("One small step this week" in message["text"] for message in thread["messages"]):
                    return True
                await asyncio.sleep(0.1)
        return False

    async def _call(self, session: aiohttp.ClientSession, method: str, **given: str) -> dict[str, Any]:
        """Ask Slack as a person would; `emulate` takes any token for one of its own people's."""
        person = {"Authorization": "Bearer xoxp-ann"}
        address = f"{self.slack}/api/{method}"
        async with session.post(address, data={"channel": CHANNEL, **given}, headers=person) as answer:
            said: dict[str, Any] = await answer.json()
        assert said["ok"], said
        return said


@pytest_asyncio.fixture(loop_scope="session")
async def place(chromium: Browser, tmp_path: Path) -> AsyncIterator[InstallSite]:
    if reason := emulated.missing():
        pytest.skip(reason)
    port = emulated.free_port()
    home = f"http://localhost:{port}"
    async with emulated.slack(f"{home}/slack/oauth_redirect", "42.42", "client-secret") as slack:
        settings = Settings(
            database_url=f"sqlite:///{tmp_path / 'bot.sqlite'}",
            slack_client_id="42.42",
            slack_client_secret="client-secret",
            slack_signing_secret=SECRET,
            slack_token_keys=Fernet.generate_key().decode(),
            slack_api_url=f"{slack}/api/",
            public_url=home,
        )
        async with serving(settings, port):
            context = await chromium.new_context()
            yield InstallSite(home, slack, context)
            await context.close()


async def test_a_workspace_installs_the_bot_and_is_answered(place: InstallSite):
    """From the first page by Slack's to the last, which names the workspace; then the token that came of it works."""
    page = await place.begin()

    await page.get_by_role("button", name="ann@example.nhs.uk").click()

    await expect(page.get_by_role("heading", name="It is installed")).to_be_visible()
    await expect(page.get_by_text("Small Steps is installed in Northern Trust.")).to_be_visible()
    opens = await page.get_by_role("link", name="Open it in Slack").get_attribute("href")
    assert opens is not None
    assert opens.startswith(f"slack://app?team={TEAM}&id=A")
    assert await place.answers()


async def test_who_refuses_is_told_that_nothing_was_changed(place: InstallSite):
    """Slack's page has a button to cancel, which `emulate` lacks; it leads back with this error."""
    page = await place.begin()
    state = await page.locator("input[name=state]").first.get_attribute("value")

    await page.goto(f"{place.home}/slack/oauth_redirect?error=access_denied&state={state}")

    await expect(page.get_by_role("heading", name="It is not installed")).to_be_visible()
    await expect(page.get_by_text("You chose not to install Small Steps. Nothing was changed.")).to_be_visible()
    await page.get_by_role("link", name="Begin again").click()
    await expect(page.get_by_role("link", name="Add to Slack")).to_be_visible()
    assert not await place.answers(within=2.0)


async def test_a_forged_state_installs_nothing(place: InstallSite):
    """A state that this browser was not given is refused, though Slack hands it back with a good code."""
    page = await place.begin()
    await page.locator("input[name=state]").evaluate_all("fields => fields.forEach(field => field.value = 'forged')")

    await page.get_by_role("button", name="ann@example.nhs.uk").click()

    await expect(page.get_by_role("heading", name="It is not installed")).to_be_visible()
    assert "state=forged" in page.url
    assert not await place.answers(within=2.0)


async def test_a_return_belongs_to_the_browser_that_began_and_is_good_once(place: InstallSite, chromium: Browser):
    """Whoever is sent another person's way back installs nothing with it, and nobody uses one twice."""
    page = await place.begin()
    agreed = await page.locator("form").last.evaluate("form => Object.fromEntries(new FormData(form))")
    address = f"{place.slack}/oauth/v2/authorize/callback"
    way_back = (await place.context.request.post(address, form=agreed, max_redirects=0)).headers["location"]

    stranger = await chromium.new_context()
    elsewhere = await stranger.new_page()
    await elsewhere.goto(way_back)
    await expect(elsewhere.get_by_role("heading", name="It is not installed")).to_be_visible()
    await stranger.close()

    await page.goto(way_back)
    await expect(page.get_by_role("heading", name="It is installed")).to_be_visible()
    await page.goto(way_back)
    await expect(page.get_by_text("or the link was used before")).to_be_visible()
    assert await place.answers()

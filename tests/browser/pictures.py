"""Makes the pictures in docs/pictures: `make pictures`.

With `setting-up`, those of the set-up alone; with `platforms`, those of Slack's and Teams' messages alone.
"""

import asyncio
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

from bot.settings import Settings
from tests.browser import setting_up, teams_cards
from tests.browser.chromium import browser, executable
from tests.browser.demo import seed
from tests.browser.site import Site, serving

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
QUESTION = "our consultants just cross their arms in every workshop, what do I do?"
SIZES = {"desktop": {"width": 1280, "height": 860}, "phone": {"width": 390, "height": 844}}
SHADES = {"light": ("ask", "calendar", "inside", "insights"), "dark": ("ask",)}


async def ask(page: Page) -> None:
    """Ask, and look at the answer."""
    await page.get_by_role("textbox", name="What is happening").fill(QUESTION)
    await page.keyboard.press("Enter")
    await page.locator(".slack h3").first.wait_for(state="attached")


async def calendar(page: Page) -> None:
    """See the clocks go back, a pause and a bank holiday."""
    channel = page.get_by_text("The channel", exact=True)
    roomy = await page.get_by_label("First day shown").is_visible()
    if not roomy:
        await channel.click()
    await page.get_by_label("First day shown").fill("2026-03-23")
    await page.locator("#calendar-days li.left-out").first.wait_for()
    if not roomy:
        await channel.click()


async def inside(page: Page) -> None:
    """Look inside a message."""
    await page.get_by_label("A message").fill(QUESTION)
    await page.locator("#why-form").get_by_role("button").click()
    await page.locator("#why table").wait_for(state="attached")


async def insights(page: Page) -> None:
    """Count."""
    await page.locator("#counts section").first.wait_for()


SCENES = {
    "ask": ask,
    "calendar": calendar,
    "inside": inside,
    "insights": insights,
}


async def take(opened: Browser, home: str, size: str, shade: str) -> None:
    """Take the scenes at one size and in one shade."""
    context = await opened.new_context(
        viewport=SIZES[size], color_scheme=shade, device_scale_factor=1.5, locale="en-GB"
    )
    page = await context.new_page()
    for name in SHADES[shade]:
        await page.set_viewport_size(SIZES[size])
        await page.goto(f"{home}#{name}")
        await page.reload()
        await SCENES[name](page)
        await page.evaluate("window.scrollTo(0, 0); document.activeElement.blur()")
        await page.wait_for_timeout(300)
        await page.screenshot(path=FOLDER / f"{name}-{size}-{shade}.png")
    await context.close()


async def take_messages(opened: Browser, home: str, messages: Mapping[str, Any], size: str, shade: str) -> None:
    """Draw Teams' cards and Slack's blocks at one size and in one shade."""
    context = await opened.new_context(
        viewport={"width": 1280, "height": 2_000}, color_scheme=shade, device_scale_factor=1.5, locale="en-GB"
    )
    page = await context.new_page()
    for name, message in messages.items():
        file = FOLDER / f"{name}-{size}-{shade}.png"
        await teams_cards.draw_message(page, home, name.partition("-")[0], message, size, file)
    await context.close()


async def take_setting_up(opened: Browser, site: Site) -> None:
    """Draw what somebody sees who sets the bot up, once and in the light: it shows what to wait for, and no design."""
    context = await opened.new_context(
        viewport={"width": 1280, "height": 2_000}, color_scheme="light", device_scale_factor=1.5, locale="en-GB"
    )
    page = await context.new_page()
    for name, (platform, message) in (await setting_up.build_messages(site.app)).items():
        await teams_cards.draw_message(
            page, site.home, platform, message, "desktop", FOLDER / f"{name}-desktop-light.png"
        )
    await context.close()


async def main(only: str = "") -> None:
    """Take them all, or those of one kind."""
    path, reason = executable()
    if not path:
        sys.exit(f"No pictures: {reason}.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{folder}/bot.sqlite")
        async with serving(settings) as site, browser() as opened:
            if only != "platforms":
                await take_setting_up(opened, site)
            if only == "setting-up":
                return
            await seed(site.app.engine)
            messages = await teams_cards.build_cards(site.app) | await teams_cards.build_blocks(site.app)
            for size in SIZES:
                for shade in SHADES:
                    if only != "platforms":
                        await take(opened, site.home, size, shade)
                    await take_messages(opened, site.home, messages, size, shade)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:2]))

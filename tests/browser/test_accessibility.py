"""WCAG 2.2 AA, as far as axe can tell: every view, light and dark, phone and desktop."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_asking import QUESTION, say, slack

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # of what passes one example is enough: listing all takes axe twice as long
}
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 860}}


async def asked(page: Page) -> None:
    for text in (
        QUESTION,
        "themes",
        "daily",
        "should I double my warfarin tonight",
        "nobody tells me what is really going on",
    ):
        await say(page, text)
        await expect(page.locator("#ask")).not_to_have_attribute("aria-busy", "true")
    await slack(page).get_by_role("button", name="Why this?").first.dispatch_event("click")
    await expect(page.locator(".slack .aside")).to_have_count(1)


async def explained(page: Page) -> None:
    await page.get_by_label("A message").fill(QUESTION)
    await page.locator("#why-form").get_by_role("button").click()
    await page.locator("#why").get_by_text("The figures", exact=True).click()
    await expect(page.locator("#why table")).to_be_visible()
    await expect(page.locator("#knowledge-theme article").first).to_be_visible()


async def planned(page: Page) -> None:
    await expect(page.locator("#calendar-days li")).to_have_count(30)


async def counted(page: Page) -> None:
    await expect(page.locator("#counts section").first).to_be_visible()


VIEWS = {"ask": asked, "calendar": planned, "inside": explained, "insights": counted}


@pytest.mark.parametrize("shade", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_axe_finds_nothing(open_page: Open, size: str, shade: str):
    for view, prepare in VIEWS.items():
        page = await open_page(view, viewport=SIZES[size], color_scheme=shade, reduced_motion="reduce")
        await prepare(page)
        looks = ("Slack", "Teams") if (view, size) == ("ask", "phone") else ("",)
        for look in looks:
            if look:
                await page.get_by_role("radio", name=look).check(force=True)
            found = await Axe().run(page, options=RULES)
            assert found.violations_count == 0, f"{view} {look}: {found.generate_report()}"


@pytest.mark.parametrize("view", VIEWS)
async def test_nothing_scrolls_sideways_at_320_pixels(open_page: Open, view: str):
    page = await open_page(view, viewport={"width": 320, "height": 640})
    await VIEWS[view](page)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320

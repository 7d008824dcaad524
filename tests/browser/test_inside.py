"""The look inside and the insights, in a real browser."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.async_api import Browser, expect

from bot.insights.counts import InsightCounter
from bot.insights.pages import render_insights_page
from bot.insights.tables import Headline, Insights, build_table
from tests.browser.conftest import Open
from tests.browser.demo import seed
from tests.browser.site import Site
from tests.browser.test_asking import QUESTION, say, slack


async def test_the_last_answer_is_looked_into(open_page: Open):
    page = await open_page()
    await say(page, QUESTION)
    title = await slack(page).locator("h3").first.inner_text()
    await page.get_by_role("button", name="Look inside the last answer").click()
    await expect(page.get_by_role("heading", name="Why this answer?")).to_be_focused()
    await expect(page.locator("#why")).to_contain_text("The bot is ")
    await expect(page.locator("#why table")).to_be_hidden()  # the figures come for whoever wants them
    await page.locator("#why").get_by_text("The figures", exact=True).click()
    await expect(page.locator("#why tbody tr")).to_have_count(5)
    await expect(page.get_by_label("Words that counted")).to_contain_text("consultants")
    await expect(page.locator("#why").get_by_role("heading", name=title)).to_be_visible()
    await expect(page.locator("#why .others > li")).to_have_count(2)


async def test_what_is_handed_over_gets_no_lesson(open_page: Open):
    page = await open_page("inside")
    await page.get_by_label("A message").fill("should I double my warfarin tonight")
    await page.locator("#why-form").get_by_role("button").click()
    await expect(page.locator("#why")).to_contain_text("handed to people who can help")
    await expect(page.locator("#why").get_by_text("The lesson that was chosen")).to_have_count(0)


async def test_the_knowledge_is_browsed_down_to_its_sources(open_page: Open):
    page = await open_page("inside")
    await page.get_by_role("navigation", name="Themes").get_by_role("button", name="Listening").click()
    await expect(page.get_by_role("heading", name="Listening")).to_be_focused()
    await expect(page.locator("#knowledge-theme blockquote").first).to_contain_text("“")
    await page.get_by_role("button", name="The sources").click()
    await expect(page.locator("#knowledge-theme")).to_contain_text("satire")


async def test_insights_count_without_showing_small_counts(open_page: Open, own_site: Site):
    page = await open_page(site=own_site)
    await say(page, "listening")
    await expect(slack(page).locator("h3")).to_have_count(1)
    await page.get_by_role("link", name="Insights").click()
    row = page.get_by_role("row", name="Simulator page")
    await expect(row).to_contain_text("–")
    await expect(row).not_to_contain_text("1")


async def monthly_page(site: Site) -> str:
    """Return the page of a month in which much was asked, as `small-steps insights --month … --html` writes it."""
    await seed(site.app.engine)
    counter = InsightCounter(site.app.engine, "Europe/London", site.app.knowledge, keeps_questions=True)
    month = (datetime.now(UTC) - timedelta(days=20)).date().replace(day=1)
    return render_insights_page(await counter.count_month(month), "Example NHS Trust", date(2026, 12, 1))


async def test_the_page_of_a_month_prints_on_one_sheet(chromium: Browser, own_site: Site, tmp_path: Path):
    """Titled with the organisation and the date, for a meeting."""
    page = await chromium.new_page()
    await page.set_content(await monthly_page(own_site))
    await expect(page.get_by_role("heading", name="Small Steps at Example NHS Trust")).to_be_visible()
    await expect(page.get_by_text("Made on 1 December 2026.")).to_be_visible()
    assert count_sheets(await page.pdf(prefer_css_page_size=True)) == 1
    await page.set_content(render_insights_page(build_longest_month(), "Example NHS Trust", date(2026, 12, 1)))
    assert count_sheets(await page.pdf(prefer_css_page_size=True)) == 1
    await page.close()


def count_sheets(printed: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", printed))


def build_longest_month() -> Insights:
    """Return a month in which every theme, platform, week and group of words has something to count."""
    columns = ("Lessons", "Helpful", "Not helpful", "Asked back", "Out of scope", "Handed over")
    shapes = (
        ("By theme", "Relationships and deals", 33, 4),
        ("Rising", "Relationships and deals", 5, 2),
        ("Asked and not answered", "parking, permit", 10, 1),
        ("By platform", "Simulator", 4, 6),
        ("By week", "Week of 23 Nov", 6, 6),
        ("Promises", "Week of 23 Nov", 6, 4),
        ("Daily tips", "Week of 23 Nov", 6, 5),
    )
    about = "A sentence on what is counted here, about as long as those of the page."
    tables = (
        build_table(
            title,
            about,
            "Theme",
            columns[:wide],
            {f"{name} {n}": (155,) * wide for n in range(rows)},
        )
        for title, name, rows, wide in shapes
    )
    return Insights(
        "October 2026", tuple(Headline(f"Small steps taken {n}", 155, "about 8 in 10") for n in range(5)), tuple(tables)
    )


async def test_the_page_of_a_month_needs_no_sideways_scrolling_on_a_phone(chromium: Browser, own_site: Site):
    page = await chromium.new_page(viewport={"width": 320, "height": 640})
    await page.set_content(await monthly_page(own_site))
    for scrolled in ("document.documentElement", "...document.querySelectorAll('.wide')"):
        assert await page.evaluate(f"[{scrolled}].every(one => one.scrollWidth <= one.clientWidth)")
    await page.close()


async def test_what_rises_has_its_bars_on_what_it_is_now(open_page: Open, own_site: Site):
    await seed(own_site.app.engine)
    page = await open_page("insights", site=own_site)
    rising = page.locator("section").filter(has=page.get_by_role("heading", name="Rising"))
    await expect(
        rising.locator("td[data-label=Now] .bar, td[data-label=Now] svg, td[data-label=Now] meter").first
    ).to_be_visible()
    await expect(rising.locator("td[data-label=Before] *")).to_have_count(0)

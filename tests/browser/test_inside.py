"""The look inside and the insights, in a real browser."""

from playwright.async_api import expect

from tests.browser.conftest import Open
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
    await page.locator("#why").get_by_text("The figures").click()
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

"""The calendar view, in a real browser."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Open


async def from_day(page: Page, day: str) -> None:
    await page.get_by_label("First day shown").fill(day)
    await expect(page.locator(f"#calendar-days li time[datetime='{day}']")).to_be_visible()


def on(page: Page, day: str):
    return page.locator("#calendar-days li").filter(has=page.locator(f"time[datetime='{day}']"))


async def test_thirty_days_are_shown_with_their_tips(open_page: Open):
    page = await open_page("calendar")
    await from_day(page, "2026-06-01")
    await expect(page.locator("#calendar-days li")).to_have_count(30)
    await expect(on(page, "2026-06-01")).to_contain_text("09:00 BST")
    await expect(on(page, "2026-06-06").locator("details")).to_have_count(0)  # a Saturday


@pytest.mark.parametrize("width", [768, 1024, 1440])
async def test_from_a_tablets_width_on_each_weekday_has_a_column_of_its_own(open_page: Open, width: int):
    page = await open_page("calendar", viewport={"width": width, "height": 1024})
    if not await page.get_by_label("First day shown").is_visible():
        await page.get_by_text("The channel", exact=True).click()
    await from_day(page, "2026-06-03")  # a Wednesday
    days = page.locator("#calendar-days li")
    edges = [round((await days.nth(number).bounding_box())["x"]) for number in range(30)]
    assert len(set(edges)) == 7
    assert all(edges[number] == edges[number + 7] for number in range(23))
    assert edges[5] < edges[4]  # Monday begins a row


async def test_the_change_of_the_clocks_and_bank_holidays_are_shown(open_page: Open):
    page = await open_page("calendar")
    await from_day(page, "2026-03-23")
    await expect(on(page, "2026-03-27")).to_contain_text("09:00 GMT")
    await expect(on(page, "2026-03-29")).to_contain_text("The clocks go forward one hour.")
    await expect(on(page, "2026-03-30")).to_contain_text("09:00 BST")
    await expect(on(page, "2026-04-06")).to_contain_text("Easter Monday")
    await page.get_by_label("Leave out bank holidays of").select_option("Scotland")
    await expect(on(page, "2026-04-06")).to_contain_text("09:00")


async def test_a_day_is_skipped_and_put_back_and_the_rest_moves_up(open_page: Open):
    page = await open_page("calendar")
    await from_day(page, "2026-06-01")
    first = await on(page, "2026-06-01").locator("summary").inner_text()
    await page.get_by_role("button", name="Skip Monday 1 June").click()
    await expect(on(page, "2026-06-01")).to_contain_text("asked to be left out")
    await expect(page.get_by_role("button", name="Put back Monday 1 June")).to_be_focused()
    await expect(on(page, "2026-06-02").locator("summary")).to_have_text(first)
    await page.get_by_role("button", name="Put back Monday 1 June").click()
    await expect(on(page, "2026-06-01").locator("summary")).to_have_text(first)


async def test_time_days_themes_and_pause_are_what_ifs(open_page: Open):
    page = await open_page("calendar")
    await from_day(page, "2026-06-01")
    await page.get_by_label("Time of day").fill("07:45")
    await page.get_by_role("checkbox", name="Sat").check(force=True)
    await expect(on(page, "2026-06-06")).to_contain_text("07:45")
    await page.get_by_text("Themes: all").click()
    await page.get_by_label("Listening", exact=True).check()
    await expect(on(page, "2026-06-02")).to_contain_text("Listening")
    await page.get_by_label("Pause").fill("2026-06-08")
    await expect(on(page, "2026-06-05")).to_contain_text("paused")
    await expect(on(page, "2026-06-08")).to_contain_text("07:45")


async def test_a_zone_that_is_none_is_said_in_one_sentence(open_page: Open):
    page = await open_page("calendar", complain=False)
    await page.get_by_label("Time zone").fill("Mars/Olympus")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("alert")).to_contain_text("there is no such time zone")
    await expect(page.get_by_label("Time zone")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Time zone").fill("Asia/Kolkata")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("alert")).to_be_hidden()
    await expect(page.locator("#calendar-days")).to_contain_text("IST")


async def test_the_tips_are_taken_away_as_a_calendar_file(open_page: Open):
    page = await open_page("calendar")
    await from_day(page, "2026-06-01")
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="Take these tips away as a calendar file").click()
    taken = await waiting.value
    assert taken.suggested_filename == "tips.ics"
    assert "DTSTART:20260601T080000Z" in Path(await taken.path()).read_text("utf-8")

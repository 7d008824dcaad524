"""The ask view, in a real browser."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.site import Site

QUESTION = "our consultants just cross their arms in every workshop, what do I do?"
UNCLEAR = "the work has stalled and people are cross"
LESSON = re.compile("The clinical case for change|Staff buy-in")


async def say(page: Page, text: str) -> None:
    await page.get_by_role("textbox", name="What is happening").fill(text)
    await page.keyboard.press("Enter")


def slack(page: Page):
    return page.get_by_role("region", name="The conversation in Slack")


def teams(page: Page):
    return page.get_by_role("region", name="The conversation in Teams")


async def test_it_says_hello_and_what_it_offers_works(open_page: Open):
    page = await open_page()
    await slack(page).get_by_role("button", name="Give me a tip").click()
    await expect(teams(page).get_by_text("One small step this week")).to_be_attached()


async def test_a_question_is_answered_in_both_looks(open_page: Open):
    page = await open_page()
    await say(page, QUESTION)
    for look in (slack(page), teams(page)):
        await expect(look.get_by_text("One small step this week")).to_be_visible()
        await expect(look.get_by_text(LESSON).first).to_be_attached()
        await expect(look.get_by_text(QUESTION)).to_be_attached()
    title = await slack(page).get_by_role("heading").first.inner_text()
    await expect(teams(page).get_by_role("heading", name=title)).to_be_attached()


@pytest.mark.parametrize("look", ["Slack", "Teams"])
@pytest.mark.parametrize("before", ["", "The rota has never been full and nobody answers. " * 30])
async def test_on_a_phone_the_numbers_are_seen_without_scrolling(open_page: Open, look: str, before: str):
    """In the very first answer too, below a long message, and on a small phone."""
    page = await open_page(viewport={"width": 360, "height": 640})
    await page.get_by_role("textbox", name="What is happening").fill(f"{before}I want to end my life")
    await page.locator(f"input[name=look][value={look.lower()}]").evaluate("choice => choice.click()")
    await page.keyboard.press("Enter")
    pane = page.get_by_role("region", name=f"The conversation in {look}")
    for number in ("999", "116\u00a0123"):
        await expect(pane.get_by_text(number, exact=True).first).to_be_in_viewport(ratio=1)


async def test_the_answer_is_told_to_screen_readers(open_page: Open):
    page = await open_page()
    await say(page, "listening")
    await expect(page.locator("#news")).to_contain_text("One small step this week")


async def test_an_unclear_message_is_asked_back_and_the_choice_takes_its_place(open_page: Open):
    page = await open_page()
    await say(page, UNCLEAR)
    await expect(slack(page).get_by_text("Did you mean")).to_be_visible()
    await slack(page).locator(".message:not(.greeting)").get_by_role("button").first.click()
    await expect(slack(page).get_by_text("Did you mean")).to_have_count(0)
    await expect(slack(page).get_by_text("One small step this week")).to_be_attached()
    await expect(slack(page).locator(".message.bot:not(.greeting)")).to_be_focused()


async def test_another_is_another_lesson(open_page: Open):
    page = await open_page()
    await say(page, "listening")
    await slack(page).get_by_role("button", name="Another").click()
    await expect(slack(page).locator(".message.bot:not(.greeting)")).to_have_count(2)
    first, second = await slack(page).locator(".message.bot h3").all_inner_texts()
    assert first != second


async def test_why_is_told_to_whoever_pressed(open_page: Open):
    page = await open_page()
    await say(page, QUESTION)
    await slack(page).get_by_role("button", name="Why this?").click()
    await expect(slack(page).get_by_text("Only visible to you")).to_be_attached()
    await expect(slack(page).get_by_text("What I considered")).to_be_attached()
    await expect(teams(page).get_by_text("What I considered")).to_be_attached()


async def test_the_form_of_the_daily_tip_is_filled_in_and_folds_in_once_it_is_set_up(open_page: Open):
    page = await open_page()
    await say(page, "daily")
    card = teams(page).locator(".card").last
    await expect(card.get_by_label("Time of day")).to_have_value("09:00")
    await card.get_by_label("Time of day").fill("")
    await card.get_by_role("button", name="Start").click()
    await expect(card.get_by_text("Please give a time, such as 09:00.")).to_be_visible()
    await card.get_by_label("Time of day").fill("08:30")
    await card.get_by_role("checkbox", name="Friday").uncheck()
    await card.get_by_role("button", name="Choose themes").click()
    await card.get_by_label("Listening", exact=True).check()
    await card.get_by_role("button", name="Start").click()
    card = teams(page).locator(".card").last
    await expect(card.get_by_text("Monday to Thursday at 08:30 (Europe/London), on “Listening”")).to_be_visible()
    await card.get_by_role("button", name="Change").click()
    await expect(card.get_by_label("Time of day")).to_have_value("08:30")
    await card.get_by_role("button", name="Pause").click()
    await expect(teams(page).get_by_text("The daily tip is paused.")).to_be_visible()


async def test_a_step_is_taken_on_and_withdrawn(open_page: Open):
    page = await open_page()
    await say(page, "listening")
    await slack(page).get_by_role("button", name="I’ll do this").click()
    await expect(slack(page).get_by_text("When do you mean to do it?")).to_be_attached()
    await slack(page).get_by_role("button", name="Do not ask me").click()
    await expect(slack(page).get_by_text("I will not ask.")).to_be_attached()
    await slack(page).get_by_role("button", name="Withdraw it").last.click()
    await expect(slack(page).locator(".message.bot:not(.greeting)")).to_have_count(4)


async def test_buttons_on_the_adaptive_card_work(open_page: Open):
    page = await open_page()
    await say(page, QUESTION)
    await teams(page).get_by_role("button", name="Why this?").click()
    await expect(teams(page).locator(".message.bot:not(.greeting)")).to_have_count(2)


async def test_feedback_is_taken_in_slack_and_from_the_menu_in_teams(open_page: Open):
    page = await open_page()
    await say(page, "listening")
    helpful = slack(page).get_by_role("button", name="Helpful", exact=True)
    await helpful.click()
    await expect(helpful).to_have_attribute("aria-pressed", "true")
    await expect(slack(page).get_by_text("I am glad it helped")).to_be_attached()
    await teams(page).locator(".ac-pushButton").last.click()
    await page.get_by_text("Not helpful", exact=True).last.click()
    await expect(teams(page).get_by_text("I have noted that it did not help")).to_be_attached()


async def test_a_theme_is_picked_from_the_list(open_page: Open):
    page = await open_page()
    await say(page, "themes")
    await slack(page).get_by_label("Choose a theme").select_option(label="Listening")
    await slack(page).get_by_role("button", name="Show", exact=True).click()
    await expect(slack(page).get_by_text("Theme: Listening")).to_be_attached()


async def test_a_theme_is_picked_on_the_card(open_page: Open):
    page = await open_page()
    await say(page, "themes")
    await teams(page).get_by_role("combobox").select_option(label="Listening")
    await teams(page).get_by_role("button", name="Show me a lesson").click()
    await expect(slack(page).get_by_text("Theme: Listening")).to_be_attached()


async def test_what_is_typed_stays_text(open_page: Open):
    page = await open_page()
    await say(page, "<img src=x onerror=alert(1)> <b>bold</b> our consultants cross their arms")
    await expect(slack(page).get_by_text("<b>bold</b>")).to_be_visible()
    await expect(slack(page).locator(".bot:not(.greeting)")).to_have_count(1)


async def test_a_new_conversation_starts_in_a_place_that_has_seen_nothing(open_page: Open):
    page = await open_page()
    await say(page, "listening")
    first = await slack(page).locator("h3").first.inner_text()
    await page.get_by_role("button", name="Start again").click()
    await expect(slack(page).locator("h3")).to_have_count(0)
    await say(page, "listening")
    await expect(slack(page).locator("h3").first).to_have_text(first)


async def test_a_server_that_is_gone_is_said_plainly_and_nothing_typed_is_lost(open_page: Open, own_site: Site):
    page = await open_page(site=own_site, complain=False)
    await own_site.stop()
    await say(page, QUESTION)
    await expect(page.get_by_role("alert")).to_contain_text("The server does not answer")
    await expect(page.get_by_role("textbox", name="What is happening")).to_have_value(QUESTION)
    await expect(slack(page).locator(".message:not(.greeting)")).to_have_count(0)


async def test_on_a_phone_one_look_is_shown_at_a_time(open_page: Open):
    page = await open_page(viewport={"width": 390, "height": 844})
    await say(page, "listening")
    await expect(slack(page)).to_be_visible()
    await expect(teams(page)).to_be_hidden()
    await expect(page.locator("#ask")).not_to_have_attribute("aria-busy", "true")  # a reply that comes moves the radio
    await page.get_by_role("radio", name="Teams").check(force=True)
    await expect(teams(page)).to_be_visible()
    await expect(slack(page)).to_be_hidden()


async def test_the_keyboard_is_enough(open_page: Open):
    page = await open_page("")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.get_by_role("textbox", name="What is happening").focus()
    await page.keyboard.type("listening")
    await page.keyboard.press("Enter")
    another = slack(page).get_by_role("button", name="Another")
    await another.focus()
    await page.keyboard.press("Enter")
    await expect(slack(page).locator(".message.bot:not(.greeting)")).to_have_count(2)
    await expect(another.first).to_be_focused()


@pytest.mark.parametrize(("width", "height"), [(320, 568), (360, 640), (390, 844)])
async def test_on_a_phone_the_first_sight_shows_the_question_and_all_its_examples(
    open_page: Open, width: int, height: int
):
    page = await open_page(viewport={"width": width, "height": height})
    await expect(page.get_by_role("heading", name="What is getting in the way?")).to_be_in_viewport(ratio=1)
    await expect(page.get_by_role("textbox", name="What is happening")).to_be_in_viewport(ratio=1)
    for example in await page.get_by_role("group", name="Examples to ask").get_by_role("button").all():
        await expect(example).to_be_in_viewport(ratio=1)
    await page.reload()  # as with a link to this view, the browser looks for its beginning
    below = "h => h.getBoundingClientRect().top - document.querySelector('.top').getBoundingClientRect().bottom"
    heading = page.get_by_role("heading", name="What is getting in the way?")
    await expect(heading).to_be_in_viewport(ratio=1)
    assert await heading.evaluate(below) >= 0, "the header hides the question"


async def test_a_reload_keeps_the_conversation_and_its_buttons_work_on(open_page: Open):
    page = await open_page()
    await say(page, QUESTION)
    title = await slack(page).get_by_role("heading").first.inner_text()

    await page.reload()

    await expect(slack(page).get_by_text(QUESTION)).to_be_attached()
    await expect(slack(page).get_by_role("heading", name=title)).to_be_attached()
    await slack(page).get_by_role("button", name="Another").first.click()
    await expect(slack(page).get_by_role("heading")).to_have_count(2)


async def test_no_turn_that_people_must_handle_is_kept_in_the_browser(open_page: Open):
    page = await open_page()
    await say(page, "listening")
    await expect(slack(page).get_by_role("heading")).to_have_count(1)
    await say(page, "I feel like ending it all")
    await expect(slack(page)).to_contain_text("116 123")
    assert "ending it" not in await page.evaluate("JSON.stringify(sessionStorage) + JSON.stringify(localStorage)")

    await page.reload()

    await expect(slack(page).get_by_text("listening").first).to_be_attached()
    await expect(slack(page)).not_to_contain_text("ending it")


async def test_words_that_may_need_care_are_kept_nowhere_whatever_is_pressed_below_them(open_page: Open):
    page = await open_page()
    await say(page, "no reason to go on")
    await expect(slack(page)).to_contain_text("116 123")
    await slack(page).get_by_role("button", name="None of these").click()
    await expect(slack(page)).to_contain_text("Try once more")

    assert "reason to go on" not in await page.evaluate("JSON.stringify(sessionStorage)")
    await expect(slack(page)).to_contain_text("116 123")


async def test_starting_again_forgets_what_the_tab_kept(open_page: Open):
    page = await open_page()
    await say(page, "listening")
    await page.get_by_role("button", name="Start again").click()

    await page.reload()

    await expect(slack(page).get_by_role("heading")).to_have_count(0)

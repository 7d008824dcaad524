"""The editors' page, in a real browser: from an empty page to an answer in Slack and in Teams."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, Route, expect
from pydantic import SecretStr

from bot.own_pack import OwnPackWatch
from bot.settings import Settings
from knowledge import LiveKnowledge
from knowledge.editing.sheets import write_xlsx
from tests.browser.editing import LESSON, STEP, TOKEN, begin_theme, fill_in, find_home, publish, sign_in
from tests.browser.site import Site, serving
from tests.browser.test_accessibility import RULES, SIZES
from tests.contract.slack.fake_slack import FakeSlack
from tests.integration.editor.test_sheet import ROW
from tests.integration.teams.conftest import listen
from tests.integration.teams.standin import Microsoft, StandInSigningKey
from tests.integration.test_offers import LESSON as OWN_LESSON
from tests.integration.test_offers import OFFERED, SAID, write_pack
from tests.integration.turns.stages import SlackStage, TeamsStage, Turn

PATIENCE = 30_000  # milliseconds


@pytest.fixture(autouse=True)
def own_knowledge(loaded_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each bot here reads its packs itself, for what is published changes them."""
    monkeypatch.setattr("bot.app.LiveKnowledge", LiveKnowledge)


@pytest.fixture
def editors_settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={"editor_token": SecretStr(TOKEN), "simulator": "off", "keep_questions_days": 30, "port": 0}
    )


@pytest_asyncio.fixture(loop_scope="session")
async def site(editors_settings: Settings) -> AsyncIterator[Site]:
    async with serving(editors_settings) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def context(chromium: Browser) -> AsyncIterator[BrowserContext]:
    opened = await chromium.new_context(viewport=SIZES["desktop"], reduced_motion="reduce")
    yield opened
    await opened.close()


async def open_page(context: BrowserContext, site: Site) -> Page:
    """Open the page and sign in; whatever the browser complains of is kept."""
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(find_home(site))
    if await page.get_by_label("Token").count():
        await sign_in(page)
    return page


async def test_an_editor_goes_from_an_empty_page_to_an_answer_in_slack_and_teams(
    context: BrowserContext, site: Site, editors_settings: Settings
):
    """On two replicas that have no page: each serves within seconds what is published on a third, and takes it back."""
    microsoft = Microsoft(key := StandInSigningKey("key-1"))
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(FakeSlack().serve())
        runner, microsoft.origin = await listen(microsoft.application())
        stack.push_async_callback(runner.cleanup)
        in_slack = SlackStage(editors_settings, slack, direct=True)
        in_teams = TeamsStage(editors_settings, microsoft, key, scope="personal")
        for stage, start in ((in_slack, in_slack._sender(1)), (in_teams, in_teams._url(1))):
            await start
            stack.push_async_callback(stage.close)
            watch = OwnPackWatch(stage.app.pack, stage.app.knowledge, every=0.5)
            await stack.enter_async_context(watch.running())

        async def ask() -> list[str]:
            said = Turn("winter and patient flow")
            return [(await stage.play(said, silent=False)).text for stage in (in_slack, in_teams)]

        page = await open_page(context, site)
        await expect(page.get_by_text("There is nothing yet.")).to_be_visible()
        await begin_theme(page)
        await fill_in(page)
        await expect(page.get_by_text("It can be published.")).to_be_visible()
        assert not any(STEP in text for text in await ask()), "a draft is seen by nobody"
        await publish(page)
        for stage in (in_slack, in_teams):
            await microsoft.reached(lambda stage=stage: "winter-and-patient-flow" in stage.app.knowledge().themes, 10)
        for text in await ask():
            assert STEP in text
            assert LESSON in text
            assert "From experience, with no text behind it: a matron." in text

        page.on("dialog", lambda dialog: dialog.accept())
        await page.get_by_role("button", name="Take back").click()
        await expect(page.get_by_text("Taken back: nobody sees it.")).to_be_visible()
        for stage in (in_slack, in_teams):
            await microsoft.reached(
                lambda stage=stage: "winter-and-patient-flow" not in stage.app.knowledge().themes, 10
            )
        assert not any(STEP in text for text in await ask())


async def test_the_checks_stand_at_the_field_and_the_look_beside_it(context: BrowserContext, site: Site):
    page = await open_page(context, site)
    await begin_theme(page)
    await fill_in(page)
    await page.get_by_label("Step 1").fill("Shout at everybody!")
    said = page.locator("#f-lessons-0-nudges-0-said")
    await expect(said).to_contain_text("There is an exclamation mark. End the sentence with a full stop.")
    look = page.get_by_role("region", name="The lesson as people see it")
    await expect(look).to_contain_text("Shout at everybody!")
    await page.get_by_role("radio", name="Teams").check(force=True)
    await expect(look.locator(".ac-adaptiveCard")).to_contain_text("Shout at everybody!")
    await page.get_by_label("What somebody might write").fill("winter and patient flow")
    await page.get_by_role("button", name="Try it").click()
    await expect(page.locator("#tried")).to_contain_text("is answered with “Walk the board together”")


async def test_what_is_missing_is_told_when_it_is_to_be_published(context: BrowserContext, site: Site):
    """Not while somebody begins; each entry of the list leads to its field."""
    page = await open_page(context, site)
    await begin_theme(page)
    await expect(page.locator("#checks-said")).to_contain_text("must be filled in")
    assert await page.locator("#write-form [aria-invalid]").count() == 0
    await page.locator("#write").get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("alert").first).to_contain_text("Nothing was published")
    await expect(page.locator("#write-form [aria-invalid]").first).to_be_visible()
    edge = "one => getComputedStyle(one).borderTopWidth"
    assert await page.locator("#f-title").evaluate(edge) == await page.locator("#f-about").evaluate(edge) == "2px"
    await page.locator("#checks-list").get_by_role("link", name="“Title” is missing").first.click()
    await expect(page.locator("#f-title")).to_be_focused()


async def test_two_editors_at_once_lose_nothing(context: BrowserContext, chromium: Browser, site: Site):
    """The second is told, sees what differs, and keeps theirs as the next version."""
    first = await open_page(context, site)
    await begin_theme(first)
    await fill_in(first)
    await first.get_by_role("button", name="Keep as a draft").click()
    await expect(first.get_by_text("A draft: nobody sees it yet.")).to_be_visible()
    other = await chromium.new_context(viewport=SIZES["desktop"])
    second = await open_page(other, site)
    await second.get_by_role("link", name="Winter and patient flow").click()
    await second.get_by_label("Kept by").fill("The second team")
    await first.get_by_label("Kept by").fill("The first team")
    await first.get_by_role("button", name="Keep as a draft").click()
    await expect(first.get_by_text("Earlier versions (2)")).to_be_visible()
    await second.get_by_role("button", name="Keep as a draft").click()
    clash = second.locator("#clash")
    await expect(clash).to_contain_text("Jo Bloggs changed this while you were writing.")
    await expect(clash.locator("del")).to_have_text("The first team")
    await expect(clash.locator("ins")).to_have_text("The second team")
    await clash.get_by_role("button", name="Keep mine as the next version").click()
    await second.get_by_text("Earlier versions (3)").click()
    await second.get_by_role("button", name="Compare version 2 with the form").click()
    await expect(second.locator("#compared")).to_contain_text("The first team")
    await second.get_by_role("button", name="Begin again from version 2").click()
    await expect(second.get_by_label("Kept by")).to_have_value("The first team")
    await other.close()


async def test_what_is_not_kept_yet_outlives_a_press(context: BrowserContext, site: Site):
    """What is written while a form is published, or before it is taken back, stays in the form and is said to be."""
    page = await open_page(context, site)
    page.on("dialog", lambda dialog: dialog.accept())
    await begin_theme(page)
    await fill_in(page)
    await expect(page.locator("#checks-said")).to_have_text("Nothing is wrong. It can be published.")
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    await page.route("**/api/publish", hold)
    await page.locator("#write").get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("Publishing. This takes a few seconds.")).to_be_visible()
    await page.get_by_label("Kept by").fill("Written while it was published")
    await held[0].continue_()
    await expect(page.get_by_text("What you wrote since is not kept yet.")).to_be_visible()
    await expect(page.get_by_text("Earlier versions (1)")).to_be_visible()
    await expect(page.get_by_label("Kept by")).to_have_value("Written while it was published")

    await page.get_by_role("button", name="Take back").click()
    await expect(page.get_by_text("Earlier versions (2)")).to_be_visible()
    await expect(page.get_by_label("Kept by")).to_have_value("Written while it was published")
    await page.get_by_role("button", name="Keep as a draft").click()
    await expect(page.get_by_text("A draft: nobody sees it yet.")).to_be_visible()
    await expect(page.get_by_text("Earlier versions (3)")).to_be_visible()
    await expect(page.locator("#write-told")).to_have_text(re.compile(r"Kept at \d\d:\d\d\."))


async def test_a_form_that_is_opened_again_says_what_was_changed_meanwhile(context: BrowserContext, site: Site):
    """By the same editor elsewhere on the page; what is kept after that meets nobody else's change."""
    await site.app.unanswered.keep("where do I send the winter beds form", "out-of-scope")
    page = await open_page(context, site)
    await begin_theme(page)
    await fill_in(page)
    await page.get_by_role("button", name="Keep as a draft").click()
    await expect(page.get_by_text("Earlier versions (1)")).to_be_visible()
    await page.get_by_role("link", name="What people asked").click()
    await page.get_by_role("button", name="Make it a phrase of this theme").click()
    await expect(page.get_by_text("is a phrase of Winter and patient flow now")).to_be_visible()
    await page.get_by_role("link", name="Your lessons").click()
    await page.get_by_role("link", name="Winter and patient flow").click()
    await expect(page.get_by_label("Phrases, one a line")).to_have_value(re.compile("winter beds form"))
    await page.get_by_label("Kept by").fill("The site team")
    await page.get_by_role("button", name="Keep as a draft").click()
    await expect(page.get_by_text("Earlier versions (3)")).to_be_visible()
    await expect(page.locator("#clash")).to_be_hidden()


async def test_routes_are_checked_compared_and_never_lost(context: BrowserContext, chromium: Browser, site: Site):
    """As themes are: at the field, with versions, and of two editors at once the second is told."""
    first = await open_page(context, site)
    await first.get_by_role("link", name="Your own routes").click()
    await add_route(first, "Our staff line", "")
    await first.locator("#signposts").get_by_role("button", name="Publish").click()
    await expect(first.get_by_role("alert").first).to_contain_text("Nothing was published")
    await expect(first.locator("#f-wellbeing-0-said, #f-wellbeing-0-how-said").first).to_contain_text("How to reach")
    other = await chromium.new_context(viewport=SIZES["desktop"])
    second = await open_page(other, site)
    await second.get_by_role("link", name="Your own routes").click()
    await add_route(second, "The second line", "call extension 2222")

    await first.locator("#f-wellbeing-0-how").fill("call extension 1111")
    await first.locator("#signposts").get_by_role("button", name="Publish").click()
    await expect(first.get_by_text("Earlier versions (1)")).to_be_visible()
    await second.get_by_role("link", name="Your lessons").click()
    await second.get_by_role("link", name="Your own routes").click()
    await expect(second.locator("#f-wellbeing-0-name")).to_have_value("The second line")
    await second.locator("#signposts").get_by_role("button", name="Keep as a draft").click()
    clash = second.locator("#signposts-clash")
    await expect(clash).to_contain_text("Jo Bloggs changed this while you were writing.")
    await expect(clash).to_contain_text("Our staff line")
    await clash.get_by_role("button", name="Keep mine as the next version").click()
    await second.get_by_text("Earlier versions (2)").click()
    await second.get_by_role("button", name="Begin again from version 1").click()
    await expect(second.locator("#f-wellbeing-0-name")).to_have_value("Our staff line")
    await other.close()


async def add_route(page: Page, who: str, how: str) -> None:
    await page.locator("#f-wellbeing").get_by_role("button", name="Add a route").click()
    await page.locator("#f-wellbeing-0-name").fill(who)
    await page.locator("#f-wellbeing-0-how").fill(how)


async def test_a_change_without_a_name_is_not_made_and_that_is_said(context: BrowserContext, site: Site):
    """To everybody, not to screen readers alone; so is a file that was not chosen."""
    page = await open_page(context, site)
    page.on("dialog", lambda dialog: dialog.dismiss())
    await page.get_by_label("Your name").fill("")
    await begin_theme(page)
    await fill_in(page)
    await page.get_by_role("button", name="Keep as a draft").click()
    told = page.get_by_role("alert").first
    await expect(told).to_contain_text("Nothing was done, for a change needs a name.")
    await page.get_by_role("link", name="Spreadsheet").click()
    await page.get_by_role("button", name="Read it").click()
    await expect(told).to_contain_text("Choose a file first.")


async def test_a_quote_from_a_new_text_is_published_with_it(context: BrowserContext, site: Site):
    page = await open_page(context, site)
    await begin_theme(page)
    await fill_in(page)
    await page.get_by_label("A quote from a text").check()
    await page.get_by_label("The quote").fill("Nobody asked us about the corridor, and we sorted everything there.")
    await page.get_by_text("The text is not in the list").click()
    await page.get_by_label("Its title", exact=True).fill("What the wards told us")
    await page.get_by_role("button", name="Add this text").click()
    await expect(page.get_by_label("Where it is from")).to_have_value("own-what-the-wards-told-us")
    await publish(page)
    assert site.app.knowledge().find_lesson("winter-and-patient-flow-walk-the-board-together")[1].quote

    await page.get_by_text("Change what is said of this text").click()
    await page.locator("#source-0-own-title").fill("What the wards told us in May")
    await page.get_by_role("button", name="Keep this change").click()
    await expect(page.get_by_text("Kept. People see it once you publish.")).to_be_visible()
    look = page.get_by_role("region", name="The lesson as people see it")
    await expect(look).to_contain_text("What the wards told us in May")
    await publish(page)
    await expect(page.get_by_text("Earlier versions (2)")).to_be_visible()
    assert site.app.knowledge().sources["own-what-the-wards-told-us"].title == "What the wards told us in May"


async def test_mark_up_in_a_text_stays_text(context: BrowserContext, site: Site):
    """On the page, in the list and in the look."""
    page = await open_page(context, site)
    await begin_theme(page)
    await fill_in(page)
    wild = "<img src=x onerror=alert(1)> & <b>bold</b>"
    await page.locator("#f-title").fill(wild)
    await page.locator("#f-lessons-0-title").fill(wild)
    await expect(page.get_by_role("region", name="The lesson as people see it")).to_contain_text(wild)
    await page.get_by_role("button", name="Keep as a draft").click()
    await page.get_by_role("link", name="Your lessons").click()
    await expect(page.get_by_role("link", name=wild)).to_be_visible()
    assert await page.locator("main img").count() == 0


async def test_whoever_leaves_the_form_while_it_is_kept_finds_it_in_the_list(context: BrowserContext, site: Site):
    page = await open_page(context, site)
    await begin_theme(page)
    await fill_in(page)
    held: asyncio.Queue[Route] = asyncio.Queue()
    await page.route("**/api/save", held.put)
    await page.get_by_role("button", name="Keep as a draft").click()
    saving = await held.get()
    await page.get_by_role("link", name="Your lessons").click()
    await expect(page.get_by_role("heading", name="Lessons of your own")).to_be_visible()
    await saving.continue_()
    await expect(page.get_by_role("link", name="Winter and patient flow")).to_be_visible()
    await expect(page).to_have_url(re.compile("#lessons$"))


async def test_questions_without_a_lesson_become_phrases(context: BrowserContext, site: Site):
    await site.app.unanswered.keep("where do I send the winter beds form", "out-of-scope")
    page = await open_page(context, site)
    await begin_theme(page)
    await fill_in(page)
    await publish(page)
    await page.get_by_role("link", name="What people asked").click()
    await page.get_by_role("button", name="Make it a phrase of this theme").click()
    await expect(page.get_by_text("is a phrase of Winter and patient flow now")).to_be_visible()


async def test_a_spreadsheet_becomes_drafts_or_each_mistake_is_named(context: BrowserContext, site: Site):
    page = await open_page(context, site)
    await page.get_by_role("link", name="Spreadsheet").click()
    upload = page.get_by_label("Your spreadsheet")
    await upload.set_input_files({"name": "ours.xlsx", "mimeType": "", "buffer": write_xlsx([{**ROW, "Step 1": ""}])})
    await page.get_by_role("button", name="Read it").click()
    told = page.locator("#sheet-body [role=status]")
    await expect(told).to_contain_text("Nothing was taken. 1 thing is wrong:")
    await expect(told).to_contain_text("Row 2: “Step 1” is missing.")
    await upload.set_input_files({"name": "ours.xlsx", "mimeType": "", "buffer": write_xlsx([ROW])})
    await page.get_by_role("button", name="Read it").click()
    await told.get_by_role("link", name="Winter and patient flow").click()
    await expect(page.get_by_label("Whose experience")).to_have_value("a matron")
    await publish(page)


async def test_an_offer_opens_in_the_browser(chromium: Browser, settings: Settings, tmp_path: Path):
    """One line and one button in both looks; what it opens is theirs."""
    pack = write_pack(tmp_path / "place")
    async with serving(settings.model_copy(update={"packs": (pack,), "simulator": "on", "port": 0})) as running:
        context = await chromium.new_context(viewport=SIZES["desktop"], reduced_motion="reduce")
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        await page.goto(running.home)
        looks = [page.get_by_role("region", name=f"The conversation in {name}") for name in ("Slack", "Teams")]
        for number, said in enumerate(SAID, 1):
            await page.get_by_role("textbox", name="What is happening").fill(said)
            await page.keyboard.press("Enter")
            await expect(looks[0].locator(".message.bot:not(.greeting)")).to_have_count(number)
            if await looks[0].get_by_text(OFFERED).count():
                break
        for look in looks:
            await expect(look.get_by_text(OFFERED).first).to_be_attached()
        await looks[0].get_by_role("button", name="Bleep the site team first").last.click()
        for look in looks:
            await expect(look.get_by_text(OWN_LESSON["lesson"]).first).to_be_attached()
        await context.close()


@pytest.mark.parametrize("shade", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
async def test_axe_finds_nothing(chromium: Browser, site: Site, size: str, shade: str):
    """Nor does anything scroll sideways."""
    context = await chromium.new_context(viewport=SIZES[size], color_scheme=shade, reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(find_home(site))
    await check_page(page, "sign in")
    await sign_in(page)
    await begin_theme(page)
    await page.locator("#write").get_by_role("button", name="Publish").click()
    await expect(page.locator("#write-form [aria-invalid]").first).to_be_visible()
    await check_page(page, "mistakes")
    await fill_in(page)
    await page.get_by_text("More for whoever asks on").click()
    await page.get_by_text("Whom it is for, and how long it takes").click()
    await page.get_by_role("button", name="Keep as a draft").click()
    await page.get_by_text("Earlier versions (1)").click()
    await page.get_by_role("button", name="Compare version 1 with the form").click()
    await check_page(page, "write")
    await site.app.unanswered.keep("where do I send the winter beds form", "out-of-scope")
    for view in ("Your lessons", "What people asked", "Spreadsheet", "Your own routes"):
        await page.get_by_role("link", name=view).click()
        if view == "Your own routes":
            await page.get_by_role("button", name="Add a route").first.click()
        await check_page(page, view)
    await context.close()


async def check_page(page: Page, view: str) -> None:
    await page.wait_for_timeout(300)
    found = await Axe().run(page, options=RULES)
    assert found.violations_count == 0, f"{view}: {found.generate_report()}"
    width = await page.evaluate("innerWidth")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, view

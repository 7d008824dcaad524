"""What an editor does on the page, step by step, for the tests and the pictures."""

from playwright.async_api import Page, expect

from tests.browser.site import Site
from tests.winter_phrases import PHRASES

TOKEN = "a-long-and-random-token"
LESSON = (
    "Beds free up where ward, therapy and social care look at one list together each morning. Ask of each patient what "
    "they wait for today, write one name beside it, and come back at two."
)
STEP = "Join one board round this week, and ask what each patient waits for today and of whom."


def find_home(site: Site) -> str:
    """Return the address of the editors' page."""
    return site.home.replace("/simulator/", "/editor/")


async def sign_in(page: Page) -> None:
    """Give the token, and a name."""
    await page.get_by_label("Token").fill(TOKEN)
    await page.get_by_role("button", name="Open the page").click()
    await page.get_by_label("Your name").fill("Jo Bloggs")


async def begin_theme(page: Page) -> None:
    """Open the form of a new theme."""
    await page.get_by_role("button", name="Write a new theme").click()
    await expect(page.get_by_role("heading", name="A new theme")).to_be_visible()


async def fill_in(page: Page) -> None:
    """Fill in a theme with one lesson from experience."""
    theme = page.get_by_role("region", name="The theme")
    await theme.get_by_label("Title").fill("Winter and patient flow")
    await theme.get_by_label("When it helps").fill(
        "For when the hospital is full, nobody can move on, and every team says that it is the others."
    )
    await theme.get_by_label("Kept by").fill("The winter cell")
    await page.get_by_label("Phrases, one a line").fill("\n".join(PHRASES))
    lesson = page.get_by_role("region", name="The lesson", exact=True)
    await lesson.get_by_label("Title", exact=False).first.fill("Walk the board together")
    await lesson.locator("#f-lessons-0-lesson").fill(LESSON)
    await lesson.get_by_label("Whose experience").fill("a matron")
    await lesson.get_by_label("Step 1").fill(STEP)
    await lesson.get_by_label("Words that people use").fill("beds, flow, discharge, winter, A&E")


async def publish(page: Page) -> None:
    """Press the button, and wait until it is done."""
    await page.locator("#write").get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("Published as it stands here.")).to_be_visible()

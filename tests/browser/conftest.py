from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.settings import Settings
from tests.browser.chromium import browser, executable
from tests.browser.site import Site, serving

_PATIENCE = 30_000  # milliseconds; a machine that runs much else is slow
expect.set_options(timeout=_PATIENCE)
Open = Callable[..., Awaitable[Page]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run these tests on one loop, so that they can share one browser."""
    for item in items:
        if "/tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests; skips what needs it where there is none, and says why."""
    path, reason = executable()
    if not path:
        pytest.skip(reason)
    async with browser() as opened:
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """One server for the tests that share it; each page that is opened is a place of its own."""
    database = tmp_path_factory.mktemp("site") / "bot.sqlite"
    async with serving(Settings(database_url=f"sqlite:///{database}")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def own_site(settings: Settings) -> AsyncIterator[Site]:
    """A server for one test alone."""
    async with serving(settings) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(chromium: Browser, shared_site: Site) -> AsyncIterator[Open]:
    """Give a function that opens a view; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    async def open_view(
        view: str = "ask", *, site: Site | None = None, complain: bool = True, **options: object
    ) -> Page:
        home = (site or shared_site).home
        context = await chromium.new_context(**options)
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(_PATIENCE)
        if complain:
            page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda sent: None if sent.url.startswith(home) else complaints.append(sent.url))
        await page.goto(f"{home}#{view}" if view else home)
        return page

    yield open_view
    for context in contexts:
        await context.close()
    assert not complaints

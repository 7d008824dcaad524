"""Draws every reply that takes care, as Slack and Teams show it: `python -m tests.browser.cards FOLDER [WORD…]`.

Each picture shows both looks of one reply, in light and in dark, on a desktop and on a phone.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser

from bot.message import Reply
from bot.platforms.slack.views import reply as blocks
from bot.platforms.teams.cards import reply as cards
from bot.settings import Settings
from tests.browser.chromium import browser, executable
from tests.browser.site import serving
from tests.contract.replies import caring_replies

WIDTHS = {"desktop": 620, "phone": 340}  # pixels for each look
DRAW = """async ([blocks, card, width]) => {
  const { slackMessage } = await import(new URL("static/slack.js", document.baseURI));
  const { teamsMessage } = await import(new URL("static/teams.js", document.baseURI));
  const pane = (name, drawn) => {
    const look = document.getElementById(`${name}-messages`);
    const message = document.createElement("article");
    message.className = "message bot";
    message.style.display = "block";
    const content = document.createElement("div");
    content.className = "content";
    content.append(drawn);
    message.append(content);
    look.replaceChildren(message);
    const style = { width: `${width}px`, height: "auto", maxHeight: "none", overflow: "visible", padding: "12px" };
    Object.assign(look.style, style);
    return look;
  };
  const looks = [pane("slack", slackMessage(blocks, () => {})), pane("teams", teamsMessage(card, () => {}))];
  const host = document.createElement("div");
  host.id = "drawn";
  Object.assign(host.style, { display: "flex", gap: "16px", alignItems: "flex-start", width: "max-content" });
  host.style.background = getComputedStyle(document.body).backgroundColor;
  for (const look of looks) {
    const around = look.parentElement.cloneNode(false);
    Object.assign(around.style, { display: "block", height: "auto", maxHeight: "none", overflow: "visible" });
    around.append(look);
    host.append(around);
  }
  document.body.replaceChildren(host);
}"""


async def draw(opened: Browser, home: str, folder: Path, name: str, reply: Reply) -> None:
    """Draw one reply in both shades and widths."""
    rendered = [blocks.render_reply(reply).blocks, cards.render_card(reply)]
    for shade in ("light", "dark"):
        for size, width in WIDTHS.items():
            context = await opened.new_context(viewport={"width": 1400, "height": 2000}, color_scheme=shade)
            page = await context.new_page()
            await page.goto(f"{home}#ask")
            await page.locator("#ask .message").first.wait_for(state="attached")
            await page.evaluate(DRAW, [*rendered, width])
            file = f"{name.replace(' ', '-')}-{size}-{shade}.png"
            await page.locator("#drawn").screenshot(path=folder / file, animations="disabled")
            await context.close()


async def main(folder: Path, only: list[str]) -> None:
    """Draw them all, or those whose name holds one of the words."""
    path, reason = executable()
    if not path:
        sys.exit(f"No pictures: {reason}.")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as state:
        async with serving(Settings(database_url=f"sqlite:///{state}/bot.sqlite")) as site, browser() as opened:
            for name, reply in caring_replies().items():
                if not only or any(word in name for word in only):
                    await draw(opened, site.home, folder, name, reply)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2:]))

"""Draws the cards that Teams gets, as the bot makes them in Teams, with Microsoft's own renderer."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

from bot.actions import TakeOn, Why
from bot.app import App
from bot.message import LessonReply, Message, Place, Press, TextReply, WhyReply
from bot.platforms.teams.cards import reply as cards

QUESTION = "our consultants just cross their arms in every workshop, what do I do?"
HERE = Place("teams", "pictures", "a:jane", private=True)
WIDTHS = {"desktop": 620, "phone": 340}  # pixels
DRAW = """async ([card, width]) => {
  const { teamsMessage } = await import(new URL("static/teams.js", document.baseURI));
  const look = document.getElementById("teams-messages");
  const message = document.createElement("article");
  message.className = "message bot";
  message.style.display = "block";
  const content = document.createElement("div");
  content.className = "content";
  content.append(teamsMessage(card, () => {}));
  message.append(content);
  look.replaceChildren(message);
  const style = { width: `${width}px`, height: "auto", maxHeight: "none", overflow: "visible", padding: "12px" };
  Object.assign(look.style, style);
  const around = look.parentElement.cloneNode(false);
  around.id = "drawn";
  Object.assign(around.style, { display: "block", height: "auto", maxHeight: "none", overflow: "visible" });
  around.style.width = "max-content";
  around.append(look);
  document.body.replaceChildren(around);
}"""


async def build_cards(app: App) -> dict[str, dict[str, Any]]:
    """Make the cards of a short talk, by the name of their picture."""
    talk = app.conversation
    lesson = await talk.answer_message(Message(QUESTION, "29:jane", HERE))
    assert isinstance(lesson, LessonReply)
    why = await talk.answer_press(Press(Why(lesson.answer), "29:jane", HERE))
    taken = await talk.answer_press(Press(TakeOn(lesson.answer), "29:jane", HERE))
    daily = await talk.answer_message(Message("daily", "29:jane", HERE))
    danger = await talk.decide_danger(Message("I want to end my life", "29:jane", HERE))
    assert isinstance(why, WhyReply)
    assert isinstance(taken, TextReply)
    assert danger is not None
    return {
        "teams-lesson": cards.render_card(lesson),
        "teams-why": cards.render_lesson_with_reason(lesson, why),
        "teams-step": cards.render_lesson_with_note(lesson, taken),
        "teams-daily": cards.render_card(daily),
        "teams-care": cards.render_card(danger),
    }


async def draw(page: Page, home: str, card: dict[str, Any], size: str, file: Path) -> None:
    """Draw one card; on a phone what stands behind “…” is as it is on a desktop."""
    await page.goto(f"{home}#ask")
    await page.reload()
    await page.locator("#ask .message").first.wait_for(state="attached")
    await page.evaluate(DRAW, [card, WIDTHS[size]])
    await page.wait_for_timeout(400)  # the renderer fades in
    await page.locator("#drawn").screenshot(path=file)

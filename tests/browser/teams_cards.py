"""Draws the cards that Teams gets, with Microsoft's own renderer, and the blocks that Slack gets."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from bot.actions import TakeOn, Why
from bot.app import App
from bot.message import ClarifyReply, LessonReply, Message, Place, Press, TextReply, WhyReply
from bot.platforms.slack.views import reply as blocks
from bot.platforms.teams.cards import reply as cards

QUESTION = "our consultants just cross their arms in every workshop, what do I do?"
UNCLEAR = "the plan sits on a shelf"
HERE = Place("teams", "pictures", "a:jane", private=True)
ON_SLACK = Place("slack", "pictures", "C2")
WIDTHS = {"desktop": 620, "phone": 340}  # pixels
DRAW = """async ([name, drawn, width]) => {
  const drawing = await import(new URL(`static/${name}.js`, document.baseURI));
  const look = document.getElementById(`${name}-messages`);
  const message = document.createElement("article");
  message.className = "message bot";
  message.style.display = "block";
  const content = document.createElement("div");
  content.className = "content";
  content.append(drawing[`${name}Message`](drawn, () => {}));
  message.append(content);
  look.replaceChildren(message);
  const free = { height: "auto", minHeight: "0", maxHeight: "none", overflow: "visible" };
  Object.assign(look.style, free, { width: `${width}px`, padding: "12px" });
  const around = look.parentElement.cloneNode(false);
  around.id = "drawn";
  Object.assign(around.style, free, { display: "block", width: "max-content" });
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
    asked = await talk.answer_message(Message(UNCLEAR, "29:kim", replace(HERE, channel="a:kim")))
    daily = await talk.answer_message(Message("daily", "29:jane", HERE))
    danger = await talk.decide_danger(Message("I want to end my life", "29:jane", HERE))
    assert isinstance(why, WhyReply)
    assert isinstance(taken, TextReply)
    assert isinstance(asked, ClarifyReply)
    assert danger is not None
    return {
        "teams-lesson": cards.render_card(lesson),
        "teams-why": cards.render_lesson_with_reason(lesson, why),
        "teams-step": cards.render_lesson_with_note(lesson, taken),
        "teams-question": cards.render_card(asked),
        "teams-daily": cards.render_card(daily),
        "teams-care": cards.render_card(danger),
    }


async def build_blocks(app: App) -> dict[str, list[dict[str, Any]]]:
    """Make the messages of a short talk on Slack, by the name of their picture."""
    talk = app.conversation
    lesson = await talk.answer_message(Message(QUESTION, "U1", ON_SLACK))
    assert isinstance(lesson, LessonReply)
    why = await talk.answer_press(Press(Why(lesson.answer), "U1", ON_SLACK))
    asked = await talk.answer_message(Message(UNCLEAR, "U2", replace(ON_SLACK, channel="C3")))
    danger = await talk.decide_danger(Message("I want to end my life", "U1", ON_SLACK))
    assert isinstance(asked, ClarifyReply)
    assert danger is not None
    made = {"slack-lesson": lesson, "slack-why": why, "slack-question": asked, "slack-care": danger}
    return {name: blocks.render_reply(one).blocks for name, one in made.items()}


async def draw_message(page: Page, home: str, platform: str, message: Any, size: str, file: Path) -> None:
    """Draw one message as the page draws it: a card of Teams, or the blocks of Slack.

    On a phone what stands behind “…” is as it is on a desktop.
    """
    await page.goto(f"{home}#ask")
    await page.reload()
    await page.locator("#ask .message").first.wait_for(state="attached")
    await page.evaluate(DRAW, [platform, message, WIDTHS[size]])
    await page.wait_for_timeout(400)  # the renderer fades in
    await page.locator("#drawn").screenshot(path=file)

"""Messages to Teams that hold a reply, and the answers to card actions (pure)."""

from typing import Any

from bot.actions import GiveTip, ShowHelp, ShowSources, ShowThemes
from bot.message import LessonReply, Reply, TextReply
from bot.platforms.teams.api.payloads import Scope
from bot.platforms.teams.cards import plain_text
from bot.platforms.teams.cards.reply import CONTENT_TYPE, Card, render_card, wrap_attachment

Json = dict[str, Any]
_SUGGESTED = (GiveTip, ShowThemes, ShowHelp, ShowSources)


def render_message(reply: Reply, scope: Scope, person: str = "") -> Json:
    """Return the message that holds a reply.

    A lesson gets Teams' own thumbs under it. Suggestions above the box to write in exist in personal
    chats only.

    Parameters
    ----------
    person
        Whom suggestions are for; none are made without.
    """
    made: Json = {
        "type": "message",
        "summary": plain_text.render_summary(reply),
        "attachments": [wrap_attachment(render_card(reply))],
    }
    if isinstance(reply, LessonReply) and reply.answer:
        made["channelData"] = {"feedbackLoop": {"type": "default"}}
    if scope == "personal" and person and (suggestions := _suggestions(reply)):
        made["suggestedActions"] = {"to": [person], "actions": suggestions}
    return made


def replace_card(card: Card) -> Json:
    """Return the answer to a card action that replaces the card for the presser."""
    return {"statusCode": 200, "type": CONTENT_TYPE, "value": card}


def show_text(text: str) -> Json:
    """Return the answer to a card action that shows a line of text."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": text}


def reject_action(text: str) -> Json:
    """Return the answer to a card action that is not understood."""
    error = {"code": "BadRequest", "message": text}
    return {"statusCode": 400, "type": "application/vnd.microsoft.error", "value": error}


def _suggestions(reply: Reply) -> list[Json]:
    if not isinstance(reply, TextReply):
        return []
    suggested = [choice for choice in reply.choices if isinstance(choice.action, _SUGGESTED)]
    return [
        {"type": "imBack", "title": choice.label, "value": plain_text.find_typed_text(choice)} for choice in suggested
    ]

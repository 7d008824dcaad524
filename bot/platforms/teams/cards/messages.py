"""Messages to Teams that hold a reply, and the answers to card actions (pure)."""

from typing import Any

from bot.message import Reply
from bot.platforms.teams.cards import plain_text
from bot.platforms.teams.cards.reply import CONTENT_TYPE, Card, render_card, wrap_attachment

Json = dict[str, Any]


def render_message(reply: Reply, opening: str = "") -> Json:
    """Return the message that holds a reply; what can be said of it stands on its card, in one way.

    Parameters
    ----------
    opening
        As in `render_card`.
    """
    return {
        "type": "message",
        "summary": plain_text.render_summary(reply),
        "attachments": [wrap_attachment(render_card(reply, opening=opening))],
    }


def target(message: Json, person: str) -> Json:
    """Return a message that one person alone sees among the others of a conversation; it vanishes after a day."""
    return message | {"recipient": {"id": person, "isTargeted": True}}


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

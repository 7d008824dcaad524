"""What somebody sees who sets the bot up: the welcomes, the first answer, a daily tip and a digest, as sent."""

from datetime import date
from typing import Any

from bot.app import App
from bot.message import Message, Place, Reply
from bot.platforms.abilities import ABILITIES
from bot.platforms.slack.views import reply as blocks
from bot.platforms.slack.views import responses as on_slack
from bot.platforms.teams.cards import reply as cards
from bot.platforms.teams.cards import responses as on_teams
from bot.store.digests import MonthCounts
from bot.subscriptions.digest_responses import build_digest
from bot.subscriptions.responses import prefix_commands
from tests.browser.teams_cards import QUESTION

CHANNEL = Place("slack", "pictures", "C1")
COUNTS = MonthCounts(31, 19, {"listening": 12, "clinical-engagement": 9, "leadership": 7})  # made up


async def build_messages(app: App) -> dict[str, tuple[str, Any]]:
    """Make the messages by the name of their picture: the platform, and its blocks or its card."""
    kept = app.conversation.retention_notice
    lesson = await app.conversation.answer_message(Message(QUESTION, "U1", CHANNEL))
    daily = await app.conversation.answer_message(Message("daily weekdays 8:30", "U1", CHANNEL))
    titles = {name: theme.title for name, theme in app.knowledge().themes.items()}
    digest = build_digest(date(2026, 10, 1), COUNTS, titles)
    assert digest is not None
    slack: dict[str, Reply] = {
        "slack-welcome": on_slack.welcome(kept, private=False, daily=True),
        "slack-lesson": lesson,
        "slack-daily": daily,
        "slack-digest": prefix_commands(digest, CHANNEL, ABILITIES["slack"]),
    }
    teams: dict[str, Reply] = {
        "teams-welcome": on_teams.welcome("channel", kept, daily=True),
        "teams-digest": digest,
    }
    return {
        **{name: ("slack", blocks.render_reply(one).blocks) for name, one in slack.items()},
        **{name: ("teams", cards.render_card(one)) for name, one in teams.items()},
    }

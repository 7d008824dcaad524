"""The Slack app's manifest (pure): every scope and event, with its reason."""

import re
from typing import Any

import yaml

from bot.platforms.slack.api.scopes import ASK_SHORTCUT, COMMAND, EVENTS, MESSAGE_SHORTCUT, OPTIONAL_SCOPES, SCOPES
from bot.platforms.slack.install.oauth import REDIRECT_PATH
from bot.platforms.slack.transport.http import EVENTS_PATH

_ABOUT = (
    "Small Steps answers people who lead change in health and care. Describe what is getting in the way, and you get "
    "a lesson in a few sentences, a quote from people who have been there, with its source, and one small step for "
    "this week. Everything that it says was written and checked beforehand; no language model writes its answers, "
    "and it does not keep what you type, unless your organisation has chosen to keep questions that got no lesson, "
    "with names and numbers taken out. It speaks where somebody spoke to it or asked for a daily tip."
)
_HEAD = """\
# The manifest of the Slack app, as `small-steps manifest slack` prints it.
# Paste it at https://api.slack.com/apps, Create New App, From a manifest.
"""


def build_manifest(url: str, *, socket: bool = False, workspaces: bool = False) -> dict[str, Any]:
    """Return the manifest of the Slack app.

    Parameters
    ----------
    url
        Public address of the server; not used in Socket Mode.
    socket
        Whether to use Socket Mode.
    workspaces
        Whether many workspaces may install the app; their tokens are then rotated twice a day.
    """
    address = {} if socket else {"url": url.rstrip("/") + EVENTS_PATH}
    request = {} if socket else {"request_url": url.rstrip("/") + EVENTS_PATH}
    redirects = {"redirect_urls": [url.rstrip("/") + REDIRECT_PATH]} if workspaces else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Small Steps",
            "description": "A lesson, a quote and one small step for people who lead change.",
            "long_description": _ABOUT,
            "background_color": "#003087",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Small Steps", "always_online": False},
            "slash_commands": [
                {
                    "command": COMMAND,
                    "description": "Ask about leading change; only you see the answer",
                    "usage_hint": "[what is happening | a theme | themes | tip | another | why | share | daily | help]",
                    "should_escape": False,
                    **address,
                }
            ],
            "shortcuts": [
                {
                    "name": "Ask Small Steps",
                    "type": "global",
                    "callback_id": ASK_SHORTCUT,
                    "description": "Describe what is getting in the way of a change",
                },
                {
                    "name": "What would help here?",
                    "type": "message",
                    "callback_id": MESSAGE_SHORTCUT,
                    "description": "Find a lesson for this message; only you see it",
                },
            ],
        },
        "oauth_config": {**redirects, "scopes": {"bot": list(SCOPES), "bot_optional": list(OPTIONAL_SCOPES)}},
        "settings": {
            "event_subscriptions": {**request, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": workspaces,
        },
    }


def format_manifest(content: dict[str, Any]) -> str:
    """Return a manifest as YAML, with the reason beside each scope and each event."""
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)
    reasons = SCOPES | EVENTS

    def with_reason(found: re.Match[str]) -> str:
        name = found["name"]
        return f"{found[0]}  # {reasons[name]}" if name in reasons else found[0]

    return _HEAD + re.sub(r"^ +- (?P<name>[\w.:]+)$", with_reason, text, flags=re.MULTILINE)

"""Scopes and events of the app, each with its reason: the one list for manifest, OAuth, doctor and docs."""

SCOPES = {
    "app_mentions:read": "hears when somebody mentions it",
    "chat:write": "answers",
    "commands": "offers /steps and its two shortcuts",
    "im:history": "reads what is written to it directly",
    "channels:history": "goes on in a thread of a public channel that it was invited to, and finds its own posts",
    "groups:history": "does the same in a private channel that it was invited to",
    "mpim:history": "does the same in a group message that it was added to",
    "users:read": "asks for the time zone of a person who wants a daily tip or takes a step on, and for nothing else",
    "channels:read": "sees that whoever changes a public channel's daily tip from the Home is a member of it",
    "groups:read": "sees the same for a private channel that it was invited to",
}

EVENTS = {
    "app_mention": "somebody mentions the bot",
    "message.im": "somebody writes to it directly",
    "message.channels": "a thread goes on in a public channel",
    "message.groups": "a thread goes on in a private channel",
    "message.mpim": "a thread goes on in a group message",
    "app_home_opened": "somebody opens its Home, or its messages for the first time",
    "member_joined_channel": "somebody invites it to a channel, which it greets once",
    "app_uninstalled": "a workspace takes it out, so that everything of that workspace is deleted",
    "tokens_revoked": "a workspace withdraws its token, likewise",
}

COMMAND = "/steps"
ASK_SHORTCUT = "steps:ask"
MESSAGE_SHORTCUT = "steps:help-here"


# Scopes that a workspace may leave out: an answer does without each of them, and so does every other thing but the
# one that the scope is for.
OPTIONAL_SCOPES = (
    "channels:history",
    "groups:history",
    "mpim:history",
    "users:read",
    "channels:read",
    "groups:read",
)


def find_missing_scopes(granted: str) -> list[str]:
    """Return the scopes that a token lacks and must have; none where Slack does not say which it has.

    Parameters
    ----------
    granted
        Value of Slack's header ``x-oauth-scopes``.
    """
    return [scope for scope in _list_missing(granted) if scope not in OPTIONAL_SCOPES]


def find_missing_optional_scopes(granted: str) -> list[str]:
    """Return the scopes that a token lacks and may lack. See `find_missing_scopes`."""
    return [scope for scope in _list_missing(granted) if scope in OPTIONAL_SCOPES]


def _list_missing(granted: str) -> list[str]:
    has = {scope.strip() for scope in granted.split(",") if scope.strip()}
    return [scope for scope in SCOPES if scope not in has] if has else []

"""Which way Slack is connected (pure): decided by what is set."""

from typing import Literal

from pydantic import SecretStr

from bot import diagnostics
from bot.settings import PREFIX, Settings

Way = Literal["off", "socket", "http", "workspaces"]

WHY: dict[Way, str] = {
    "off": f"no token set ({PREFIX}SLACK_BOT_TOKEN)",
    "socket": "one workspace, Socket Mode",
    "http": "one workspace, events by HTTP",
    "workspaces": "many workspaces, events by HTTP",
}


def way(settings: Settings) -> Way:
    """Decide which way Slack is connected.

    Raises
    ------
    OperatorError
        When some of what a way needs is set, and some is not.
    """
    if settings.slack_client_id or settings.slack_client_secret:
        _need(
            settings, "slack_client_id", "slack_client_secret", "slack_signing_secret", "slack_token_keys", "public_url"
        )
        return "workspaces"
    if settings.slack_signing_secret:
        _need(settings, "slack_bot_token")
        return "http"
    if settings.slack_app_token:
        _need(settings, "slack_bot_token")
        return "socket"
    if settings.slack_bot_token:
        choice = f"{PREFIX}SLACK_APP_TOKEN (Socket Mode) or {PREFIX}SLACK_SIGNING_SECRET (HTTP) is missing"
        raise diagnostics.slack_half_configured(choice)
    return "off"


def secret(value: SecretStr | None) -> str:
    """Read a secret; empty when it is not set."""
    return value.get_secret_value() if value else ""


def keys(settings: Settings) -> list[str]:
    """List the keys that seal tokens, the newest first."""
    return [key.strip() for key in secret(settings.slack_token_keys).split(",") if key.strip()]


def _need(settings: Settings, *names: str) -> None:
    missing = [PREFIX + name.upper() for name in names if not getattr(settings, name)]
    if missing:
        raise diagnostics.slack_half_configured(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
        )

"""The connection mode of Slack, chosen from the settings (pure)."""

from typing import Literal

from pydantic import SecretStr

from bot import diagnostics
from bot.settings import PREFIX, Settings

ConnectionMode = Literal["off", "socket", "http", "workspaces"]

MODE_DESCRIPTIONS: dict[ConnectionMode, str] = {
    "off": f"no token set ({PREFIX}SLACK_BOT_TOKEN)",
    "socket": "one workspace, Socket Mode",
    "http": "one workspace, events by HTTP",
    "workspaces": "many workspaces, events by HTTP",
}


def choose_mode(settings: Settings) -> ConnectionMode:
    """Return the connection mode that the settings ask for.

    Raises
    ------
    OperatorError
        When only some of the settings that a mode needs are set.
    """
    if settings.slack_client_id or settings.slack_client_secret:
        _require_settings(
            settings, "slack_client_id", "slack_client_secret", "slack_signing_secret", "slack_token_keys", "public_url"
        )
        return "workspaces"
    if settings.slack_signing_secret:
        _require_settings(settings, "slack_bot_token")
        return "http"
    if settings.slack_app_token:
        _require_settings(settings, "slack_bot_token")
        return "socket"
    if settings.slack_bot_token:
        choice = f"{PREFIX}SLACK_APP_TOKEN (Socket Mode) or {PREFIX}SLACK_SIGNING_SECRET (HTTP) is missing"
        raise diagnostics.slack_half_configured(choice)
    return "off"


def read_secret(value: SecretStr | None) -> str:
    """Return the text of a secret setting; empty when the setting is not set."""
    return value.get_secret_value() if value else ""


def list_token_keys(settings: Settings) -> list[str]:
    """Return the keys that encrypt tokens in the database, the newest first."""
    return [key.strip() for key in read_secret(settings.slack_token_keys).split(",") if key.strip()]


def _require_settings(settings: Settings, *names: str) -> None:
    missing = [PREFIX + name.upper() for name in names if not getattr(settings, name)]
    if missing:
        raise diagnostics.slack_half_configured(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
        )

"""Installation by many workspaces: OAuth v2 with state, and the two pages that people see."""

import html
import logging

from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.api.scopes import SCOPES
from bot.platforms.slack.install.installation_store import STATE_LASTS, SealedInstallationStore, StateStore

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
_REASONS = {
    "access_denied": "You chose not to install Small Steps. Nothing was changed.",
    "invalid_browser": "Please begin again, in the browser in which you want to finish.",
    "invalid_state": "This took longer than ten minutes, or the link was used before. Please begin again.",
}
_PAGE = """<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body {{ font: 1.1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem }}
a {{ color: #005eb8 }}</style></head>
<body><main><h1>{title}</h1><p>{text}</p>{link}</main></body>
</html>"""


class Installing(AsyncOAuthFlow):
    """Bolt's flow with our own pages."""

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:
        """Make the page that begins it."""
        return _page("Small Steps for Slack", "Slack will show you what Small Steps may do before you agree.", url)


def installing(
    *,
    client: AsyncWebClient,
    client_id: str,
    client_secret: str,
    public_url: str,
    store: SealedInstallationStore,
    states: StateStore,
    logger: logging.Logger,
) -> Installing:
    """Set the flow up.

    Parameters
    ----------
    client
        Its base URL also tells where people agree.
    public_url
        Where the server is reached from outside.
    """
    return Installing(
        client=client,
        logger=logger,
        settings=AsyncOAuthSettings(
            client_id=client_id,
            client_secret=client_secret,
            scopes=list(SCOPES),
            user_scopes=[],
            redirect_uri=public_url.rstrip("/") + REDIRECT_PATH,
            install_path=INSTALL_PATH,
            redirect_uri_path=REDIRECT_PATH,
            authorization_url=client.base_url.removesuffix("api/") + "oauth/v2/authorize",
            callback_options=AsyncCallbackOptions(success=_succeeded, failure=_failed),
            installation_store=store,
            installation_store_bot_only=True,
            state_store=states,
            state_expiration_seconds=int(STATE_LASTS.total_seconds()),
            logger=logger,
        ),
    )


async def _succeeded(args: AsyncSuccessArgs) -> BoltResponse:
    workspace = args.installation.team_name or args.installation.enterprise_name or "your workspace"
    url = f"slack://app?team={args.installation.team_id or ''}&id={args.installation.app_id}"
    text = f"Small Steps is installed in {workspace}. Write to it directly, or mention it in a channel."
    return _html(200, _page("It is installed", text, url, "Open it in Slack"))


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    text = _REASONS.get(args.reason, "Slack did not let Small Steps be installed. Please begin again.")
    return _html(args.suggested_status_code, _page("It is not installed", text, INSTALL_PATH, "Begin again"))


def _page(title: str, text: str, url: str, label: str = "Add to Slack") -> str:
    link = f'<p><a href="{html.escape(url, quote=True)}">{label}</a></p>'
    return _PAGE.format(title=html.escape(title), text=html.escape(text), link=link)


def _html(status: int, page: str) -> BoltResponse:
    return BoltResponse(status=status, body=page, headers={"Content-Type": "text/html; charset=utf-8"})

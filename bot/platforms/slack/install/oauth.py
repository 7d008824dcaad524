"""OAuth v2 installation by many workspaces, with its pages."""

import html
import logging
from collections.abc import Callable

from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.api.scopes import SCOPES
from bot.platforms.slack.install.installation_store import STATE_LIFETIME, EncryptedInstallationStore, OAuthStateStore

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
_REASONS = {
    "access_denied": "You chose not to install Small Steps. Nothing was changed.",
    "invalid_browser": "Please begin again, in the browser in which you want to finish.",
    "invalid_state": "This took longer than ten minutes, or the link was used before. Please begin again.",
}
_PAGE_TEMPLATE = """<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body {{ font: 1.1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem }}
a {{ color: #005eb8 }}</style></head>
<body><main><h1>{title}</h1><p>{text}</p>{link}</main></body>
</html>"""


class InstallFlow(AsyncOAuthFlow):
    """Bolt's OAuth flow with our pages."""

    _notify: Callable[[Installation], None] | None = None

    def watch_installations(self, notify: Callable[[Installation], None]) -> None:
        """Call `notify`, which may not block, with each installation that was stored."""
        self._notify = notify

    async def store_installation(self, request: AsyncBoltRequest, installation: Installation) -> None:
        """Store an installation, and tell whoever watches."""
        await super().store_installation(request, installation)
        if self._notify:
            self._notify(installation)

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:
        """Return the page that starts an installation, as HTML."""
        return _render_page(
            "Small Steps for Slack", "Slack will show you what Small Steps may do before you agree.", url
        )


def build_install_flow(
    *,
    client: AsyncWebClient,
    client_id: str,
    client_secret: str,
    public_url: str,
    store: EncryptedInstallationStore,
    states: OAuthStateStore,
    logger: logging.Logger,
) -> InstallFlow:
    """Build the OAuth flow.

    Parameters
    ----------
    client
        Client of the Web API; its base URL also gives the address of the consent page.
    public_url
        Where the server is reached from outside.
    """
    return InstallFlow(
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
            callback_options=AsyncCallbackOptions(success=_render_success, failure=_render_failure),
            installation_store=store,
            installation_store_bot_only=True,
            state_store=states,
            state_expiration_seconds=int(STATE_LIFETIME.total_seconds()),
            logger=logger,
        ),
    )


async def _render_success(args: AsyncSuccessArgs) -> BoltResponse:
    workspace = args.installation.team_name or args.installation.enterprise_name or "your workspace"
    url = f"slack://app?team={args.installation.team_id or ''}&id={args.installation.app_id}"
    text = f"Small Steps is installed in {workspace}. Write to it directly, or mention it in a channel."
    return _build_html_response(200, _render_page("It is installed", text, url, "Open it in Slack"))


async def _render_failure(args: AsyncFailureArgs) -> BoltResponse:
    text = _REASONS.get(args.reason, "Slack did not let Small Steps be installed. Please begin again.")
    return _build_html_response(
        args.suggested_status_code, _render_page("It is not installed", text, INSTALL_PATH, "Begin again")
    )


def _render_page(title: str, text: str, url: str, label: str = "Add to Slack") -> str:
    link = f'<p><a href="{html.escape(url, quote=True)}">{label}</a></p>'
    return _PAGE_TEMPLATE.format(title=html.escape(title), text=html.escape(text), link=link)


def _build_html_response(status: int, page: str) -> BoltResponse:
    return BoltResponse(status=status, body=page, headers={"Content-Type": "text/html; charset=utf-8"})

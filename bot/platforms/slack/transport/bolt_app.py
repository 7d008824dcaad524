"""Bolt's app for each connection mode."""

import logging
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.log_limit import LimitedLog
from bot.platforms.slack.api.client import WebClientFactory
from bot.platforms.slack.api.mode import ConnectionMode, list_token_keys, read_secret
from bot.platforms.slack.api.payloads import MALFORMED
from bot.platforms.slack.install.authorize import (
    MultiWorkspaceAuthorize,
    SingleWorkspaceAuthorize,
    SlackUnavailableError,
    TokenRefusedError,
)
from bot.platforms.slack.install.installation_store import EncryptedInstallationStore, OAuthStateStore, build_cipher
from bot.platforms.slack.install.oauth import InstallFlow, build_install_flow
from bot.platforms.slack.install.workspace_memory import WorkspaceMemory
from bot.platforms.slack.posting.tip_poster import FindToken
from bot.platforms.slack.transport.deduplication import DeduplicationMiddleware
from bot.settings import Settings, hide_from_libraries
from bot.store.database import UNAVAILABLE
from bot.store.slack import SlackEvents, SlackInstallations, SlackStates

_logger = logging.getLogger(__name__)
_NOT_INSTALLED = "Small Steps is no longer installed here. Please ask whoever looks after your apps to add it again."


async def _no_token(_team: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class SlackConnection:
    """Bolt's app with the objects of its connection mode.

    Parameters
    ----------
    flow, store
        OAuth flow and installation store; None when the bot serves one workspace.
    single_workspace
        Authorisation of the one workspace; None when the bot serves many.
    find_token
        Returns the token of a workspace, for posting outside a request.
    """

    app: AsyncApp
    flow: InstallFlow | None = None
    store: EncryptedInstallationStore | None = None
    single_workspace: SingleWorkspaceAuthorize | None = None
    find_token: FindToken = _no_token


def build_connection(
    mode: ConnectionMode,
    *,
    settings: Settings,
    engine: AsyncEngine,
    clients: WebClientFactory,
    deduplication: DeduplicationMiddleware,
    memory: WorkspaceMemory,
    logger: logging.Logger,
) -> SlackConnection:
    """Build Bolt's app, without Bolt's signature check: `http` checks the signature before Bolt sees a request."""
    client = clients.build_client()
    flow = store = single_workspace = None
    authorize: Any  # Bolt takes an AsyncAuthorize too, though its type does not say so
    if mode == "workspaces":
        store = EncryptedInstallationStore(
            SlackInstallations(engine), SlackEvents(engine), build_cipher(list_token_keys(settings))
        )
        client_id, client_secret = settings.slack_client_id, read_secret(settings.slack_client_secret)
        authorize = MultiWorkspaceAuthorize(store, clients, client_id, client_secret)
        flow = build_install_flow(
            client=client,
            client_id=client_id,
            client_secret=client_secret,
            public_url=settings.public_url,
            store=store,
            states=OAuthStateStore(SlackStates(engine)),
            logger=logger,
        )
    else:
        authorize = single_workspace = SingleWorkspaceAuthorize(clients, read_secret(settings.slack_bot_token))
    with hide_from_libraries("SLACK_"):  # with a client id in the environment, Bolt would set up OAuth by itself
        app = AsyncApp(
            name="small-steps",
            logger=logger,
            client=client,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            authorize=authorize,
            oauth_flow=flow,
            user_facing_authorize_error_message=_NOT_INSTALLED,
            raise_error_for_unhandled_request=True,
        )
    app.middleware(memory.remember_authorised)
    app.middleware(deduplication.drop_duplicate)  # after authorisation: an unauthorised event is attempted again
    app.error(_ErrorHandler().handle_error)
    return SlackConnection(app, flow, store, single_workspace, authorize.find_token)


class _ErrorHandler:
    """Chooses the status of a request that no listener takes or that failed; Bolt's own log record holds the body."""

    def __init__(self) -> None:
        self._log = LimitedLog(_logger)

    async def handle_error(self, error: Exception, response: BoltResponse | None) -> BoltResponse | None:
        """Return the response to a failed request; None when its listener had begun."""
        status = self._choose_status(error)
        return BoltResponse(status=status, body="") if response else None

    def _choose_status(self, error: Exception) -> int:
        """Return 503 for what may succeed when it is attempted again."""
        if isinstance(error, BoltUnhandledRequestError):
            _logger.info("Slack: something arrived that nothing here listens to; it was acknowledged.")
            return 200
        if isinstance(error, (*UNAVAILABLE, SlackUnavailableError)):
            reason = str(error) if isinstance(error, SlackUnavailableError) else type(error).__name__
            self._log.error(type(error).__name__, f"Slack: a request was put off: {reason}")
            return 503
        if isinstance(error, TokenRefusedError):
            self._log.error("refused", str(error))
            return 500
        if isinstance(error, MALFORMED):
            _logger.warning("Slack: a request had a shape that is not known (%s).", type(error).__name__)
            _logger.debug("Where it failed:", exc_info=error)
            return 400
        _logger.error("Slack: a request could not be handled.", exc_info=error)
        return 500

"""Bolt's app for each way of connecting."""

import logging
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.platforms.slack.api.client import Web
from bot.platforms.slack.api.mode import Way, keys, secret
from bot.platforms.slack.api.payloads import MALFORMED
from bot.platforms.slack.install.authorize import ManyWorkspaces, NotNowError, OneWorkspace
from bot.platforms.slack.install.installation_store import SealedInstallationStore, StateStore, seal_of
from bot.platforms.slack.install.oauth import Installing, installing
from bot.platforms.slack.posting.tip_poster import TokenOf
from bot.platforms.slack.transport.deduplication import Once
from bot.settings import Settings, hidden_from_libraries
from bot.store.database import UNAVAILABLE
from bot.store.slack import SlackEvents, SlackInstallations, SlackStates

_logger = logging.getLogger(__name__)
_NOT_INSTALLED = "Small Steps is no longer installed here. Please ask whoever looks after your apps to add it again."


async def _no_token(_team: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Connection:
    """Bolt's app, and what there is besides: for many workspaces a flow and a store, for one its token.

    Parameters
    ----------
    token_of
        Gives the token of a workspace, for posting without being asked.
    """

    app: AsyncApp
    flow: Installing | None = None
    store: SealedInstallationStore | None = None
    one: OneWorkspace | None = None
    token_of: TokenOf = _no_token


def connect(
    way: Way, *, settings: Settings, engine: AsyncEngine, web: Web, once: Once, logger: logging.Logger
) -> Connection:
    """Make Bolt's app. The signature is checked before Bolt sees a request, so Bolt does not check it again."""
    client = web.client()
    flow = store = one = None
    authorize: Any  # Bolt takes an AsyncAuthorize too, though its type does not say so
    if way == "workspaces":
        store = SealedInstallationStore(SlackInstallations(engine), SlackEvents(engine), seal_of(keys(settings)))
        client_id, client_secret = settings.slack_client_id, secret(settings.slack_client_secret)
        authorize = ManyWorkspaces(store, web, client_id, client_secret)
        flow = installing(
            client=client,
            client_id=client_id,
            client_secret=client_secret,
            public_url=settings.public_url,
            store=store,
            states=StateStore(SlackStates(engine)),
            logger=logger,
        )
    else:
        authorize = one = OneWorkspace(web, secret(settings.slack_bot_token))
    with hidden_from_libraries("SLACK_"):  # with a client id there, Bolt would set OAuth up by itself
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
    app.middleware(once.check)  # after authorising: an event that could not be authorised must be sent again
    app.error(_failed)
    return Connection(app, flow, store, one, authorize.token_of)


async def _failed(error: Exception, response: BoltResponse | None) -> BoltResponse | None:
    """Answer for what no listener takes, and for what failed before one; Bolt's own record of it holds the body."""
    status = _status_for(error)
    return BoltResponse(status=status, body="") if response else None  # None: it was acknowledged already


def _status_for(error: Exception) -> int:
    if isinstance(error, BoltUnhandledRequestError):
        _logger.info("Slack: something arrived that nothing here listens to; it was acknowledged.")
        return 200
    if isinstance(error, (*UNAVAILABLE, NotNowError)):
        _logger.error(
            "Slack: a request was put off: %s", str(error) if isinstance(error, NotNowError) else type(error).__name__
        )
        return 503
    if isinstance(error, MALFORMED):
        _logger.warning("Slack: a request had a shape that is not known (%s).", type(error).__name__)
        _logger.debug("Where it failed:", exc_info=error)
        return 400
    _logger.error("Slack: a request could not be handled.", exc_info=error)
    return 500

"""Authorisation: the bot token of each workspace, renewed before expiry."""

import asyncio
import logging
import time
from collections import defaultdict
from datetime import timedelta

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError, SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.platforms.slack.api import errors
from bot.platforms.slack.api.client import UNREACHABLE, WebClientFactory
from bot.platforms.slack.install.installation_store import EncryptedInstallationStore
from bot.platforms.slack.posting.messenger import Workspace

_logger = logging.getLogger(__name__)
_RENEW_BEFORE = 120  # minutes before expiry; the old token is valid until then
_CLAIM_LIFETIME = timedelta(seconds=60)  # during which no other replica renews the same token
_WAIT_FOR_RENEWAL, _POLL_INTERVAL = 5.0, 0.2  # seconds


class SlackUnavailableError(Exception):
    """Slack could not be reached; a later attempt may succeed."""


class TokenRefusedError(Exception):
    """Slack refused the bot token; no later attempt will succeed."""


class SingleWorkspaceAuthorize(AsyncAuthorize):
    """Authorises requests of the one workspace whose token is in the settings."""

    def __init__(self, clients: WebClientFactory, token: str) -> None:
        self._clients = clients
        self._token = token
        self._identity: AsyncSlackResponse | None = None
        self._identity_lock = asyncio.Lock()

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        """Return the authorisation of a request.

        Raises
        ------
        SlackUnavailableError
            When Slack does not answer; the request is then attempted again.
        TokenRefusedError
            When Slack refuses the token.
        """
        try:
            identity = await self.fetch_identity()
        except SlackApiError as error:
            raise TokenRefusedError(str(errors.explain_error(error))) from error
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=identity.get("user_id"),
            bot_id=identity.get("bot_id"),
            bot_token=self._token,
            user_id=user_id,
        )

    def is_token(self, token: str) -> bool:
        """Return whether a token is that of the workspace."""
        return token == self._token

    def build_workspace(self, identity: AsyncSlackResponse) -> Workspace:
        """Return the one workspace."""
        return Workspace(str(identity.get("team_id") or ""), self._token, str(identity.get("user_id") or ""))

    async def find_token(self, _team: str) -> str | None:
        """Return the token for posting outside a request."""
        return self._token

    async def fetch_identity(self) -> AsyncSlackResponse:
        """Return the bot's identity (`auth.test`), from memory after the first success."""
        async with self._identity_lock:
            if self._identity is None:
                try:
                    self._identity = await self._clients.build_client(self._token).auth_test()
                except UNREACHABLE as error:
                    raise SlackUnavailableError(str(errors.explain_error(error))) from error
                except SlackApiError as error:
                    if errors.is_refusal(error):
                        raise
                    raise SlackUnavailableError(str(errors.explain_error(error))) from error
            return self._identity


class MultiWorkspaceAuthorize(AsyncAuthorize):
    """Authorises requests by the installation store alone; Bolt's class would also call Slack for the bot's ids."""

    def __init__(
        self, store: EncryptedInstallationStore, clients: WebClientFactory, client_id: str, client_secret: str
    ) -> None:
        self._store = store
        self._clients = clients
        self._client_id = client_id
        self._client_secret = client_secret
        self._renewal_locks: defaultdict[tuple[str | None, str | None], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        """Return the authorisation of a request; None when its workspace has no installation."""
        bot = await self._find_bot(enterprise_id, team_id, context.is_enterprise_install)
        if bot is None:
            return None
        fresh = await self._renew_if_due(bot)
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=fresh.bot_user_id,
            bot_id=fresh.bot_id,
            bot_token=fresh.bot_token,
            user_id=user_id,
        )

    async def find_token(self, team: str) -> str | None:
        """Return a workspace's token for posting; None when not installed, empty when no key decrypts the token."""
        installed, bot = await self._store.find_by_team(team)
        if not installed:
            return None
        return (await self._renew_if_due(bot)).bot_token or "" if bot else ""

    async def _find_bot(self, enterprise_id: str | None, team_id: str | None, organisation: bool | None) -> Bot | None:
        return await self._store.async_find_bot(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=organisation
        )

    async def _renew_if_due(self, bot: Bot) -> Bot:
        """Renew a token that expires soon, in one request on one replica: a refresh token works only one time."""
        if not _expires_within(bot, _RENEW_BEFORE):
            return bot
        async with self._renewal_locks[bot.enterprise_id, bot.team_id]:
            current = await self._reload_bot(bot)
            if not _expires_within(current, _RENEW_BEFORE):
                return current
            if await self._store.claim_renewal(current, _CLAIM_LIFETIME):
                return await self._renew_token(current)
        return await self._await_other_replica(current)

    async def _renew_token(self, bot: Bot) -> Bot:
        rotator = AsyncTokenRotator(
            client=self._clients.build_client(), client_id=self._client_id, client_secret=self._client_secret
        )
        try:
            async with asyncio.timeout(_CLAIM_LIFETIME.total_seconds() / 2):  # ends before another replica may claim
                renewed = await rotator.perform_bot_token_rotation(bot=bot, minutes_before_expiration=_RENEW_BEFORE)
        except (SlackTokenRotationError, SlackApiError, *UNREACHABLE) as error:
            cause = error.api_error if isinstance(error, SlackTokenRotationError) else error
            _logger.warning("Slack: a token could not be renewed yet. %s", errors.explain_error(cause))
            return bot
        if renewed is None:
            return bot
        await self._store.async_save_bot(renewed)
        return renewed

    async def _await_other_replica(self, bot: Bot) -> Bot:
        """Return the bot at once while the old token is valid, else wait for another replica's renewal."""
        until = time.monotonic() + _WAIT_FOR_RENEWAL
        while _expires_within(bot, 0) and time.monotonic() < until:
            await asyncio.sleep(_POLL_INTERVAL)
            bot = await self._reload_bot(bot)
        return bot

    async def _reload_bot(self, bot: Bot) -> Bot:
        return await self._find_bot(bot.enterprise_id, bot.team_id, bot.is_enterprise_install) or bot


def _expires_within(bot: Bot, minutes: int) -> bool:
    return bot.bot_token_expires_at is not None and bot.bot_token_expires_at <= time.time() + minutes * 60

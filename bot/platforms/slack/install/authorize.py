"""Which token a request is answered with, and its renewal before it runs out."""

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
from bot.platforms.slack.api.client import UNREACHABLE, Web
from bot.platforms.slack.install.installation_store import SealedInstallationStore

_logger = logging.getLogger(__name__)
_RENEWED_BEFORE = 120  # minutes before it runs out; until then the old one still serves
_CLAIMED = timedelta(seconds=60)  # in which one replica alone renews a token
_WAITS, _LOOKS_EVERY = 5.0, 0.2  # seconds in which another replica's renewal is waited for


class NotNowError(Exception):
    """Slack could not be asked; whoever asks again later may be answered."""


class OneWorkspace(AsyncAuthorize):
    """The token of the one workspace that the bot serves, and who the bot is there; Slack is asked once."""

    def __init__(self, web: Web, token: str) -> None:
        self._web = web
        self._token = token
        self._identity: AsyncSlackResponse | None = None
        self._asking = asyncio.Lock()

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
        """Say who the bot is.

        Raises
        ------
        NotNowError
            When Slack does not answer: the request is then sent again.
        SlackApiError
            When Slack refuses the token.
        """
        identity = await self.identity()
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=identity.get("user_id"),
            bot_id=identity.get("bot_id"),
            bot_token=self._token,
            user_id=user_id,
        )

    async def token_of(self, _team: str) -> str | None:
        """Give the token for posting without being asked."""
        return self._token

    async def identity(self) -> AsyncSlackResponse:
        """Ask Slack who the bot is, or remember it."""
        async with self._asking:
            if self._identity is None:
                try:
                    self._identity = await self._web.client(self._token).auth_test()
                except UNREACHABLE as error:
                    raise NotNowError(str(errors.explain(error))) from error
                except SlackApiError as error:
                    if errors.refused(error):
                        raise
                    raise NotNowError(str(errors.explain(error))) from error
            return self._identity


class ManyWorkspaces(AsyncAuthorize):
    """Takes the token from the store. Unlike Bolt's own it asks Slack nothing, for the store knows the bot's ids."""

    def __init__(self, store: SealedInstallationStore, web: Web, client_id: str, client_secret: str) -> None:
        self._store = store
        self._web = web
        self._client_id = client_id
        self._client_secret = client_secret
        self._renewing: defaultdict[tuple[str | None, str | None], asyncio.Lock] = defaultdict(asyncio.Lock)

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
        """Find the installation that a request belongs to; None when there is none."""
        bot = await self._find(enterprise_id, team_id, context.is_enterprise_install)
        if bot is None:
            return None
        fresh = await self._renewed(bot)
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=fresh.bot_user_id,
            bot_id=fresh.bot_id,
            bot_token=fresh.bot_token,
            user_id=user_id,
        )

    async def token_of(self, team: str) -> str | None:
        """Give a workspace's token for posting; None when the bot is not installed, empty when it cannot be read."""
        installed, bot = await self._store.find_by_team(team)
        if not installed:
            return None
        return (await self._renewed(bot)).bot_token or "" if bot else ""

    async def _find(self, enterprise_id: str | None, team_id: str | None, organisation: bool | None) -> Bot | None:
        return await self._store.async_find_bot(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=organisation
        )

    async def _renewed(self, bot: Bot) -> Bot:
        """Renew a token that runs out soon; a refresh token is good once, so one request on one replica does it."""
        if not _runs_out(bot, _RENEWED_BEFORE):
            return bot
        async with self._renewing[bot.enterprise_id, bot.team_id]:
            current = await self._again(bot)
            if not _runs_out(current, _RENEWED_BEFORE):
                return current
            if await self._store.claim_renewal(current, _CLAIMED):
                return await self._renew(current)
        return await self._renewed_elsewhere(current)

    async def _renew(self, bot: Bot) -> Bot:
        rotator = AsyncTokenRotator(
            client=self._web.client(), client_id=self._client_id, client_secret=self._client_secret
        )
        try:
            async with asyncio.timeout(_CLAIMED.total_seconds() / 2):  # to be over before others may try
                renewed = await rotator.perform_bot_token_rotation(bot=bot, minutes_before_expiration=_RENEWED_BEFORE)
        except (SlackTokenRotationError, SlackApiError, *UNREACHABLE) as error:
            cause = error.api_error if isinstance(error, SlackTokenRotationError) else error
            _logger.warning("Slack: a token could not be renewed yet. %s", errors.explain(cause))
            return bot
        if renewed is None:
            return bot
        await self._store.async_save_bot(renewed)
        return renewed

    async def _renewed_elsewhere(self, bot: Bot) -> Bot:
        """Wait for another replica only when the old token has run out; until then it serves."""
        until = time.monotonic() + _WAITS
        while _runs_out(bot, 0) and time.monotonic() < until:
            await asyncio.sleep(_LOOKS_EVERY)
            bot = await self._again(bot)
        return bot

    async def _again(self, bot: Bot) -> Bot:
        return await self._find(bot.enterprise_id, bot.team_id, bot.is_enterprise_install) or bot


def _runs_out(bot: Bot, minutes: int) -> bool:
    return bot.bot_token_expires_at is not None and bot.bot_token_expires_at <= time.time() + minutes * 60

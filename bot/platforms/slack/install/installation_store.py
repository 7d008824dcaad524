"""Installation store: each workspace's bot token, encrypted in our database."""

import hashlib
import json
import logging
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from logging import Logger

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot import diagnostics
from bot.store.slack import SlackEvents, SlackInstallations, SlackStates

STATE_LIFETIME = timedelta(minutes=10)
_logger = logging.getLogger(__name__)
_STORED_FIELDS = (
    "app_id",
    "enterprise_id",
    "enterprise_name",
    "team_id",
    "team_name",
    "bot_token",
    "bot_id",
    "bot_user_id",
    "bot_scopes",
    "bot_refresh_token",
    "bot_token_expires_at",
    "is_enterprise_install",
    "installed_at",
)


def build_cipher(keys: Sequence[str]) -> MultiFernet:
    """Return the cipher of the operators' keys, the newest first; older keys only decrypt.

    Raises
    ------
    OperatorError
        When a key is no Fernet key.
    """
    fernets = []
    for number, key in enumerate(keys, 1):
        try:
            fernets.append(Fernet(key))
        except ValueError as error:
            raise diagnostics.slack_token_key_unusable(number) from error
    return MultiFernet(fernets)


class EncryptedInstallationStore(AsyncInstallationStore):
    """Installations, one a workspace; only the bot's token is stored, because user tokens are never requested."""

    def __init__(self, rows: SlackInstallations, claims: SlackEvents, cipher: MultiFernet) -> None:
        self._rows = rows
        self._claims = claims
        self._cipher = cipher

    @property
    def logger(self) -> Logger:
        """Return the logger, which Bolt reads."""
        return _logger

    async def async_save(self, installation: Installation) -> None:
        """Store the bot of an installation."""
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        """Store a bot, encrypted with the newest key."""
        content = json.dumps({name: getattr(bot, name) for name in _STORED_FIELDS})
        encrypted = self._cipher.encrypt(content.encode()).decode()
        installed = datetime.fromtimestamp(bot.installed_at, UTC)
        await self._rows.put(*_installation_key(bot.enterprise_id, _read_team(bot)), encrypted, installed)

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Return a workspace's bot; an organisation's installation serves its workspaces too."""
        tried = [] if is_enterprise_install else [_installation_key(enterprise_id, team_id)]
        if enterprise_id:
            tried.append(_installation_key(enterprise_id, None))
        for key in tried:
            if encrypted := await self._rows.get(*key):
                return self._decrypt_bot(encrypted, key[1] or key[0])
        return None

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """Return None: only bots are stored."""
        return None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Delete a workspace's bot."""
        await self._rows.remove(*_installation_key(enterprise_id, team_id))

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Delete nothing: no user token is stored."""

    async def find_by_team(self, team: str) -> tuple[bool, Bot | None]:
        """Return whether a workspace or organisation has an installation, and its bot where a key decrypts the bot."""
        key = await self._rows.of_team(team)
        if key is None:
            return False, None
        encrypted = await self._rows.get(*key)
        return True, self._decrypt_bot(encrypted, team) if encrypted else None

    async def claim_renewal(self, bot: Bot, lasts: timedelta) -> bool:
        """Claim a refresh token over all replicas, by its digest; return whether the claim is ours."""
        digest = hashlib.sha256((bot.bot_refresh_token or "").encode()).hexdigest()
        return await self._claims.claim_for(lasts, _read_team(bot) or bot.enterprise_id or "", digest, "renewal")

    async def installed_at(self, enterprise_id: str | None, team_id: str | None) -> datetime | None:
        """Return when a workspace last installed the bot."""
        return await self._rows.installed_at(*_installation_key(enterprise_id, team_id))

    async def reencrypt_tokens(self) -> None:
        """Encrypt every bot with the newest key, so that older keys can be removed from the settings."""
        for enterprise, team, encrypted, at in await self._rows.all():
            try:
                renewed = self._cipher.rotate(encrypted.encode()).decode()
            except InvalidToken:
                _logger.error("%s", diagnostics.slack_installation_unreadable(team or enterprise))
                continue
            await self._rows.put(enterprise, team, renewed, at)

    async def find_unreadable(self) -> tuple[int, list[str]]:
        """Return the number of installations, and the workspaces whose bot no key decrypts."""
        rows = await self._rows.all()
        return len(rows), [
            team or enterprise for enterprise, team, encrypted, _ in rows if not self._can_decrypt(encrypted)
        ]

    def _can_decrypt(self, encrypted: str) -> bool:
        try:
            self._cipher.decrypt(encrypted.encode())
        except InvalidToken:
            return False
        return True

    def _decrypt_bot(self, encrypted: str, team: str) -> Bot | None:
        try:
            return Bot(**json.loads(self._cipher.decrypt(encrypted.encode())))
        except InvalidToken:
            _logger.error("%s", diagnostics.slack_installation_unreadable(team))
            return None


class OAuthStateStore(AsyncOAuthStateStore):
    """OAuth states of installations under way: each valid for one redirect, on any replica."""

    def __init__(self, rows: SlackStates) -> None:
        self._rows = rows

    @property
    def logger(self) -> Logger:
        """Return the logger, which Bolt reads."""
        return _logger

    async def async_issue(self, *_args: object, **_options: object) -> str:
        """Return a new random state, stored until it expires."""
        state = secrets.token_urlsafe(32)
        await self._rows.keep(state, STATE_LIFETIME)
        return state

    async def async_consume(self, state: str) -> bool:
        """Return whether a state is valid, and delete it."""
        return await self._rows.use_up(state)


def _installation_key(enterprise_id: str | None, team_id: str | None) -> tuple[str, str]:
    return (enterprise_id or "", team_id or "")


def _read_team(bot: Bot) -> str | None:
    return None if bot.is_enterprise_install else bot.team_id

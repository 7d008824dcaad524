"""Workspaces that installed the bot; their tokens lie sealed in our database."""

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

STATE_LASTS = timedelta(minutes=10)
_logger = logging.getLogger(__name__)
_KEPT = (
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


def seal_of(keys: Sequence[str]) -> MultiFernet:
    """Make the seal from the operators' keys, the newest first; older ones only open what they sealed.

    Raises
    ------
    OperatorError
        When one of them is no Fernet key.
    """
    fernets = []
    for number, key in enumerate(keys, 1):
        try:
            fernets.append(Fernet(key))
        except ValueError as error:
            raise diagnostics.slack_token_key_unusable(number) from error
    return MultiFernet(fernets)


class SealedInstallationStore(AsyncInstallationStore):
    """Installations, one a workspace. Only the bot's own token is kept: people's tokens are never asked for."""

    def __init__(self, rows: SlackInstallations, claims: SlackEvents, seal: MultiFernet) -> None:
        self._rows = rows
        self._claims = claims
        self._seal = seal

    @property
    def logger(self) -> Logger:
        """Give the logger that Bolt asks for."""
        return _logger

    async def async_save(self, installation: Installation) -> None:
        """Keep what an installation brought."""
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        """Keep a bot's tokens, sealed with the newest key."""
        plain = json.dumps({name: getattr(bot, name) for name in _KEPT})
        sealed = self._seal.encrypt(plain.encode()).decode()
        installed = datetime.fromtimestamp(bot.installed_at, UTC)
        await self._rows.put(*_ids(bot.enterprise_id, _team_of(bot)), sealed, installed)

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Look a workspace's bot up; an installation for the whole organisation serves its workspaces too."""
        tried = [] if is_enterprise_install else [_ids(enterprise_id, team_id)]
        if enterprise_id:
            tried.append(_ids(enterprise_id, None))
        for ids in tried:
            if sealed := await self._rows.get(*ids):
                return self._open(sealed, ids[1] or ids[0])
        return None

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """Find nothing: installations are kept as bots alone."""
        return None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Delete a workspace's tokens."""
        await self._rows.remove(*_ids(enterprise_id, team_id))

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Delete nothing: no person's token is kept."""

    async def find_by_team(self, team: str) -> tuple[bool, Bot | None]:
        """Look up by the workspace's or organisation's id alone; tells too whether it is installed at all."""
        ids = await self._rows.of_team(team)
        if ids is None:
            return False, None
        sealed = await self._rows.get(*ids)
        return True, self._open(sealed, team) if sealed else None

    async def claim_renewal(self, bot: Bot, lasts: timedelta) -> bool:
        """Claim the use of a refresh token, over all replicas; kept as its digest."""
        digest = hashlib.sha256((bot.bot_refresh_token or "").encode()).hexdigest()
        return await self._claims.claim_for(lasts, _team_of(bot) or bot.enterprise_id or "", digest, "renewal")

    async def installed_at(self, enterprise_id: str | None, team_id: str | None) -> datetime | None:
        """Tell when a workspace installed the bot last."""
        return await self._rows.installed_at(*_ids(enterprise_id, team_id))

    async def seal_again(self) -> None:
        """Seal everything with the newest key, so that older ones can be taken out of the settings."""
        for enterprise, team, sealed, at in await self._rows.all():
            try:
                renewed = self._seal.rotate(sealed.encode()).decode()
            except InvalidToken:
                _logger.error("%s", diagnostics.slack_installation_unreadable(team or enterprise))
                continue
            await self._rows.put(enterprise, team, renewed, at)

    async def unreadable(self) -> tuple[int, list[str]]:
        """Count the installations, and name the workspaces whose tokens none of the keys opens."""
        rows = await self._rows.all()
        return len(rows), [team or enterprise for enterprise, team, sealed, _ in rows if not self._opens(sealed)]

    def _opens(self, sealed: str) -> bool:
        try:
            self._seal.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True

    def _open(self, sealed: str, team: str) -> Bot | None:
        try:
            return Bot(**json.loads(self._seal.decrypt(sealed.encode())))
        except InvalidToken:
            _logger.error("%s", diagnostics.slack_installation_unreadable(team))
            return None


class StateStore(AsyncOAuthStateStore):
    """States of installations under way: each good for one return, on whichever replica it arrives."""

    def __init__(self, rows: SlackStates) -> None:
        self._rows = rows

    @property
    def logger(self) -> Logger:
        """Give the logger that Bolt asks for."""
        return _logger

    async def async_issue(self, *_args: object, **_options: object) -> str:
        """Make a state that cannot be guessed."""
        state = secrets.token_urlsafe(32)
        await self._rows.keep(state, STATE_LASTS)
        return state

    async def async_consume(self, state: str) -> bool:
        """Use a state up."""
        return await self._rows.use_up(state)


def _ids(enterprise_id: str | None, team_id: str | None) -> tuple[str, str]:
    return (enterprise_id or "", team_id or "")


def _team_of(bot: Bot) -> str | None:
    return None if bot.is_enterprise_install else bot.team_id

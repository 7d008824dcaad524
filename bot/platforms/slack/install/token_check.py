"""Checking, when the bot starts, that Slack takes its token."""

import logging

from slack_sdk.errors import SlackApiError

from bot import diagnostics
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.scopes import lacking
from bot.platforms.slack.install.authorize import NotNowError, OneWorkspace

_logger = logging.getLogger(__name__)


class TokenCheck:
    """Asks Slack once, at the start, whether it takes the bot's token and which scopes it carries."""

    def __init__(self, workspace: OneWorkspace) -> None:
        self._workspace = workspace
        self._refusal: str | None = None

    async def ask(self) -> None:
        """Ask; what is wrong is logged as one sentence, and the server runs on for its other parts."""
        try:
            identity = await self._workspace.identity()
        except SlackApiError as error:
            self._refusal = str(errors.explain(error))
            _logger.error("%s", self._refusal)
            return
        except NotNowError as error:
            _logger.warning("%s", error)
            return
        for scope in lacking(str(identity.headers.get("x-oauth-scopes", ""))):
            _logger.warning("%s", diagnostics.slack_scope_missing(scope))

    def not_ready(self) -> str | None:
        """Say what Slack refused; None when it did not."""
        return self._refusal

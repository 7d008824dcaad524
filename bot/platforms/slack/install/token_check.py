"""Check of the bot token, at start-up and with each call."""

import logging

from slack_sdk.errors import SlackApiError

from bot import diagnostics
from bot.platforms.slack.api import errors
from bot.platforms.slack.api.scopes import find_missing_scopes
from bot.platforms.slack.install.authorize import SingleWorkspaceAuthorize, SlackUnavailableError
from bot.platforms.slack.install.workspace_memory import WorkspaceMemory

_logger = logging.getLogger(__name__)


class TokenCheck:
    """Checks at start-up that Slack accepts the bot token and that the token has every scope."""

    def __init__(self, workspace: SingleWorkspaceAuthorize) -> None:
        self._workspace = workspace
        self._refusal: str | None = None

    async def check_token(self, memory: WorkspaceMemory) -> None:
        """Check the token and log each fault as one sentence; the server keeps running for the other components.

        Parameters
        ----------
        memory
            Holds the workspace from then on.
        """
        try:
            identity = await self._workspace.fetch_identity()
        except SlackApiError as error:
            self._refusal = str(errors.explain_error(error))
            _logger.error("%s", self._refusal)
            return
        except SlackUnavailableError as error:
            _logger.warning("%s", error)
            return
        memory.remember(self._workspace.build_workspace(identity))
        for scope in find_missing_scopes(str(identity.headers.get("x-oauth-scopes", ""))):
            _logger.warning("%s", diagnostics.slack_scope_missing(scope))

    def note_outcome(self, token: str, error: SlackApiError | None) -> None:
        """Notice from any call that Slack refuses the token, or takes it again."""
        if not self._workspace.is_token(token):
            return
        if error is None:
            self._refusal = None
        elif errors.is_token_refused(error) and self._refusal is None:
            self._refusal = str(errors.explain_error(error))

    def not_ready(self) -> str | None:
        """Return Slack's refusal of the token; None when Slack has not refused it."""
        return self._refusal

"""What Slack refused, turned into a sentence for the operators."""

import logging

from slack_sdk.errors import SlackApiError

from bot import diagnostics

_GONE = ("token_revoked", "invalid_auth", "account_inactive", "not_authed", "token_expired")
_CHANNEL = (
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "restricted_action",
    "cant_update_message",
    "message_not_found",
)


def explain(error: Exception) -> diagnostics.OperatorError:
    """Say what went wrong with a call, and how to mend it; never what was said in it."""
    if not isinstance(error, SlackApiError):
        return diagnostics.slack_unreachable(str(error) or type(error).__name__)
    code = code_of(error)
    if code in _GONE:
        return diagnostics.slack_token_refused(code)
    if code == "missing_scope":
        return diagnostics.slack_scope_missing(str(_field(error, "needed")))
    if code in _CHANNEL:
        return diagnostics.slack_channel_closed(code)
    return diagnostics.slack_refused(code)


def code_of(error: SlackApiError) -> str:
    """Read Slack's short code for an error."""
    return str(_field(error, "error") or f"HTTP {getattr(error.response, 'status_code', '')}".strip())


def refused(error: Exception) -> bool:
    """Tell whether Slack surely did not do it: it answered, and with no failure of its own."""
    return isinstance(error, SlackApiError) and getattr(error.response, "status_code", 200) < 500


def closed(error: SlackApiError) -> bool:
    """Tell whether the bot may not act in a channel, so that a response URL may do what it cannot."""
    return code_of(error) in _CHANNEL


def _field(error: SlackApiError, name: str) -> object:
    try:
        return error.response.get(name)
    except (AttributeError, TypeError, ValueError):  # a body that is no JSON object
        return None


class OneLine(logging.Filter):
    """Takes tracebacks out of what slack_bolt and slack_sdk log: a Slack that is away is no bug of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record, without its traceback."""
        record.exc_info = None
        record.exc_text = None
        return True


def quiet_logger(level: str) -> logging.Logger:
    """Make the logger that is handed to slack_bolt and slack_sdk: one line a record, and no bodies.

    Their debug records hold the text of messages, so DEBUG is never passed on.
    """
    logger = logging.getLogger("bot.platforms.slack.sdk")
    logger.setLevel(max(logging.getLevelName(level), logging.INFO))
    if not logger.filters:
        logger.addFilter(OneLine())
    return logger

"""Errors of Slack's Web API: their codes, their kinds and the sentence for the operators."""

import logging
from typing import Literal

import aiohttp
from slack_sdk.errors import SlackApiError

from bot import diagnostics
from bot.log_limit import LimitedLog

Outcome = Literal["refused", "later", "open"]

_LATER_CODES = ("ratelimited", "rate_limited", "message_limit_exceeded")
_OPEN_CODES = ("internal_error", "fatal_error", "service_unavailable", "request_timeout")  # “may have succeeded”
_TOKEN_CODES = ("token_revoked", "invalid_auth", "account_inactive", "not_authed", "token_expired")
_TELLING = 20  # characters by which the operator's sentences differ, before any code of Slack's
_CHANNEL_CODES = (
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "restricted_action",
    "cant_update_message",
    "message_not_found",
)


def explain_error(error: Exception) -> diagnostics.OperatorError:
    """Return the operator's sentence for a failed call: what failed and how to mend it, without the call's text."""
    if not isinstance(error, SlackApiError):
        return diagnostics.slack_unreachable(str(error) or type(error).__name__)
    code = read_error_code(error)
    if code in _TOKEN_CODES:
        return diagnostics.slack_token_refused(code)
    if code == "missing_scope":
        return diagnostics.slack_scope_missing(str(_read_field(error, "needed")))
    if code in _CHANNEL_CODES:
        return diagnostics.slack_channel_closed(code)
    return diagnostics.slack_refused(code)


def log_failure(log: LimitedLog, error: Exception) -> None:
    """Log the operator's sentence for a failed call, at most once a minute for each kind of failure."""
    sentence = str(explain_error(error))
    log.error(sentence[:_TELLING], sentence)


def read_error_code(error: SlackApiError) -> str:
    """Return Slack's short code of an error, or the HTTP status where there is none."""
    return str(_read_field(error, "error") or f"HTTP {getattr(error.response, 'status_code', '')}".strip())


def judge_outcome(error: Exception) -> Outcome:
    """Return what a failed call came to, by one judgement for answers, tips and windows.

    Returns
    -------
    ``refused``
        Slack surely did not act, and will not.
    ``later``
        Slack surely did not act, and asks for a later attempt, or could not be connected to.
    ``open``
        Slack may have acted: it said so, failed, answered with what is no answer of its API, or fell silent.
    """
    if isinstance(error, aiohttp.ClientConnectorError):
        return "later"
    if not isinstance(error, SlackApiError):
        return "open"
    code, status = _read_field(error, "error"), getattr(error.response, "status_code", 200)
    if status == 429 or code in _LATER_CODES:
        return "later"
    if status >= 500 or code in _OPEN_CODES or not isinstance(code, str) or not code:
        return "open"
    return "refused"


def is_refusal(error: Exception) -> bool:
    """Return whether Slack surely did not act, and will not on a later attempt."""
    return judge_outcome(error) == "refused"


def is_token_refused(error: SlackApiError) -> bool:
    """Return whether Slack refused the token itself."""
    return read_error_code(error) in _TOKEN_CODES


def is_channel_closed(error: SlackApiError) -> bool:
    """Return whether the bot may not act in the channel, where a response URL may still work."""
    return read_error_code(error) in _CHANNEL_CODES


def _read_field(error: SlackApiError, name: str) -> object:
    try:
        return error.response.get(name)
    except (AttributeError, TypeError, ValueError):  # the body is no JSON object
        return None


class TracebackFilter(logging.Filter):
    """Removes tracebacks from records of slack_bolt and slack_sdk: an unreachable Slack is no bug of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record and remove its traceback."""
        record.exc_info = None
        record.exc_text = None
        return True


def build_sdk_logger(level: str) -> logging.Logger:
    """Return the logger for slack_bolt and slack_sdk: one line a record, no bodies.

    DEBUG is raised to INFO, because debug records of both libraries hold the text of messages.
    """
    logger = logging.getLogger("bot.platforms.slack.sdk")
    logger.setLevel(max(logging.getLevelName(level), logging.INFO))
    if not logger.filters:
        logger.addFilter(TracebackFilter())
    return logger

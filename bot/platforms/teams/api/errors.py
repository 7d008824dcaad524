"""Errors of the Bot Connector service, and the retries after them."""

import random
from collections.abc import Awaitable, Callable, Collection
from typing import Literal, TypeVar

from bot.attempts import iterate_attempts
from bot.diagnostics import OperatorError

T = TypeVar("T")

# blocked   the person or an administrator blocked the bot, or it is no longer a member (403)
# gone      the conversation is no more (404)
# later     nothing was posted, and it may be tried again (429, 412, or no connection)
# unsure    it may or may not have been posted (5xx, or the connection broke); Teams cannot be asked
# refused   our own mistake (any other 4xx)
Verdict = Literal["blocked", "gone", "later", "unsure", "refused"]

TRIES = 3  # where a try may have posted, and wherever somebody waits for the response
_LONGEST_IN_A_PRESS = 2.0  # seconds of waiting in all: Teams gives up on a press after five
_FIRST_WAIT, _LONGEST_WAIT = 0.4, 15.0  # seconds


class DeliveryError(Exception):
    """The service did not accept a message.

    Parameters
    ----------
    status
        Its HTTP status; 0 when there was no answer.
    reason
        Its error code, or what became of the connection; never what was to be said.
    retry_after
        Seconds that it asks us to wait.
    sent
        Whether the request may have reached it.
    """

    def __init__(self, status: int, reason: str, retry_after: float | None = None, *, sent: bool = True) -> None:
        super().__init__(f"{status or 'no answer'} ({reason})")
        self.status = status
        self.reason = reason
        self.retry_after = retry_after
        self.sent = sent

    @property
    def verdict(self) -> Verdict:
        """The kind of failure."""
        if self.status == 0:
            return "unsure" if self.sent else "later"
        if self.status >= 500:
            return "unsure"
        named: dict[int, Verdict] = {403: "blocked", 404: "gone", 412: "later", 429: "later"}
        return named.get(self.status, "refused")


class TokenUnavailableError(OperatorError):
    """Microsoft could not be asked for a token, or could not say; nothing was posted, and it may be asked again."""


class CertainAttempts:
    """Attempts to post one message, and whether one of them may have posted it.

    Parameters
    ----------
    post
        Makes one attempt.

    Attributes
    ----------
    in_doubt
        Whether the message may have been posted, as during an attempt and after one without an answer.
    """

    def __init__(self, post: Callable[[], Awaitable[str]]) -> None:
        self._post = post
        self.in_doubt = False

    async def send(self) -> str:
        """Make an attempt."""
        before, self.in_doubt = self.in_doubt, True
        try:
            return await self._post()
        except TokenUnavailableError:
            self.in_doubt = before
            raise
        except DeliveryError as error:
            self.in_doubt = before or error.verdict == "unsure"
            raise


async def send_with_retries(
    send: Callable[[], Awaitable[T]],
    longest: float = _LONGEST_IN_A_PRESS,
    on: Collection[Verdict] = ("later", "unsure"),
    *,
    patient: bool = False,
) -> T:
    """Send, and try again while that is of use: on 412 and 429, on 502 and 504, and when the connection breaks.

    Parameters
    ----------
    longest
        Seconds to wait in all.
    on
        When to try again. An answer that somebody waits for is better said twice than not at all; what nobody
        asked for is not, so leave out ``unsure`` for that.
    patient
        Whether to try for all of `longest` while certainly nothing was posted, and not `TRIES` times.

    Raises
    ------
    DeliveryError
        The last one, when it is of no use or there is no time left to try again.
    """
    async for attempt in iterate_attempts(_pauses(longest, on, patient=patient), most=None):
        with attempt:
            return await send()
    raise AssertionError("the loop returns or raises")


def _pauses(longest: float, on: Collection[Verdict], *, patient: bool) -> Callable[[Exception], bool | float]:
    """Return what says after how many seconds to send again; False where that is of no use or there is no time left.

    The service's own wish comes before our backoff, and both count towards `longest`: stamina has no such limit.
    """
    left, backoff, counted = longest, _FIRST_WAIT, 0

    def pause(error: Exception) -> bool | float:
        nonlocal left, backoff, counted
        if patient and isinstance(error, TokenUnavailableError):
            wait = None
        elif not isinstance(error, DeliveryError) or error.verdict not in on:
            return False
        else:
            counted += not (patient and error.verdict == "later")
            wait = error.retry_after
        if counted >= TRIES:
            return False
        if wait is None:
            wait = backoff * random.uniform(0.8, 1.2)  # noqa: S311 – spreads the load, hides nothing
        left, backoff = left - wait, min(backoff * 2, _LONGEST_WAIT)
        return left >= 0 and wait

    return pause

"""Attempts after a failure, by stamina, without the log lines and the counts that it adds by itself."""

from collections.abc import AsyncIterator, Callable

import stamina


def iterate_attempts(
    pause: Callable[[Exception], bool | float],
    *,
    most: int | None = None,
    first: float = 0.1,
    longest: float = 5.0,
) -> AsyncIterator[stamina.Attempt]:
    """Return the attempts at one piece of work; the last error passes when there is no further one.

    Parameters
    ----------
    pause
        Returns whether an error is worth another attempt, or the seconds to wait before it.
    most
        Attempts in all; None for as many as it takes.
    first
        Seconds before the second attempt, where `pause` names none; each later pause is twice as long.
    longest
        Seconds that no pause exceeds.
    """
    # By default stamina logs each failure beside our line, with the error's text, and counts it in the registry that
    # the whole process shares. Its only switch is global, so each call sets it.
    stamina.instrumentation.set_on_retry_hooks(())

    def pause_after(error: BaseException) -> bool | float:
        """Let a cancellation pass, which stamina asks about as well: the server could not stop otherwise."""
        return isinstance(error, Exception) and pause(error)

    return aiter(
        stamina.retry_context(
            pause_after, attempts=most, timeout=None, wait_initial=first, wait_max=longest, wait_jitter=0
        )
    )

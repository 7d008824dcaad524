"""Calls that show somebody something: of one piece of work, what Slack may have carried out."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from bot.platforms.slack.api import errors


@dataclass(slots=True)
class ShownCall:
    """One call.

    Parameters
    ----------
    possible
        Whether Slack may have carried it out.
    """

    possible: bool = True


@dataclass(slots=True)
class ShownCalls:
    """The calls of one piece of work, over all tasks that it starts."""

    calls: list[ShownCall] = field(default_factory=list)

    @property
    def possible(self) -> bool:
        """Whether somebody may have been shown something."""
        return any(call.possible for call in self.calls)


class ShownCallRecord:
    """Records the calls that show somebody something, for the piece of work that makes them."""

    def __init__(self) -> None:
        self._work: ContextVar[ShownCalls | None] = ContextVar("work", default=None)
        self._call: ContextVar[ShownCall | None] = ContextVar("call", default=None)

    @contextmanager
    def watch_work(self) -> Iterator[ShownCalls]:
        """Return the record of the calls that are made in the block, and in every task that begins in it."""
        work = ShownCalls()
        token = self._work.set(work)
        try:
            yield work
        finally:
            self._work.reset(token)

    @contextmanager
    def record_call(self) -> Iterator[None]:
        """Record a call, until it turns out that Slack surely did not carry it out."""
        call = self.note_call()
        token = self._call.set(call)
        try:
            yield
        except Exception as error:
            call.possible = errors.judge_outcome(error) == "open"
            raise
        finally:
            self._call.reset(token)

    def note_call(self) -> ShownCall:
        """Record a call that is made elsewhere, and return it."""
        call = ShownCall()
        if (work := self._work.get()) is not None:
            work.calls.append(call)
        return call

    @contextmanager
    def await_limit(self) -> Iterator[None]:
        """Record that the current call, which Slack surely did not carry out, waits to be made again."""
        call = self._call.get()
        if call is None:
            yield
            return
        call.possible = False
        yield
        call.possible = True
